import { lookUp } from '../../../common/look-up.ts';
import type { CocoEvaluation } from './evaluate.ts';

/**
 * The twelve figures of pycocotools' `summarize` with COCO's own parameters, in its order: s, m, l
 * are sizes, 1, 10, 100 detections per picture.
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
export interface CocoMetrics {
  readonly AP: number;
  readonly [name: string]: number;
}

/** One figure of a summary with its conditions. */
export interface CocoFigure {
  /** `AP`, `AP50`, `APs`, `AR100`, `AP/tiny` ... */
  readonly name: string;
  readonly value: number;
  /** Null: the mean over all thresholds. */
  readonly threshold: number | null;
  /** Name of the range of areas. */
  readonly area: string;
  /** Detections per picture and category. */
  readonly most: number;
}

/** How the names of COCO's own ranges are shortened in the name of a figure. */
const shortNames: Readonly<Record<string, string>> = { small: 's', medium: 'm', large: 'l' };

/**
 * The figures of pycocotools' `summarize`, in its order. Those at an IoU of 0.5 and 0.75 are left
 * out where that threshold is not evaluated. A range of areas of another name than COCO's is
 * written `AP/name`.
 *
 * As in pycocotools, AP is over 100 detections per picture and everything else over the greatest
 * limit. Where 100 is not among the limits pycocotools gives -1 for AP; here it is over the
 * greatest limit too.
 */
export function cocoFigures(evaluation: CocoEvaluation): CocoFigure[] {
  const { areaRanges, maxDetections } = evaluation.parameters;
  const greatest = Math.max(...maxDetections);
  const sizes = areaRanges.map(({ name }) => name).filter((name) => name !== 'all');
  const ofSize = (metric: string, name: string) =>
    metric + (lookUp(shortNames, name) ?? `/${name}`);
  const figure = (
    metric: 'AP' | 'AR',
    name: string,
    { area = 'all', most = greatest, threshold }: Partial<Selection>,
  ): CocoFigure => {
    const mean = metric === 'AP' ? averagePrecision : averageRecall;
    const at = { area, most, ...(threshold !== undefined && { threshold }) };
    return { name, value: mean(evaluation, at), threshold: threshold ?? null, area, most };
  };
  return [
    figure('AP', 'AP', { most: maxDetections.includes(100) ? 100 : greatest }),
    ...[0.5, 0.75]
      .filter((threshold) => isEvaluated(evaluation, threshold))
      .map((threshold) => figure('AP', `AP${100 * threshold}`, { threshold })),
    ...sizes.map((area) => figure('AP', ofSize('AP', area), { area })),
    ...maxDetections.map((most) => figure('AR', `AR${most}`, { most })),
    ...sizes.map((area) => figure('AR', ofSize('AR', area), { area })),
  ];
}

/** The values of `cocoFigures` by name. */
export function summarizeCoco(evaluation: CocoEvaluation): CocoMetrics {
  return metricsOf(cocoFigures(evaluation));
}

/** The values of figures by name. */
export function metricsOf(figures: readonly CocoFigure[]): CocoMetrics {
  return Object.fromEntries(figures.map(({ name, value }) => [name, value])) as CocoMetrics;
}

/**
 * Figures of one category over all sizes and the greatest number of detections per picture; -1
 * where it has no object to find. Those at a threshold that is not evaluated are missing.
 */
export interface CategoryMetrics {
  readonly categoryId: number | null;
  readonly AP: number;
  readonly AP50?: number;
  readonly AP75?: number;
  /** Named after the number of detections: `AR100`. */
  readonly [recall: `AR${number}`]: number;
}

export function summarizeCategories(evaluation: CocoEvaluation): CategoryMetrics[] {
  const most = Math.max(...evaluation.parameters.maxDetections);
  return evaluation.categoryIds.map((categoryId, category) => {
    const every = { area: 'all', most, category } as const;
    const at = (threshold: number) => averagePrecision(evaluation, { ...every, threshold });
    return {
      categoryId,
      AP: averagePrecision(evaluation, every),
      ...(isEvaluated(evaluation, 0.5) && { AP50: at(0.5) }),
      ...(isEvaluated(evaluation, 0.75) && { AP75: at(0.75) }),
      [`AR${most}`]: averageRecall(evaluation, every),
    };
  });
}

/**
 * Precision of one category at every recall threshold, at one IoU threshold, or null where it
 * has no object to find.
 *
 * @param at.category place in `categoryIds`
 */
export function precisionCurve(
  evaluation: CocoEvaluation,
  at: CurveSelection,
): Float64Array | null {
  const curve = alongRecall(evaluation, evaluation.precision, at);
  return curve[0] === -1 ? null : curve;
}

/**
 * The score of the detection at which each recall threshold is reached, 0 where none reaches it;
 * meaningless where `precisionCurve` is null.
 */
export function scoreCurve(evaluation: CocoEvaluation, at: CurveSelection): Float64Array {
  return alongRecall(evaluation, evaluation.scores, at);
}

type CurveSelection = Selection & { readonly category: number; readonly threshold: number };

function alongRecall(
  evaluation: CocoEvaluation,
  values: Float64Array,
  at: CurveSelection,
): Float64Array {
  const { iouThresholds, recallThresholds } = evaluation.parameters;
  const t = thresholdAt(iouThresholds, at.threshold);
  return Float64Array.from(
    recallThresholds,
    (_, r) => values[cell(evaluation, t * recallThresholds.length + r, at.category, at)] as number,
  );
}

/** The values to average: all IoU thresholds and categories, or one of them. */
interface Selection {
  /** Name of a range of areas. */
  readonly area: string;
  /** One of the numbers of detections that are evaluated. */
  readonly most: number;
  readonly threshold?: number;
  /** Place in `categoryIds`. */
  readonly category?: number;
}

function averagePrecision(evaluation: CocoEvaluation, at: Selection): number {
  return average(
    evaluation,
    evaluation.precision,
    evaluation.parameters.recallThresholds.length,
    at,
  );
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
  const { iouThresholds } = evaluation.parameters;
  const thresholds =
    at.threshold === undefined ? iouThresholds.keys() : [thresholdAt(iouThresholds, at.threshold)];
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
  { categoryIds, parameters: { areaRanges, maxDetections } }: CocoEvaluation,
  row: number,
  category: number,
  { area, most }: Pick<Selection, 'area' | 'most'>,
): number {
  const [range, limit] = [
    areaRanges.findIndex(({ name }) => name === area),
    maxDetections.indexOf(most),
  ];
  if (range === -1 || limit === -1) {
    throw new RangeError(`Area ${area} with ${most} detections is not evaluated.`);
  }
  return (
    ((row * categoryIds.length + category) * areaRanges.length + range) * maxDetections.length +
    limit
  );
}

/** @throws RangeError for a threshold that is not evaluated */
function thresholdAt(iouThresholds: readonly number[], threshold: number): number {
  const place = iouThresholds.findIndex((value) => isNear(value, threshold));
  if (place === -1) throw new RangeError(`IoU ${threshold} is none of ${iouThresholds}.`);
  return place;
}

function isEvaluated({ parameters }: CocoEvaluation, threshold: number): boolean {
  return parameters.iouThresholds.some((value) => isNear(value, threshold));
}

const isNear = (value: number, threshold: number) => Math.abs(value - threshold) < 1e-9;
