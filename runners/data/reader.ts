import { pictureAt } from './batch.ts';
import { streamReader } from './streamed/reader.ts';
import { isStreamed, type SplitPictures } from './types.ts';
import { inMemory, type PictureReader } from './views/batch.ts';

/** Reads the pictures of a split one by one, wherever they lie. */
export function readerOf(pictures: SplitPictures): PictureReader {
  if (isStreamed(pictures)) return streamReader(pictures);
  const { count, labels } = pictures;
  return { count, labels, read: (index) => inMemory(pictureAt(pictures, index)) };
}
