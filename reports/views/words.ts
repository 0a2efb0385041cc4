import { lookUp } from '../../common/look-up.ts';
import type { Scale } from '../../contract/spec.ts';
import type { VerdictWord } from '../../reference/verdict/verdict.ts';
import type { ColumnRow, RunRow } from '../../results/queries.ts';
import { meanAndSpread } from '../format.ts';
import type { Measurement, TrialModel } from '../model/table-model.ts';
import { type VerdictStyle, verdictStyles } from '../verdict-words.ts';

/**
 * How pages call things: one place, so that the overview, the tables and the cells say the same.
 */

const metricNames: Readonly<Record<string, string>> = {
  top1: 'Top-1 accuracy',
  top5: 'Top-5 accuracy',
  miou: 'Mean IoU',
  aacc: 'Pixel accuracy',
  macc: 'Mean class accuracy',
  mdice: 'Mean Dice',
};

export function metricName(metric: string): string {
  return lookUp(metricNames, metric.toLowerCase()) ?? metric;
}

/** `teacher → student`, or the student alone. */
export function pairName(column: ColumnRow): string {
  return column.teacher === null ? column.student : `${column.teacher} \u2192 ${column.student}`;
}

export const scaleWords: Readonly<Record<Scale, string>> = {
  paper: 'The full published protocol.',
  proxy:
    'A reduced protocol on a small data set: it compares methods with each other, never with the paper.',
  own: 'An own study in full: nothing of it is published, and its numbers stand for themselves.',
  smoke: 'A test that everything runs; its numbers mean nothing.',
};

export function measurementText(measurement: Measurement | null, decimals: number): string | null {
  return measurement === null ? null : meanAndSpread(measurement.mean, measurement.sd, decimals);
}

/** What a trial came to: an end state, `unfinished`, or `not run` where nothing was measured. */
export type ReportedState = RunRow['state'] | 'not run';

export function trialState({ run }: TrialModel): ReportedState {
  return run?.state ?? 'not run';
}

/** Why a trial has no number; null where it has one. */
export function withoutResult(trial: TrialModel): string | null {
  if (trial.counted) return null;
  if (trial.run === null) return 'No run of this trial is in the database.';
  if (trial.valueless !== null) {
    const { reason } = trial.valueless;
    const why = reason === null ? '' : `: ${reason}`;
    return `The run completed without a value of this metric${why}.`;
  }
  return trial.run.reason;
}

/**
 * How many cells have which verdict, in the order of the legend; words without a cell are left out.
 */
export function tally(
  words: readonly VerdictWord[],
): readonly (VerdictStyle & { readonly count: number })[] {
  return verdictStyles
    .map((style) => ({ ...style, count: words.filter((word) => word === style.word).length }))
    .filter(({ count }) => count > 0);
}
