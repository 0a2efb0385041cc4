import { readJournal } from '../../contract/journal.ts';
import { journalFile, runFolder } from '../../contract/paths.ts';
import type { TrialOutcome } from '../../runners/executors/outcome.ts';

/** What became of teachers' outputs in an epoch, over all trainings of a run. */
interface Counted {
  readonly kept: number;
  readonly computed: number;
  readonly damaged: number;
  readonly seconds: number;
}

const none: Counted = { kept: 0, computed: 0, damaged: 0, seconds: 0 };

/** A sum, and the share in `more` of one of so many students. */
const plus = (sum: Counted, more: Counted, students = 1): Counted => ({
  kept: sum.kept + more.kept / students,
  computed: sum.computed + more.computed / students,
  damaged: sum.damaged + more.damaged / students,
  seconds: sum.seconds + more.seconds / students,
});

/**
 * What the trainings of a run had from kept outputs of teachers, in a sentence for people; null
 * where none had any. What a cohort shares is counted once.
 */
export function keptSummary(workspace: string, outcomes: readonly TrialOutcome[]): string | null {
  const epochs = new Map<number, Counted>();
  for (const { trial, run, reused } of outcomes) {
    if (run === null || reused) continue;
    for (const line of readJournal(journalFile(runFolder(workspace, trial, run))).lines) {
      if (line.type !== 'epoch' || line.teacherOutputs === undefined) continue;
      const sum = epochs.get(line.epoch) ?? none;
      epochs.set(line.epoch, plus(sum, line.teacherOutputs, line.students));
    }
  }
  const inOrder = [...epochs].sort(([one], [other]) => one - other).map(([, sum]) => sum);
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  if (first === undefined || last === undefined) return null;
  const all = inOrder.reduce((sum, each) => plus(sum, each));
  const missing = ({ kept, computed }: Counted) =>
    `${((100 * computed) / Math.max(1, kept + computed)).toFixed(1)} %`;
  const bad =
    all.damaged > 0 ? `, ${Math.round(all.damaged)} of them because they were damaged` : '';
  return (
    `Outputs of teachers: ${missing(first)} missing in the first epoch, ${missing(last)} in the last, ` +
    `${missing(all)} over all, computed in ${all.seconds.toFixed(1)} s${bad}.`
  );
}
