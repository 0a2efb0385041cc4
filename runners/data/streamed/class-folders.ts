import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { undecodedName } from '../../../common/undecoded.ts';
import { isPicture } from '../folder.ts';
import { limits } from '../limits.ts';
import { layoutError } from './layout-error.ts';
import type { ListedPicture } from './types.ts';

/** Names in a folder, in the order of their bytes; links are refused, since they lead anywhere. */
export function entriesOf(root: string, folder: string, hint: string) {
  if (statSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw layoutError(root, `has no folder ${folder}/`, hint);
  }
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  for (const { name } of entries) {
    const undecoded = undecodedName(join(root, folder), name);
    if (undecoded === null) continue;
    throw layoutError(root, `holds ${folder}/${undecoded}, whose name is not UTF-8`, hint);
  }
  return entries
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}

/**
 * Folders in a folder.
 *
 * @throws DataError `DATA_LAYOUT` for a link: left out, its pictures would be missing in silence
 */
export function foldersOf(root: string, folder: string, hint: string): string[] {
  return entriesOf(root, folder, hint).flatMap((entry) => {
    if (!entry.isSymbolicLink()) return entry.isDirectory() ? [entry.name] : [];
    throw layoutError(root, `holds ${folder}/${entry.name}, which is a link`, hint);
  });
}

/**
 * The pictures in one folder, all of one class.
 *
 * @throws DataError `DATA_LAYOUT` for a link, or a file that is too large
 */
export function picturesOf(
  root: string,
  folder: string,
  className: string,
  hint: string,
): ListedPicture[] {
  return entriesOf(root, folder, hint).flatMap((entry) => {
    if (!isPicture(entry.name)) return [];
    const path = `${folder}/${entry.name}`;
    if (!entry.isFile()) throw layoutError(root, `holds ${path}, which is not a plain file`, hint);
    const { size } = lstatSync(join(root, path));
    if (size > limits.densePictureFile) {
      throw layoutError(root, `holds ${path} with ${size} bytes, more than is read`, hint);
    }
    return [{ className, path, archive: null, offset: 0, size }];
  });
}

/**
 * `<folder>/<class>[/images]/<picture>`: as torchvision's `ImageFolder` reads a split.
 *
 * @throws DataError `DATA_LAYOUT` for a class without pictures, and as `picturesOf`
 */
export function classFolders(root: string, folder: string, hint: string): ListedPicture[] {
  return foldersOf(root, folder, hint).flatMap((name) => {
    const outer = `${folder}/${name}`;
    const inner = foldersOf(root, outer, hint).includes('images') ? `${outer}/images` : outer;
    const [beside] = inner === outer ? [] : picturesOf(root, outer, name, hint);
    if (beside !== undefined) {
      throw layoutError(root, `holds ${beside.path} beside ${inner}/`, hint);
    }
    const found = picturesOf(root, inner, name, hint);
    if (found.length > 0) return found;
    throw layoutError(root, `has no pictures in ${inner}/`, hint);
  });
}
