import { createHash } from 'node:crypto';
import { hashJson } from '../../common/canonical.ts';
import { RedistillError } from '../../common/errors.ts';
import { isStreamed, type PictureSet, type SplitPictures } from './types.ts';

/**
 * Version of everything between a file's bytes and a set's pixels: order, decoding, selection. Part
 * of every hash.
 */
export const preprocessingVersion = 1;

/** An empty set of `count` pictures in shared memory, to be filled. */
export function allocatePictures(count: number, height: number, width: number): PictureSet {
  return {
    pixels: new Uint8Array(new SharedArrayBuffer(count * height * width * 3)),
    labels: new Int32Array(new SharedArrayBuffer(count * 4)),
    count,
    height,
    width,
  };
}

/** SHA-256 of an array's bytes, wherever they lie. */
export function hashBytes(array: Uint8Array | Int32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    .digest('hex');
}

export interface SplitHashes {
  readonly pixels: string;
  readonly labels: string;
}

/** The two checksums of a split. */
export function hashPictures(set: PictureSet): SplitHashes {
  return { pixels: hashBytes(set.pixels), labels: hashBytes(set.labels) };
}

/**
 * The hash of a set in the order in which it is: pixels and labels of both splits, class names, and
 * the preprocessing version. It identifies generated pictures, whose order the generator decides;
 * those from files have `identify` (identity.ts).
 */
export function dataHash(
  classes: readonly string[],
  splits: Readonly<Record<'train' | 'test', Pick<PictureSet, 'count' | 'height' | 'width'>>>,
  hashes: Readonly<Record<'train' | 'test', SplitHashes>>,
): string {
  const describe = (split: 'train' | 'test') => ({
    count: splits[split].count,
    height: splits[split].height,
    width: splits[split].width,
    pixels: hashes[split].pixels,
    labels: hashes[split].labels,
  });
  return hashJson({
    preprocessingVersion,
    classes: [...classes],
    train: describe('train'),
    test: describe('test'),
  });
}

/**
 * The first `n` pictures of a class-balanced selection that no seed has a part in: round by round
 * the next picture of every class, in the set's own order. A smaller selection is a prefix of a
 * larger one. Pictures in memory are copied, of those in files their places are.
 *
 * @throws RedistillError `DATA_TOO_FEW` where the set holds fewer than `n` pictures.
 */
export function selectPictures(set: PictureSet, n: number | null): PictureSet;
export function selectPictures(set: SplitPictures, n: number | null): SplitPictures;
export function selectPictures(set: SplitPictures, n: number | null): SplitPictures {
  if (n === null || n === set.count) return set;
  if (!Number.isInteger(n) || n < 1 || n > set.count) {
    throw new RedistillError(
      'DATA_TOO_FEW',
      `Asked for ${n} training pictures, but the set has ${set.count}.`,
      { hint: `Set trainPictures to a whole number from 1 to ${set.count}, or leave it out.` },
    );
  }
  if (isStreamed(set)) {
    const order = balancedOrder(set.labels).slice(0, n);
    const labels = order.map((index) => set.labels[index] as number);
    const places = order.map((index) => set.places[index] as number);
    return { ...set, count: n, labels: sharedWords(labels), places: sharedWords(places) };
  }
  const bytes = set.height * set.width * 3;
  const chosen = allocatePictures(n, set.height, set.width);
  balancedOrder(set.labels).forEach((index, position) => {
    if (position >= n) return;
    chosen.pixels.set(set.pixels.subarray(index * bytes, (index + 1) * bytes), position * bytes);
    chosen.labels[position] = set.labels[index] as number;
  });
  return chosen;
}

function sharedWords(values: readonly number[]): Int32Array {
  const words = new Int32Array(new SharedArrayBuffer(4 * values.length));
  words.set(values);
  return words;
}

/**
 * Indices round by round: the first picture of every class by class index, then the second of every
 * class, ...
 */
function balancedOrder(labels: Int32Array): number[] {
  const rounds = new Map<number, number>();
  const keyed = Array.from(labels, (label, index) => {
    const round = rounds.get(label) ?? 0;
    rounds.set(label, round + 1);
    return { index, label, round };
  });
  return keyed.sort((a, b) => a.round - b.round || a.label - b.label).map((entry) => entry.index);
}
