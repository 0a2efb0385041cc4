import type { CocoAnnotations } from '../coco/annotations.ts';
import type { Normalisation } from '../types.ts';
import type { PictureSource } from './sources.ts';

/** A picture of a set for detection or segmentation. */
export interface DensePicture {
  /** Its id in the annotation file, or its position. */
  readonly id: number;
  readonly name: string;
  /** Pixels as annotated; decoding anything else is an error. */
  readonly height: number;
  readonly width: number;
}

/**
 * Objects of all pictures of a split in flat arrays, so that a thread gets them at once. Those of
 * picture i are at `starts[i]` to `starts[i + 1]`.
 */
export interface ObjectTable {
  readonly starts: Int32Array;
  /** [N, 4] x1, y1, x2, y2 in pixels. */
  readonly boxes: Float32Array;
  /** [N] class index. */
  readonly labels: Int32Array;
  /** [N] 1 for regions of many objects that are not told apart. */
  readonly crowd: Uint8Array;
}

/**
 * Masks of the objects of an `ObjectTable`: run lengths as in COCO, those of object i at
 * `starts[i]` to `starts[i + 1]`.
 */
export interface MaskTable {
  readonly starts: Float64Array;
  readonly counts: Uint32Array;
}

/** One split. Plain data: a thread is started with it. */
export interface DenseSplit {
  readonly pictures: readonly DensePicture[];
  readonly source: PictureSource;
  /** Null for sets that have label maps only. */
  readonly objects: ObjectTable | null;
  /**
   * One channel, a class index per pixel or `ignoreLabel`; null for sets that have objects only.
   */
  readonly labelMaps: { readonly source: PictureSource; readonly table: Uint8Array | null } | null;
}

/** A data set for detection, segmentation or both. */
export interface DenseData {
  readonly id: string;
  /** Categories of objects by class index; empty where there are only label maps. */
  readonly classes: readonly string[];
  /** Category ids of the annotation file by class index: results are written with them. */
  readonly categoryIds: readonly number[];
  /** Classes of label maps by class index; empty where there are only objects. */
  readonly labelClasses: readonly string[];
  readonly train: DenseSplit;
  readonly test: DenseSplit;
  /** What COCO's metrics and masks are made from; null for sets that have label maps only. */
  readonly annotations: Readonly<Record<'train' | 'test', CocoAnnotations>> | null;
  readonly normalisation: Normalisation;
  /** SHA-256 over pictures, annotations, class names and the preprocessing version. */
  readonly hash: string;
}

/** Label of pixels that count neither in a loss nor in a metric. */
export const ignoreLabel = 255;
