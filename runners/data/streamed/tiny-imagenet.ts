import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '../limits.ts';
import { classFolders, picturesOf } from './class-folders.ts';
import { layoutError } from './layout-error.ts';
import { plainFile } from './plain-file.ts';
import type { Layout, ListedPicture, Listing } from './types.ts';

const hint =
  'It is the folder tiny-imagenet-200 of the official archive, unpacked: wnids.txt, train/<class>/images/, val/images/ and val/val_annotations.txt (or val/<class>/).';
const annotations = 'val/val_annotations.txt';

/**
 * Tiny-ImageNet as its archive has it. Its test pictures have no published classes, so papers test
 * on `val`. That may also lie in folders by class, as loaders of folders need it.
 */
export const tinyImagenetLayout: Layout = {
  form: 'official folder',
  files: ['wnids.txt', annotations],
  hint,
  async list(root): Promise<Listing> {
    const classes = lines(root, 'wnids.txt').map((line) => line.trim());
    const known = new Set(classes);
    const train = classFolders(root, 'train', hint);
    const other = train.find(({ className }) => !known.has(className));
    if (other !== undefined) {
      throw layoutError(root, `holds ${other.path}, whose class wnids.txt does not name`, hint);
    }
    return { classes, train, test: testPictures(root) };
  },
};

function testPictures(root: string): ListedPicture[] {
  if (!existsSync(join(root, 'val/images'))) return classFolders(root, 'val', hint);
  const classOf = new Map(
    lines(root, annotations).map((line, index) => {
      const [file, className] = line.split('\t');
      if (file === undefined || className === undefined || className === '') {
        throw layoutError(
          root,
          `has no file and class in line ${index + 1} of ${annotations}`,
          hint,
        );
      }
      return [file, className];
    }),
  );
  const found = picturesOf(root, 'val/images', '', hint).map((picture) => {
    const name = picture.path.slice('val/images/'.length);
    const className = classOf.get(name);
    if (className === undefined) {
      throw layoutError(root, `holds ${picture.path}, which ${annotations} does not name`, hint);
    }
    classOf.delete(name);
    return { ...picture, className };
  });
  const [missing] = classOf.keys();
  if (missing !== undefined)
    throw layoutError(root, `has no val/images/${missing}, which ${annotations} names`, hint);
  return found;
}

function lines(root: string, file: string): string[] {
  if (!existsSync(join(root, file))) throw layoutError(root, `has no ${file}`, hint);
  return readFileSync(plainFile(root, file, hint, 4 * limits.textFile), 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
}
