import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '../limits.ts';
import { layoutError } from './layout-error.ts';
import { plainFile } from './plain-file.ts';
import type { Layout, ListedPicture, Listing } from './types.ts';

const hint = 'It is the folder CUB_200_2011 of the official archive, unpacked.';
const lists = ['images.txt', 'image_class_labels.txt', 'train_test_split.txt', 'classes.txt'];

/**
 * CUB-200-2011 as its archive has it: `images/<class>/<picture>`, and lists by the number of a
 * picture. The class is the folder's, as SDD's loader takes it
 * (shicaiwei123/SDD-CVPR2024@e412036c6b7b:mdistiller/dataset/cub200.py); the list of labels must
 * agree.
 */
export const cub200Layout: Layout = {
  form: 'official folder',
  files: lists,
  hint,
  async list(root): Promise<Listing> {
    const [images, labels, splits, names] = lists.map((file) => table(root, file)) as [
      Table,
      Table,
      Table,
      Table,
    ];
    const train: ListedPicture[] = [];
    const test: ListedPicture[] = [];
    for (const [number, path] of images) {
      const label = labels.get(number);
      const split = splits.get(number);
      if (label === undefined || (split !== '0' && split !== '1')) {
        const file = label === undefined ? lists[1] : lists[2];
        throw layoutError(root, `says nothing of picture ${number} (${path}) in ${file}`, hint);
      }
      const [className, file, ...more] = path.split('/');
      if (className === undefined || file === undefined || more.length > 0 || className === '..') {
        throw layoutError(
          root,
          `names ${path} in images.txt, which is not <class>/<picture>`,
          hint,
        );
      }
      if (names.get(label) !== className) {
        throw layoutError(
          root,
          `gives ${path} the class ${label} in ${lists[1]}, which is ${names.get(label)} in classes.txt`,
          hint,
        );
      }
      (split === '1' ? train : test).push(picture(root, `images/${path}`, className));
    }
    return { classes: [...names.values()], train, test };
  },
};

type Table = ReadonlyMap<string, string>;

/** Lines `<number> <value>`. */
function table(root: string, file: string): Table {
  if (!existsSync(join(root, file))) throw layoutError(root, `has no ${file}`, hint);
  const text = readFileSync(plainFile(root, file, hint, 4 * limits.textFile), 'utf8');
  const found = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const parts = /^(\d+) (\S+)\s*$/.exec(line);
    if (parts === null)
      throw layoutError(root, `has no number and value in line ${index + 1} of ${file}`, hint);
    const [, number, value] = parts as unknown as [string, string, string];
    if (found.has(number)) {
      throw layoutError(root, `names ${number} twice in ${file}, again in line ${index + 1}`, hint);
    }
    found.set(number, value);
  }
  return found;
}

function picture(root: string, path: string, className: string): ListedPicture {
  const found = lstatSync(join(root, path), { throwIfNoEntry: false });
  if (found?.isFile() !== true)
    throw layoutError(root, `has no file ${path}, which images.txt names`, hint);
  if (found.size > limits.densePictureFile)
    throw layoutError(root, `holds ${path}, which is too large`, hint);
  return { className, path, archive: null, offset: 0, size: found.size };
}
