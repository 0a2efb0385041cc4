import { RandomStream } from '../../../common/random.ts';
import { allocatePictures } from '../picture-set.ts';
import type { PictureSet } from '../types.ts';
import { fineClasses } from './classes.ts';
import { drawPicture, pictureBytes, side } from './picture.ts';

/**
 * Version of the pictures. Raise it whenever a byte of them changes; the checksums beside it change
 * too.
 */
export const embeddedVersion = 1;

/**
 * One split of the generated data: `perClass` pictures of each of the 100 classes, interleaved by
 * class. Every picture has its own random stream, so that a smaller split is a prefix of a larger
 * one and train and test share nothing.
 */
export function generateSplit(split: 'train' | 'test', perClass: number): PictureSet {
  const set = allocatePictures(perClass * fineClasses.length, side, side);
  const scratch = new Uint8Array(pictureBytes);
  for (let position = 0; position < set.count; position += 1) {
    const label = position % fineClasses.length;
    const round = (position - label) / fineClasses.length;
    const stream = RandomStream.named(`embedded ${embeddedVersion}`, `${split}/${label}/${round}`);
    const fine = fineClasses[label];
    if (fine === undefined) throw new RangeError(`There is no class ${label}.`);
    drawPicture(fine, stream, scratch);
    set.pixels.set(scratch, position * pictureBytes);
    set.labels[position] = label;
  }
  return set;
}
