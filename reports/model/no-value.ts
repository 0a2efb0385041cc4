import { lookUp } from '../../common/look-up.ts';
import type { TrialSpec } from '../../contract/spec.ts';

/** A figure of COCO's over objects of one size or category, boxes or masks. */
const cocoPart = /^(?<iou>mask)?A[PR](?:(?<size>[sml])|\/(?<category>.+))$/;

/** COCO's sizes by their letter: areas of pycocotools' `areaRng`, as the sides of squares. */
const sizes: Readonly<Record<string, string>> = {
  s: 'small object (at most 32 x 32 pixels)',
  m: 'medium object (32 x 32 to 96 x 96 pixels)',
  l: 'large object (at least 96 x 96 pixels)',
};

/**
 * Why a completed training has no value of a metric; null where nothing says why.
 *
 * Redistill's evaluation of detections leaves out the figures for which pycocotools gives -1: those
 * over a size or a category that no object of the test pictures has. A log of other code may lack a
 * figure for any reason.
 *
 * @param recorded names of the metrics that the training has values of
 */
export function whyNoValue(
  { implementation, task }: TrialSpec,
  metric: string,
  recorded: ReadonlySet<string>,
): string | null {
  const part = cocoPart.exec(metric)?.groups;
  if (part === undefined || implementation !== 'redistill' || task !== 'detection') return null;
  if (!recorded.has(`${part['iou'] ?? ''}AP`)) return null;
  const size = lookUp(sizes, part['size'] ?? '');
  return `the test pictures have no ${size ?? `object of the category ${part['category']}`}`;
}
