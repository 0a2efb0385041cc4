import { resolve } from 'node:path';
import { DataError, UsageError } from '../common/errors.ts';
import type { CocoAnnotations } from '../runners/data/coco/annotations.ts';
import type { Ignored } from '../runners/data/coco/ignored.ts';
import type { IouType } from '../runners/metrics/coco/items.ts';
import type { CategoryMetrics, CocoMetrics } from '../runners/metrics/coco/summary.ts';
import { completeEffects, type Effects } from './effects.ts';

export interface CocoEvalOptions {
  /** Annotations, `instances_*.json`. */
  readonly gt: string;
  /** Detections, a list of results. */
  readonly dt: string;
  /** Compare boxes (the default) or masks. */
  readonly iou?: IouType | undefined;
  /** Let a detection match an object of any category (`useCats = 0`). */
  readonly classAgnostic?: boolean | undefined;
}

/** Figures in [0, 1], -1 where there is no object. */
export interface CocoFigures {
  readonly iou: IouType;
  readonly useCategories: boolean;
  readonly metrics: CocoMetrics;
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
  const [{ evaluateCoco }, { summarizeCategories, summarizeCoco }] = await Promise.all([
    import('../runners/metrics/coco/evaluate.ts'),
    import('../runners/metrics/coco/summary.ts'),
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
  const evaluation = evaluateCoco(annotations, detections, { iou, useCategories, file: gt });
  const names = new Map(annotations.categories.map(({ id, name }) => [id, name]));
  const written = (id: number) => annotations.ids?.categories.nameOf(id) ?? id;
  return {
    iou,
    useCategories,
    metrics: summarizeCoco(evaluation),
    perCategory: summarizeCategories(evaluation).map(({ categoryId, ...figures }) => ({
      categoryId: categoryId === null ? null : written(categoryId),
      name: categoryId === null ? null : (names.get(categoryId) ?? null),
      ...figures,
    })),
    counts: {
      images: annotations.images.length,
      categories: annotations.categories.length,
      annotations: annotations.annotations.length,
      detections: detections.scores.length,
    },
    ignored,
  };
}

const hasIdZero = ({ annotations }: CocoAnnotations) => annotations.some(({ id }) => id === 0);
