import type { GoldenFile, ParityCase, ParityCheck } from '../../contract/parity.ts';
import { type CocoAnnotations, parseCocoAnnotations } from '../data/coco/annotations.ts';
import { parseDetections } from '../metrics/coco/detections.ts';
import { type CocoEvaluation, evaluateCoco } from '../metrics/coco/evaluate.ts';
import { cocoIndex, type IouType } from '../metrics/coco/items.ts';
import { precisionCurve, summarizeCategories, summarizeCoco } from '../metrics/coco/summary.ts';
import { GoldenNode } from './golden.ts';
import { Comparison } from './tolerance.ts';

/** Both sides count and divide in double precision, and the files hold nine digits. */
const tolerance = 1e-9;

/**
 * Evaluations of a file: the name of the expected values, what is compared, and whether categories
 * are told apart.
 */
const evaluations = [
  { name: 'bbox', iou: 'bbox', useCategories: true },
  { name: 'segm', iou: 'segm', useCategories: true },
  { name: 'bbox_useCats0', iou: 'bbox', useCategories: false },
] as const;

/**
 * COCO metrics against pycocotools: the twelve figures, those of every category, and a precision
 * curve. All are fractions in [0, 1] or -1, so that errors are absolute.
 */
export const cocoCheck: ParityCheck = (file) => {
  const root = GoldenNode.of(file);
  const content = file.content as Readonly<Record<string, unknown>>;
  root.get('gt');
  const annotations = parseCocoAnnotations(content['gt'], `${file.path}: gt`);
  return evaluations
    .filter(({ name }) => root.has(name))
    .map(({ name, iou, useCategories }) => {
      const results = `dets_${iou}`;
      root.get(results);
      const evaluation = evaluate(annotations, content[results], iou, useCategories, file);
      return compare(file, name, evaluation, root.get(name));
    });
};

function evaluate(
  annotations: CocoAnnotations,
  results: unknown,
  iou: IouType,
  useCategories: boolean,
  { path }: GoldenFile,
): CocoEvaluation {
  const name = `${path}: dets_${iou}`;
  const detections = parseDetections(results, annotations, cocoIndex(annotations), iou, name);
  return evaluateCoco(annotations, detections, { iou, useCategories, file: `${path}: gt` });
}

function compare(
  file: GoldenFile,
  name: string,
  evaluation: CocoEvaluation,
  golden: GoldenNode,
): ParityCase {
  const comparison = new Comparison(file.path, name);
  const metrics: Readonly<Record<string, number>> = summarizeCoco(evaluation);
  const expected = golden.get('metrics').entries();
  comparison.equal(
    'names of metrics',
    Object.keys(metrics),
    expected.map(([metric]) => metric),
  );
  for (const [metric, value] of expected) {
    comparison.scalar(metric, metrics[metric] ?? Number.NaN, value.number(), tolerance, 1);
  }
  const categories = golden.optional('per_category');
  if (categories !== null) compareCategories(comparison, evaluation, categories);
  const curve = golden.optional('precision_curve_iou50_cat');
  if (curve !== null) compareCurve(comparison, evaluation, curve);
  return comparison.result();
}

function compareCategories(
  comparison: Comparison,
  evaluation: CocoEvaluation,
  golden: GoldenNode,
): void {
  const own = summarizeCategories(evaluation);
  const expected = golden.entries();
  comparison.equal(
    'categories',
    own.map(({ categoryId }) => String(categoryId)),
    expected.map(([id]) => id),
  );
  for (const [place, [id, figures]] of expected.entries()) {
    const mine = own[place];
    const compareOne = (name: string, value: number | undefined) =>
      comparison.scalar(
        `${name} of category ${id}`,
        value ?? Number.NaN,
        figures.get(name).number(),
        tolerance,
        1,
      );
    compareOne('AP', mine?.AP);
    compareOne('AP50', mine?.AP50);
    compareOne('AP75', mine?.AP75);
    compareOne('AR_maxdets', mine?.['AR100']);
  }
}

function compareCurve(
  comparison: Comparison,
  evaluation: CocoEvaluation,
  golden: GoldenNode,
): void {
  const category = evaluation.categoryIds.indexOf(golden.get('category_id').number());
  const curve = precisionCurve(evaluation, { category, threshold: 0.5, area: 'all', most: 100 });
  comparison.array(
    'precision at 101 recalls',
    curve ?? [],
    golden.get('precision_at_101_recall_points').numbers(),
    tolerance,
    1,
  );
}
