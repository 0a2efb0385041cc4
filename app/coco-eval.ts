import { resolve } from 'node:path';
import { DataError, UsageError } from '../common/errors.ts';
import type { CocoAnnotations } from '../runners/data/coco/annotations.ts';
import type { Ignored } from '../runners/data/coco/ignored.ts';
import type { IouType } from '../runners/metrics/coco/items.ts';
import type { CategoryMetrics, CocoFigure, CocoMetrics } from '../runners/metrics/coco/summary.ts';
import type { CocoSelection } from './coco/parameters.ts';
import { completeEffects, type Effects } from './effects.ts';

export interface CocoEvalOptions extends CocoSelection {
  /** Annotations, `instances_*.json`. */
  readonly gt: string;
  /** Detections, a list of results. */
  readonly dt: string;
  /** Compare boxes (the default) or masks. */
  readonly iou?: IouType | undefined;
  /** Where the precision-recall curve of every category is written, as CSV. */
  readonly curves?: string | undefined;
}

/** Figures in [0, 1], -1 where there is no object. */
export interface CocoFigures {
  readonly iou: IouType;
  readonly useCategories: boolean;
  readonly metrics: CocoMetrics;
  /** The same figures with their conditions. */
  readonly figures: readonly CocoFigure[];
  /** IoU thresholds that were evaluated. */
  readonly thresholds: readonly number[];
  readonly perCategory: readonly CategoryFigures[];
  readonly counts: {
    readonly images: number;
    readonly categories: number;
    readonly annotations: number;
    readonly detections: number;
  };
  /** What the comparison does not use and leaves aside, with the first of each kind. */
  readonly ignored: readonly Ignored[];
}

/** The figures of one category. */
export type CategoryFigures = Omit<CategoryMetrics, 'categoryId'> & {
  /** As the file writes it. */
  readonly categoryId: number | string | null;
  readonly name: string | null;
};

/**
 * Compares COCO results with COCO annotations: the figures of pycocotools, equal to its own in all
 * printed digits. What the comparison leaves aside is a notice.
 *
 * @example
 * ```ts
 * import { cocoEval } from 'redistill';
 *
 * const { metrics } = await cocoEval({ gt: 'instances_val2017.json', dt: 'boxes.json' });
 * console.log(metrics.AP);
 * ```
 * @throws UsageError `COCO_...` for a file that is not as COCO defines it, with index and field
 */
export async function cocoEval(
  options: CocoEvalOptions,
  effects: Partial<Effects> = {},
): Promise<CocoFigures> {
  try {
    return await evaluate(options, completeEffects(effects));
  } catch (error) {
    if (error instanceof DataError && error.code.startsWith('COCO_')) {
      throw new UsageError(error.code, error.message, { hint: error.hint, cause: error });
    }
    throw error;
  }
}

async function evaluate(options: CocoEvalOptions, { cwd, notice }: Effects): Promise<CocoFigures> {
  const [{ readCocoAnnotations }, { ignoredSentence }, { readCocoJson }] = await Promise.all([
    import('../runners/data/coco/annotations.ts'),
    import('../runners/data/coco/ignored.ts'),
    import('../runners/data/coco/json.ts'),
  ]);
  const [{ parseDetections }, { cocoIndex }] = await Promise.all([
    import('../runners/metrics/coco/detections.ts'),
    import('../runners/metrics/coco/items.ts'),
  ]);
  const [{ evaluateCoco }, { cocoFigures, metricsOf, summarizeCategories }] = await Promise.all([
    import('../runners/metrics/coco/evaluate.ts'),
    import('../runners/metrics/coco/summary.ts'),
  ]);
  const [{ parametersOf }, { writeCurves }] = await Promise.all([
    import('./coco/parameters.ts'),
    import('./coco/curves.ts'),
  ]);
  const { iou = 'bbox', classAgnostic = false } = options;
  const [gt, dt] = [resolve(cwd, options.gt), resolve(cwd, options.dt)];
  const useCategories = !classAgnostic;
  const annotations = readCocoAnnotations(gt, iou === 'bbox' ? 'boxes' : 'masks');
  const ignored = annotations.ignored ?? [];
  for (const each of ignored) notice(`note: ${gt}: ${ignoredSentence(each)}.`);
  if (hasIdZero(annotations)) {
    notice(
      `note: ${gt} has an annotation with the id 0. pycocotools takes a detection that matches it for a false positive, ` +
        'and so does this; number annotations from 1.',
    );
  }
  const index = cocoIndex(annotations);
  const detections = parseDetections(readCocoJson(dt), annotations, index, iou, dt);
  const parameters = parametersOf(options, annotations, { gt, cwd });
  const asked = { iou, useCategories, file: gt, parameters };
  const evaluation = evaluateCoco(annotations, detections, asked);
  const names = new Map(annotations.categories.map(({ id, name }) => [id, name]));
  const written = (id: number) => annotations.ids?.categories.nameOf(id) ?? id;
  if (options.curves !== undefined) {
    writeCurves(resolve(cwd, options.curves), evaluation, (id) => names.get(id) ?? `${id}`);
  }
  const figures = cocoFigures(evaluation);
  const inUse = {
    images: new Set(parameters.images ?? index.imageIds),
    categories: new Set(parameters.categories ?? index.categoryIds),
  };
  return {
    iou,
    useCategories,
    metrics: metricsOf(figures),
    figures,
    thresholds: parameters.iouThresholds,
    perCategory: summarizeCategories(evaluation).map(({ categoryId, ...own }) => ({
      categoryId: categoryId === null ? null : written(categoryId),
      name: categoryId === null ? null : (names.get(categoryId) ?? null),
      ...own,
    })),
    counts: {
      images: inUse.images.size,
      categories: inUse.categories.size,
      annotations: annotations.annotations.filter(
        ({ imageId, categoryId }) => inUse.images.has(imageId) && inUse.categories.has(categoryId),
      ).length,
      detections: detections.scores.filter(
        (_, at) =>
          inUse.images.has(index.imageIds[detections.images[at] as number] as number) &&
          inUse.categories.has(index.categoryIds[detections.categories[at] as number] as number),
      ).length,
    },
    ignored,
  };
}

const hasIdZero = ({ annotations }: CocoAnnotations) => annotations.some(({ id }) => id === 0);
