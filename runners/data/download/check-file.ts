import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { checksumError } from './errors.ts';

/**
 * Checks a file's size and MD5.
 *
 * @param from the address that the file came from, for messages
 * @throws DataError `DATA_CHECKSUM` naming the file, what it has and what it should have.
 */
export async function checkFile(
  path: string,
  expected: { readonly bytes: number; readonly md5: string | null },
  from?: string,
): Promise<void> {
  const name = from === undefined ? path : `${basename(path).replace(/\.part$/, '')} from ${from}`;
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size !== expected.bytes) {
    const what = size < expected.bytes ? 'is truncated' : 'is the wrong file';
    throw checksumError(name, `${what}: it has ${size} bytes instead of ${expected.bytes}`);
  }
  if (expected.md5 === null) return;
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  const found = hash.digest('hex');
  if (found !== expected.md5) {
    throw checksumError(
      name,
      `is corrupt or another file: its MD5 is ${found} instead of ${expected.md5}`,
    );
  }
}
