import { readdirSync } from 'node:fs';

/**
 * The name of a file as a message can show it where its bytes are no UTF-8, or null where they are.
 * Node decodes such a name with a replacement character, and then there is no file of that name.
 *
 * @param name as `readdir` gave it
 */
export function undecodedName(folder: string, name: string): string | null {
  if (!name.includes('\ufffd')) return null;
  const bytes = readdirSync(folder, { encoding: 'buffer' }).find(
    (each) => each.toString('utf8') === name && !each.equals(Buffer.from(name, 'utf8')),
  );
  if (bytes === undefined) return null;
  return [...bytes]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, '0')}`,
    )
    .join('');
}
