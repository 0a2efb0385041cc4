import { DataError } from '../common/errors.ts';
import { schemaProblem } from '../common/schema-problems.ts';
import { evaluationArtefact } from './checks/evaluation.generated.ts';
import type { TypeOf } from './schema/define.ts';
import type * as schema from './schema/evaluation.ts';

/**
 * What a detection or segmentation trial says beyond its journal: `evaluation.json` in the folder
 * of the run, written once, after the evaluation of the last epoch. The report draws from it;
 * verdicts rest on the journal alone. The teacher's side of a comparison is the artefact of the
 * teacher's own trial: pictures meet by `file`.
 *
 * Every figure is in percent, as in the journal; null where it is not defined (a category without
 * objects).
 */
export type EvaluationArtefact = TypeOf<typeof schema.evaluationArtefact>;

export type DetectionArtefact = TypeOf<typeof schema.detection>;
export type SegmentationArtefact = TypeOf<typeof schema.segmentation>;
export type PrecisionCurve = DetectionArtefact['curves'][number];

/** A box as COCO has it: left, top, width, height, in pixels of the sample's picture. */
export type SampleBox = TypeOf<typeof schema.box>;

/** The picture file itself, PNG or JPEG. */
export type SamplePicture = TypeOf<typeof schema.picture>;

/** One of the first pictures of the split, the same ones for every run on the data set. */
export type DetectionSample = DetectionArtefact['samples'][number];
export type SegmentationSample = SegmentationArtefact['samples'][number];

/**
 * A map of labels, row by row, as runs: label, length, label, length, ...; label 255 is no class.
 * Lengths sum to width x height.
 */
export type LabelRuns = TypeOf<typeof schema.labels>;

/** The label of pixels that count nowhere. */
export const noClass = 255;

export const evaluationName = 'evaluation.json';
/** Pictures that a trial should show. */
export const sampleCount = 8;
/** Detections below this score are not drawn: every detector gives hundreds of them. */
export const leastDrawnScore = 0.3;
/** The longest side of a stored picture, in pixels. */
export const longestSampleSide = 640;

/** The text of an artefact's file. @throws DataError as `parseEvaluation` */
export function evaluationText(artefact: EvaluationArtefact): string {
  const text = `${JSON.stringify(artefact)}\n`;
  parseEvaluation(text, evaluationName);
  return text;
}

/**
 * Reads the text of an artefact. Pure; `file` is for messages.
 *
 * @throws DataError `EVALUATION_SYNTAX`, `EVALUATION_SCHEMA` naming file and field: a category or
 *   label that does not exist and runs that do not fill their picture are among them.
 */
export function parseEvaluation(text: string, file: string): EvaluationArtefact {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError('EVALUATION_SYNTAX', `${file} is not JSON: ${(cause as Error).message}.`, {
      cause,
    });
  }
  const problem =
    schemaProblem(evaluationArtefact, value) ?? contradiction(value as EvaluationArtefact);
  if (problem !== null) throw new DataError('EVALUATION_SCHEMA', `${file}: ${problem}`);
  return value as EvaluationArtefact;
}

/** What a schema cannot say. */
function contradiction(artefact: EvaluationArtefact): string | null {
  for (const [index, sample] of artefact.samples.entries()) {
    const at = `samples[${index}]`;
    if ('objects' in sample) {
      const known = (artefact as DetectionArtefact).categories.length;
      for (const list of ['objects', 'detections'] as const) {
        const wrong = sample[list].findIndex(({ category }) => category >= known);
        if (wrong !== -1)
          return `${at}.${list}[${wrong}].category: there are ${known} categories, counted from 0.`;
      }
      for (const map of sample.masks === undefined ? [] : (['truth', 'detections'] as const)) {
        const labels = sample.masks?.[map] as LabelRuns;
        const problem = labelsProblem(labels, sample.width * sample.height, known);
        if (problem !== null) return `${at}.masks.${map}: ${problem}`;
      }
    } else {
      const known = (artefact as SegmentationArtefact).classes.length;
      for (const map of ['truth', 'prediction'] as const) {
        const problem = labelsProblem(sample[map], sample.width * sample.height, known);
        if (problem !== null) return `${at}.${map}: ${problem}`;
      }
    }
  }
  return null;
}

function labelsProblem(runs: LabelRuns, pixels: number, classes: number): string | null {
  let sum = 0;
  for (let index = 0; index < runs.length; index += 2) {
    const label = runs[index] as number;
    if (label >= classes && label !== noClass)
      return `label ${label}, but there are ${classes} classes, counted from 0.`;
    sum += runs[index + 1] ?? Number.NaN;
  }
  return sum === pixels
    ? null
    : `the runs have ${Number.isNaN(sum) ? 'a label without a length' : `${sum} pixels`}, the picture ${pixels}.`;
}

/** A map of labels as runs. */
export function labelRuns(labels: ArrayLike<number>): LabelRuns {
  const runs: number[] = [];
  for (let start = 0; start < labels.length; ) {
    const label = labels[start] as number;
    let end = start + 1;
    while (end < labels.length && labels[end] === label) end += 1;
    runs.push(label, end - start);
    start = end;
  }
  return runs;
}
