/** A range of areas in pixels, both ends included. */
export interface AreaRange {
  readonly name: string;
  readonly least: number;
  readonly most: number;
}

/** What is evaluated: pycocotools' `Params`. */
export interface CocoParameters {
  /** In (0, 1], ascending. */
  readonly iouThresholds: readonly number[];
  /** In [0, 1], ascending. */
  readonly recallThresholds: readonly number[];
  /** The range named `all` is the one that figures without a range are of. */
  readonly areaRanges: readonly AreaRange[];
  /** Detections per picture and category that are looked at, ascending. */
  readonly maxDetections: readonly number[];
  /** Ids of the categories that are evaluated; null: all. */
  readonly categories: readonly number[] | null;
  /** Ids of the pictures that are evaluated; null: all. */
  readonly images: readonly number[] | null;
}

/** 0, 0.01, ..., 1. */
export const recallThresholds: readonly number[] = linspace(0, 1, 101);

/** Greatest area that counts: 100,000 pixels squared, as in pycocotools. */
export const greatestArea = 1e10;

/** COCO's own: ten thresholds from 0.5 to 0.95, four ranges of areas, 1, 10 and 100 detections. */
export const cocoParameters: CocoParameters = {
  iouThresholds: linspace(0.5, 0.95, 10),
  recallThresholds,
  areaRanges: [
    { name: 'all', least: 0, most: greatestArea },
    { name: 'small', least: 0, most: 32 ** 2 },
    { name: 'medium', least: 32 ** 2, most: 96 ** 2 },
    { name: 'large', least: 96 ** 2, most: greatestArea },
  ],
  maxDetections: [1, 10, 100],
  categories: null,
  images: null,
};

/** Numbers at equal distances, as numpy's `linspace` computes them. */
function linspace(start: number, stop: number, count: number): number[] {
  const step = (stop - start) / (count - 1);
  return Array.from({ length: count }, (_, place) =>
    place === count - 1 ? stop : place * step + start,
  );
}
