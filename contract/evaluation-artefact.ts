import { readFileSync } from 'node:fs';
import { compileSchema, schemaProblems } from '../common/checked-yaml.ts';
import { DataError } from '../common/errors.ts';

/**
 * What a detection or segmentation trial says beyond its journal: `evaluation.json` in the folder
 * of the run, written once, after the evaluation of the last epoch. The report draws from it;
 * verdicts rest on the journal alone. The teacher's side of a comparison is the artefact of the
 * teacher's own trial: pictures meet by `file`.
 *
 * Every figure is in percent, as in the journal; null where it is not defined (a category without
 * objects).
 */
export type EvaluationArtefact = DetectionArtefact | SegmentationArtefact;

interface Common {
  readonly schemaVersion: 1;
  /** The data set as the trial names it, and the split that was evaluated. */
  readonly dataset: string;
  readonly split: string;
  /** The epoch that was evaluated, from 1. */
  readonly epoch: number;
  /** Pictures that were evaluated. */
  readonly pictures: number;
  /** The journal's metrics of that epoch by name: `AP`, `AP50`, `mIoU`, ... */
  readonly metrics: Readonly<Record<string, number | null>>;
}

export interface DetectionArtefact extends Common {
  readonly task: 'detection';
  /** Whether boxes or masks were compared. */
  readonly iou: 'bbox' | 'segm';
  /** In the order of the data set; `category` below is an index into it. */
  readonly categories: readonly {
    readonly name: string;
    /** Objects to find that are no crowd. */
    readonly objects: number;
    readonly AP: number | null;
    readonly AP50: number | null;
    readonly AP75: number | null;
  }[];
  readonly curves: readonly PrecisionCurve[];
  readonly samples: readonly DetectionSample[];
}

export interface PrecisionCurve {
  /** At one threshold of overlap, or the mean over the ten. */
  readonly iou: '0.50' | '0.75' | '0.50:0.95';
  /** Null: the mean over the categories that have objects. */
  readonly category: string | null;
  /**
   * At the recalls 0, 1, ..., 100 %; all areas, 100 detections a picture (COCO's `precision[...,
   * all, 100]`).
   */
  readonly precision: readonly (number | null)[];
}

/** A box as COCO has it: left, top, width, height, in pixels of the sample's picture. */
export type SampleBox = readonly [left: number, top: number, width: number, height: number];

/** One of the first pictures of the split, the same ones for every run on the data set. */
interface Sample {
  /** Name of the picture's file in the data set. */
  readonly file: string;
  /**
   * Size of the picture as it is stored here, at most 640 on a side; boxes and labels are on its
   * scale.
   */
  readonly width: number;
  readonly height: number;
  readonly picture: SamplePicture;
}

/** The picture file itself, PNG or JPEG. */
export interface SamplePicture {
  readonly mediaType: 'image/png' | 'image/jpeg';
  readonly base64: string;
}

export interface DetectionSample extends Sample {
  readonly objects: readonly {
    readonly box: SampleBox;
    readonly category: number;
    readonly crowd: boolean;
  }[];
  /**
   * By descending score; those below a score of 0.05 are of no use to a reader and may be left out.
   */
  readonly detections: readonly {
    readonly box: SampleBox;
    readonly category: number;
    /** 0 to 1. */
    readonly score: number;
  }[];
}

export interface SegmentationArtefact extends Common {
  readonly task: 'segmentation';
  /** In the order of the data set; labels below are indices into it. */
  readonly classes: readonly {
    readonly name: string;
    /** True pixels over all pictures. */
    readonly pixels: number;
    readonly IoU: number | null;
    readonly accuracy: number | null;
  }[];
  readonly samples: readonly SegmentationSample[];
}

export interface SegmentationSample extends Sample {
  readonly truth: LabelRuns;
  readonly prediction: LabelRuns;
}

/**
 * A map of labels, row by row, as runs: label, length, label, length, ...; label 255 is no class.
 * Lengths sum to width x height.
 */
export type LabelRuns = readonly number[];

/** The label of pixels that count nowhere. */
export const noClass = 255;

export const evaluationName = 'evaluation.json';
/** Pictures that a trial should show. */
export const sampleCount = 8;
/** The longest side of a stored picture, in pixels. */
export const longestSampleSide = 640;

const validate = compileSchema<EvaluationArtefact>(
  JSON.parse(
    readFileSync(new URL('./evaluation-artefact.schema.json', import.meta.url), 'utf8'),
  ) as object,
);

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
  const problem = validate(value)
    ? contradiction(value)
    : (schemaProblems(validate.errors ?? [])[0] as string);
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
