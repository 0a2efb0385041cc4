import { existsSync, lstatSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../../common/errors.ts';

/** The name under which a configuration is found. */
export const configName = 'redistill.config.yaml';

/**
 * The configuration that holds for a folder: its own, or that of the nearest folder above it within
 * the same git repository. Nothing above a repository is looked at, and nothing at all above a
 * folder that is in none: whoever may write there is somebody else.
 *
 * @param folder absolute
 * @returns null where there is none
 * @throws UsageError `CONFIG_OWNER` for a file of another user, which could name programs, and for
 *   another user's link to a file of one's own: its paths would lead to programs of that user
 */
export function findConfig(folder: string): string | null {
  const above = foldersTo(folder, repositoryOf(folder) ?? folder);
  // A link that leads nowhere is found as well: whoever reads it says what is wrong with it.
  const found = above
    .map((each) => join(each, configName))
    .find((file) => lstatSync(file, { throwIfNoEntry: false }) !== undefined);
  if (found === undefined) return null;
  const user = process.getuid?.();
  const stranger = ownersOf(found).find((uid) => uid !== user && uid !== 0);
  if (user !== undefined && stranger !== undefined) {
    throw new UsageError(
      'CONFIG_OWNER',
      `${found} belongs to another user (${stranger}), and a configuration can name programs to run.`,
      { hint: `Where you trust it, name it: --config ${found}` },
    );
  }
  return found;
}

/** The users of a file and, where it is a link, of the link. */
function ownersOf(file: string): readonly number[] {
  const link = lstatSync(file).uid;
  return existsSync(file) ? [link, statSync(file).uid] : [link];
}

/** A folder and those above it, up to and with `last`. */
function foldersTo(folder: string, last: string): readonly string[] {
  const folders = [folder];
  while (folders.at(-1) !== last) folders.push(dirname(folders.at(-1) as string));
  return folders;
}

/** The folder at or above with `.git`. */
function repositoryOf(folder: string): string | undefined {
  return foldersTo(folder, resolve('/')).find((each) => existsSync(join(each, '.git')));
}
