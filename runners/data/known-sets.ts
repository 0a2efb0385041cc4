import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DataError } from '../../common/errors.ts';
import { writeFileAtomic } from '../../common/files.ts';
import { checkFile } from './download.ts';
import type { DataForm } from './read-set.ts';
import { archiveOf, knownHashes } from './sources.ts';

/** Numbers of classes and of pictures of a set. */
export interface SetCounts {
  readonly classes: number;
  readonly train: number;
  readonly test: number;
}

/** What must be true of a named set. A count of 0 allows any. */
export interface SetSize extends SetCounts {
  readonly title: string;
  /** Whether only the pictures of one official set may have this name. */
  readonly official: boolean;
}

/**
 * Says whether what lies at `path` may have the name `id`: a named set has its known size, and an
 * official one the pictures and labels of the official archive, in whatever form they came.
 *
 * Where no hash is known from the start, the official archive with its published checksum decides:
 * its hash is kept in the cache when it is read first.
 *
 * @param cache the cache's folder
 * @throws DataError `DATA_COUNT` for another size, `DATA_IDENTITY` for other pictures or labels, or
 *   where nothing says what the right ones are
 */
export async function checkSet(
  id: string,
  path: string,
  expected: SetSize,
  found: SetCounts & { readonly hash: string; readonly form: DataForm | null },
  cache: string,
): Promise<void> {
  checkCounts(id, path, expected, found);
  if (!expected.official) return;
  const known = knownHashes()[id]?.hash ?? pinnedHash(cache, id);
  if (known === found.hash) return;
  const other = `Get another copy, or use it under its own name with images:${basename(path)}.`;
  if (found.form === 'lossy pictures') {
    throw new DataError(
      'DATA_IDENTITY',
      `${path} has JPEG files, whose pixels are not those of ${expected.title}.`,
      { hint: other },
    );
  }
  if (known !== undefined) {
    throw new DataError(
      'DATA_IDENTITY',
      `${path} has as many pictures as ${expected.title}, but they or their labels are not those of ${id}: its hash is ${found.hash} instead of ${known}.`,
      { hint: other },
    );
  }
  const archive = archiveOf(path);
  if (archive?.dataset !== id) {
    throw new DataError(
      'DATA_IDENTITY',
      `Nothing here says yet whether ${path} has the pictures of ${expected.title}: the hash of ${id} is learned from the official archive.`,
      {
        hint: `Run: redistill data fetch ${id}, and redistill data verify ${id}. Or use it under its own name with images:${basename(path)}.`,
      },
    );
  }
  await checkFile(path, archive);
  pinHash(cache, id, found.hash);
}

/**
 * @param form how a set of one's own of this form is called
 * @throws DataError `DATA_COUNT` where a named set has another size
 */
export function checkCounts(
  id: string,
  path: string,
  expected: Omit<SetSize, 'official'>,
  found: SetCounts,
  form = 'images:',
): void {
  const parts = ['classes', 'train', 'test'] as const;
  if (parts.every((part) => expected[part] === 0 || expected[part] === found[part])) return;
  const describe = ({ classes, train, test }: SetCounts) =>
    `${classes} classes, ${train} training pictures and ${test} test pictures`;
  throw new DataError(
    'DATA_COUNT',
    `${path} is not ${id}: it has ${describe(found)}, but ${expected.title} has ${describe(expected)}.`,
    {
      hint: `Get the whole data set, or use it under its own name with ${form}${basename(path)}.`,
    },
  );
}

/**
 * Whether a look at a file can say that it is the official set: its hash is known, or the file is
 * the official archive.
 */
export function canBeOfficial(id: string, path: string, cache: string): boolean {
  const known = knownHashes()[id]?.hash ?? pinnedHash(cache, id);
  return known !== undefined || archiveOf(path)?.dataset === id;
}

const pinFile = (cache: string, id: string) => join(cache, 'data', 'hashes', id);

function pinnedHash(cache: string, id: string): string | undefined {
  const path = pinFile(cache, id);
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return /^[0-9a-f]{64}$/.test(text) ? text : undefined;
}

function pinHash(cache: string, id: string, hash: string): void {
  writeFileAtomic(pinFile(cache, id), `${hash}\n`);
}
