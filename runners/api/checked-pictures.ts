import { UsageError } from '../../common/errors.ts';
import { shown } from '../../common/shown.ts';
import type { NamedSplits, PictureSet } from '../data/types.ts';

/** What a data set says of itself. */
interface SaidOfPictures {
  readonly classes: number;
  readonly train: number;
  readonly test: number;
  readonly side: number;
}

/**
 * The pictures that a user's code made, where they are what its data set says of itself. A label
 * beyond the classes, or a picture of another size, would be trained on all the same.
 *
 * @throws UsageError `PLUGIN_DATA` naming the data set and what is wrong with it
 */
export function checkedPictures(id: string, said: SaidOfPictures, given: NamedSplits): NamedSplits {
  const { classes, train, test, side } = said;
  const wrong =
    namesProblem(given?.classes, classes) ??
    splitProblem('train', given.train, train, side, classes) ??
    splitProblem('test', given.test, test, side, classes);
  if (wrong === null) return given;
  throw new UsageError('PLUGIN_DATA', `The data set "${id}": make() gave ${wrong}.`, {
    hint: 'allocatePictures(count, height, width) makes a split; labels count from 0.',
  });
}

function namesProblem(names: unknown, count: number): string | null {
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    return `${shown(names)} as the names of its classes`;
  }
  return names.length === count ? null : `${names.length} names of ${count} classes`;
}

function splitProblem(
  split: 'train' | 'test',
  set: PictureSet | undefined,
  count: number,
  side: number,
  classes: number,
): string | null {
  if (!(set?.pixels instanceof Uint8Array) || !(set.labels instanceof Int32Array)) {
    return `no pixels or no labels for ${split}`;
  }
  const { pixels, labels, height, width } = set;
  if (set.count !== count || labels.length !== count) {
    return `${set.count} pictures and ${labels.length} labels for ${split}, which has ${count}`;
  }
  if (height !== side || width !== side) {
    return `pictures of ${height} x ${width} for ${split}, which are ${side} x ${side}`;
  }
  if (pixels.length !== count * side * side * 3) {
    return `${pixels.length} bytes for the ${count} pictures of ${split}`;
  }
  const label = labels.find((each) => each < 0 || each >= classes);
  return label === undefined ? null : `the label ${label} in ${split}, for ${classes} classes`;
}
