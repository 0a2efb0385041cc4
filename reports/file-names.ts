import { sha256 } from '../common/canonical.ts';

/**
 * File names for names that a user chose. Lower-case letters, digits, dots and dashes only, so that
 * they need no escaping in an address and mean the same on a file system without upper case; names
 * that would become the same file, or that are too long, are told apart by a piece of their hash.
 */
export function fileNames(names: readonly string[]): ReadonlyMap<string, string> {
  const slugs = names.map(slug);
  const uses = Map.groupBy(slugs, (text) => text);
  return new Map(
    names.map((name, index) => {
      const text = slugs[index] as string;
      const unique = (uses.get(text) as string[]).length === 1 && text.length <= longest;
      return [name, unique ? text : `${text.slice(0, longest)}-${sha256(name).slice(0, 8)}`];
    }),
  );
}

const longest = 120;

function slug(name: string): string {
  const text = name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return text === '' ? 'unnamed' : text;
}
