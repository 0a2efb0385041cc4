import type { StreamedPictures } from './streamed/types.ts';

/** Pictures of one split in memory. All pictures of a set have one size. */
export interface PictureSet {
  /**
   * Unsigned bytes, NHWC: `count * height * width * 3`, RGB. Backed by a SharedArrayBuffer so that
   * workers read it.
   */
  readonly pixels: Uint8Array;
  /** Class index per picture. */
  readonly labels: Int32Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** Pictures of one split: in memory, or in files. */
export type SplitPictures = PictureSet | StreamedPictures;

export function isStreamed(pictures: SplitPictures): pictures is StreamedPictures {
  return 'files' in pictures;
}

/** Both splits with the names of their classes: what a reader of files makes. */
export interface NamedSplits {
  readonly classes: readonly string[];
  readonly train: PictureSet;
  readonly test: PictureSet;
}

/** Channel statistics in [0, 1] units with the source they are from. `(x/255 - mean) / std`. */
export interface Normalisation {
  /** Order of the channels of `mean`, `std` and of what the network sees. Default: rgb. */
  readonly order?: 'rgb' | 'bgr';
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly source: string;
}

export interface ClassificationData {
  readonly id: string;
  readonly classes: readonly string[];
  readonly train: SplitPictures;
  readonly test: SplitPictures;
  readonly normalisation: Normalisation;
  /**
   * What identifies the set: runners/data/identity.ts, and of generated pictures `dataHash` of
   * picture-set.ts.
   */
  readonly hash: string;
}

/** Whether its pictures have different sizes, so that only a recipe's `input` makes batches. */
export function sizesDiffer({ train, test }: Pick<ClassificationData, 'train' | 'test'>): boolean {
  return train.height === 0 || train.height !== test.height || train.width !== test.width;
}

/**
 * How a batch comes out of the loader: NHWC, augmented. Pictures of one size in memory are float32
 * and normalised; those that a recipe's `input` makes are bytes, which the step normalises.
 */
export interface Batch {
  readonly images: Float32Array | Uint8Array;
  /** The strong view of the same pictures, as `images`; there where the loader's recipe has one. */
  readonly strong?: Float32Array | Uint8Array;
  readonly labels: Int32Array;
  /** Index within the split of each picture (CRD's memory bank needs it). */
  readonly indices: Int32Array;
  readonly size: number;
  /** The batch's pass over the pictures, from 1, and its step, from 0. */
  readonly place: { readonly pass: number; readonly step: number };
}
