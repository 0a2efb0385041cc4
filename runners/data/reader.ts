import { pictureAt } from './batch.ts';
import type { PictureSet } from './types.ts';
import type { PictureReader } from './views/batch.ts';

/** Reads the pictures of a split one by one. */
export function readerOf(pictures: PictureSet): PictureReader {
  const { count, labels } = pictures;
  return { count, labels, read: (index) => pictureAt(pictures, index) };
}
