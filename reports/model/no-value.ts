import type { TrialSpec } from '../../contract/spec.ts';
import { cocoParameters } from '../../runners/metrics/coco/parameters.ts';

/** A figure of COCO's over objects of one size or category, boxes or masks. */
const cocoPart = /^(?<iou>mask)?A[PR](?:(?<size>[sml])|\/(?<category>.+))$/;

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
  const objects =
    part['size'] === undefined
      ? `object of the category ${part['category']}`
      : sizeWords(part['size']);
  return `the test pictures have no ${objects}`;
}

/** @param letter the first one of COCO's name of the size. */
function sizeWords(letter: string): string {
  const range = cocoParameters.areaRanges.find(({ name }) => name.startsWith(letter));
  if (range === undefined) throw new Error(`COCO has no size "${letter}".`);
  const [least, most] = [range.least, range.most].map(
    (area) => `${Math.sqrt(area)} x ${Math.sqrt(area)}`,
  );
  const sides =
    range.least === 0
      ? `at most ${most}`
      : range.name === 'large'
        ? `at least ${least}`
        : `${least} to ${most}`;
  return `${range.name} object (${sides} pixels)`;
}
