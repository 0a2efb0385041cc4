import {
  type AreaRange,
  areaNames,
  type CocoEvaluation,
  iouThresholds,
  maxDetections,
  recallThresholds,
} from './evaluate.ts';

/**
 * The twelve figures of pycocotools' `summarize`, in its order: s, m, l are sizes, 1, 10, 100
 * detections per picture.
 */
export const cocoMetricNames = [
  'AP',
  'AP50',
  'AP75',
  'APs',
  'APm',
  'APl',
  'AR1',
  'AR10',
  'AR100',
  'ARs',
  'ARm',
  'ARl',
] as const;
/** Fractions in [0, 1], or -1 where there is no object to find. */
export type CocoMetrics = Readonly<Record<(typeof cocoMetricNames)[number], number>>;

export function summarizeCoco(evaluation: CocoEvaluation): CocoMetrics {
  const every = { area: 'all', most: 100 } as const;
  const precision = (at: Partial<Selection>) => averagePrecision(evaluation, { ...every, ...at });
  const recall = (at: Partial<Selection>) => averageRecall(evaluation, { ...every, ...at });
  return {
    AP: precision({}),
    AP50: precision({ threshold: 0.5 }),
    AP75: precision({ threshold: 0.75 }),
    APs: precision({ area: 'small' }),
    APm: precision({ area: 'medium' }),
    APl: precision({ area: 'large' }),
    AR1: recall({ most: 1 }),
    AR10: recall({ most: 10 }),
    AR100: recall({}),
    ARs: recall({ area: 'small' }),
    ARm: recall({ area: 'medium' }),
    ARl: recall({ area: 'large' }),
  };
}

/**
 * Figures of one category over all sizes and 100 detections per picture; -1 where it has no object
 * to find.
 */
export interface CategoryMetrics {
  readonly categoryId: number | null;
  readonly AP: number;
  readonly AP50: number;
  readonly AP75: number;
  readonly AR100: number;
}

export function summarizeCategories(evaluation: CocoEvaluation): CategoryMetrics[] {
  const every = { area: 'all', most: 100 } as const;
  return evaluation.categoryIds.map((categoryId, category) => ({
    categoryId,
    AP: averagePrecision(evaluation, { ...every, category }),
    AP50: averagePrecision(evaluation, { ...every, category, threshold: 0.5 }),
    AP75: averagePrecision(evaluation, { ...every, category, threshold: 0.75 }),
    AR100: averageRecall(evaluation, { ...every, category }),
  }));
}

/**
 * Precision of one category at the 101 recall thresholds, at one IoU threshold, or null where it
 * has no object to find.
 *
 * @param at.category place in `categoryIds`
 */
export function precisionCurve(
  evaluation: CocoEvaluation,
  at: Selection & { readonly category: number; readonly threshold: number },
): Float64Array | null {
  const t = thresholdAt(at.threshold);
  const curve = Float64Array.from(
    recallThresholds,
    (_, r) =>
      evaluation.precision[
        cell(evaluation, t * recallThresholds.length + r, at.category, at)
      ] as number,
  );
  return curve[0] === -1 ? null : curve;
}

/** The values to average: all IoU thresholds and categories, or one of them. */
interface Selection {
  readonly area: AreaRange;
  readonly most: (typeof maxDetections)[number];
  readonly threshold?: number;
  /** Place in `categoryIds`. */
  readonly category?: number;
}

function averagePrecision(evaluation: CocoEvaluation, at: Selection): number {
  return average(evaluation, evaluation.precision, recallThresholds.length, at);
}

function averageRecall(evaluation: CocoEvaluation, at: Selection): number {
  return average(evaluation, evaluation.recall, 1, at);
}

/** Mean of the values that are defined, or -1. */
function average(
  evaluation: CocoEvaluation,
  values: Float64Array,
  perThreshold: number,
  at: Selection,
): number {
  const thresholds =
    at.threshold === undefined ? iouThresholds.keys() : [thresholdAt(at.threshold)];
  const categories = at.category === undefined ? evaluation.categoryIds.keys() : [at.category];
  const chosen = [...categories];
  let [sum, count] = [0, 0];
  for (const t of thresholds) {
    for (let r = 0; r < perThreshold; r += 1) {
      for (const category of chosen) {
        const value = values[cell(evaluation, t * perThreshold + r, category, at)] as number;
        if (value > -1) {
          sum += value;
          count += 1;
        }
      }
    }
  }
  return count === 0 ? -1 : sum / count;
}

function cell(
  { categoryIds }: CocoEvaluation,
  row: number,
  category: number,
  { area, most }: Pick<Selection, 'area' | 'most'>,
): number {
  return (
    ((row * categoryIds.length + category) * areaNames.length + areaNames.indexOf(area)) *
      maxDetections.length +
    maxDetections.indexOf(most)
  );
}

/** @throws RangeError for a threshold that is not evaluated */
function thresholdAt(threshold: number): number {
  const place = iouThresholds.findIndex((value) => Math.abs(value - threshold) < 1e-9);
  if (place === -1) throw new RangeError(`IoU ${threshold} is none of ${iouThresholds}.`);
  return place;
}
