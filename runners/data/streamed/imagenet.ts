import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isPicture } from '../folder.ts';
import { classFolders, foldersOf, picturesOf } from './class-folders.ts';
import { devkitArchive, devkitFolder, validationClasses } from './devkit.ts';
import { layoutError } from './layout-error.ts';
import { type TarMember, tarMembers } from './tar-index.ts';
import type { Layout, ListedPicture, Listing } from './types.ts';

const trainArchive = 'ILSVRC2012_img_train.tar';
const testArchive = 'ILSVRC2012_img_val.tar';
const hint =
  `It has train/<class>/ or ${trainArchive}, and val/<class>/, or val/ or ${testArchive} with ${devkitFolder} ` +
  `or ${devkitArchive}.`;

/** A picture whose class is not known yet. */
type Unlabelled = Omit<ListedPicture, 'className'>;

/**
 * ImageNet (ILSVRC 2012) as it is given away: two archives and the devkit with the classes of the
 * validation pictures, each also unpacked, the validation pictures also in folders by class.
 */
export const imagenetLayout: Layout = {
  form: 'official archives or folders',
  files: [trainArchive, testArchive, devkitArchive, `${devkitFolder}/data`],
  hint,
  async list(root): Promise<Listing> {
    const train = trainPictures(root);
    const classes = [...new Set(train.map(({ className }) => className))];
    return { classes, train, test: await testPictures(root) };
  },
};

function trainPictures(root: string): ListedPicture[] {
  if (existsSync(join(root, 'train'))) return classFolders(root, 'train', hint);
  if (!existsSync(join(root, trainArchive))) {
    throw layoutError(root, `has neither train/ nor ${trainArchive}`, hint);
  }
  return tarMembers(root, trainArchive)
    .filter(isShown)
    .flatMap((inner) => {
      const className = /^([^/]+)\.tar$/.exec(inner.path)?.[1];
      if (className === undefined) {
        throw layoutError(
          root,
          `holds ${trainArchive}:${inner.path}, which is not <class>.tar`,
          hint,
        );
      }
      const found = picturesIn(trainArchive, tarMembers(root, trainArchive, inner));
      if (found.length > 0) return found.map((picture) => ({ ...picture, className }));
      throw layoutError(root, `has no pictures in ${trainArchive}:${inner.path}`, hint);
    });
}

/** Not a file that a file system put there (`._x.JPEG`, `.DS_Store`). */
const isShown = ({ path }: TarMember) => !basename(path).startsWith('.');

async function testPictures(root: string): Promise<ListedPicture[]> {
  const folder = existsSync(join(root, 'val'));
  if (folder && foldersOf(root, 'val', hint).length > 0) {
    const [flat] = picturesOf(root, 'val', '', hint);
    if (flat === undefined) return classFolders(root, 'val', hint);
    throw layoutError(root, `holds ${flat.path} beside folders of classes`, hint);
  }
  if (!folder && !existsSync(join(root, testArchive))) {
    throw layoutError(root, `has neither val/ nor ${testArchive}`, hint);
  }
  const pictures: Unlabelled[] = folder
    ? picturesOf(root, 'val', '', hint)
    : picturesIn(testArchive, tarMembers(root, testArchive));
  const names = await validationClasses(root, hint);
  if (names.length !== pictures.length) {
    throw layoutError(
      root,
      `has ${pictures.length} validation pictures, but the devkit has classes of ${names.length}`,
      hint,
    );
  }
  const byName = (a: Unlabelled, b: Unlabelled) => (basename(a.path) < basename(b.path) ? -1 : 1);
  return pictures
    .sort(byName)
    .map((picture, index) => ({ ...picture, className: names[index] as string }));
}

/** As in folders, what is no picture by its name is left out. */
const picturesIn = (archive: string, members: readonly TarMember[]): Unlabelled[] =>
  members.flatMap(({ path, offset, size }) =>
    isPicture(path) ? [{ path, archive, offset, size }] : [],
  );
