import type { Unit } from '../../contract/cohorts.ts';
import { readJournal } from '../../contract/journal.ts';
import type { JournalLine } from '../../contract/journal-types.ts';
import { journalFile, runFolder } from '../../contract/paths.ts';
import type { TrialOutcome } from '../../runners/executors/outcome.ts';
import { type Measurements, shareOfEvaluation, shareOfStep } from '../../suites/price.ts';

/** The planned and the real time of trainings with their evaluations. */
export interface EstimateCheck {
  /** Trials that were trained now and had a price before. */
  readonly trials: number;
  /** Trials that were trained now and had no price: nothing like them had been measured. */
  readonly unpriced: number;
  /** Seconds, one process after the other. */
  readonly predictedSeconds: number;
  readonly seconds: number;
}

/**
 * Compares the price of what was trained with the time it took: the epochs since `startedAt`, so
 * that a run that went on from a checkpoint is judged by what it did. Null where nothing was
 * trained.
 *
 * @param units which trials were trained together
 * @param before measurements from before the training
 * @param startedAt ISO 8601 UTC
 */
export function checkEstimate(
  workspace: string,
  outcomes: readonly TrialOutcome[],
  units: readonly Unit[],
  before: Measurements,
  startedAt: string,
): EstimateCheck | null {
  let [trials, unpriced, predictedSeconds, seconds] = [0, 0, 0, 0];
  const byId = new Map(outcomes.map((outcome) => [outcome.trial, outcome]));
  for (const unit of units) {
    for (const { id, spec } of unit) {
      const { run = null, reused = true } = byId.get(id) ?? {};
      if (run === null || reused) continue;
      const trained = trainedSince(journalFile(runFolder(workspace, id, run)), startedAt);
      if (trained.steps === 0) continue;
      const share = shareOfStep(spec, unit.length, before);
      // What was kept of the teacher meanwhile is not in a price by whole steps.
      if (share === null || trained.kept) {
        unpriced += 1;
        continue;
      }
      trials += 1;
      const evaluation = shareOfEvaluation(spec, unit.length, before);
      predictedSeconds += (share * trained.steps + (evaluation ?? 0) * trained.epochs) / 1000;
      seconds += trained.seconds + (evaluation === null ? 0 : trained.evaluationSeconds);
    }
  }
  return trials + unpriced === 0 ? null : { trials, unpriced, predictedSeconds, seconds };
}

/** Steps and epochs journalled since a time, and the trial's share of the seconds they took. */
function trainedSince(file: string, time: string) {
  const { lines } = readJournal(file);
  const stepsPerEpoch = lines.find((line) => line.type === 'start')?.stepsPerEpoch ?? 0;
  const epochs = new Map<number, Extract<JournalLine, { type: 'epoch' }>>();
  for (const line of lines) {
    if (line.type === 'epoch' && line.time >= time) epochs.set(line.epoch, line);
  }
  let [seconds, evaluationSeconds] = [0, 0];
  for (const { trainSeconds, evalSeconds, students = 1 } of epochs.values()) {
    seconds += trainSeconds / students;
    evaluationSeconds += evalSeconds / students;
  }
  const { size } = epochs;
  const kept = [...epochs.values()].some(({ teacherOutputs }) => teacherOutputs !== undefined);
  return { steps: size * stepsPerEpoch, epochs: size, seconds, evaluationSeconds, kept };
}
