import { readJournal } from '../../contract/journal.ts';
import { journalFile, runFolder } from '../../contract/paths.ts';
import type { TrialOutcome } from '../../runners/executors/outcome.ts';

/** What became of teachers' outputs in an epoch, over all trainings of a run. */
interface Counted {
  kept: number;
  computed: number;
  damaged: number;
  seconds: number;
}

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
      const { kept, computed, damaged, seconds } = line.teacherOutputs;
      const { students = 1 } = line;
      const sum = epochs.get(line.epoch) ?? { kept: 0, computed: 0, damaged: 0, seconds: 0 };
      epochs.set(line.epoch, {
        kept: sum.kept + kept / students,
        computed: sum.computed + computed / students,
        damaged: sum.damaged + damaged / students,
        seconds: sum.seconds + seconds / students,
      });
    }
  }
  const inOrder = [...epochs].sort(([one], [other]) => one - other).map(([, sum]) => sum);
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  if (first === undefined || last === undefined) return null;
  const all = inOrder.reduce((sum, each) => ({
    kept: sum.kept + each.kept,
    computed: sum.computed + each.computed,
    damaged: sum.damaged + each.damaged,
    seconds: sum.seconds + each.seconds,
  }));
  const missing = ({ kept, computed }: Counted) =>
    `${((100 * computed) / Math.max(1, kept + computed)).toFixed(1)} %`;
  const bad =
    all.damaged > 0 ? `, ${Math.round(all.damaged)} of them because they were damaged` : '';
  return (
    `Outputs of teachers: ${missing(first)} missing in the first epoch, ${missing(last)} in the last, ` +
    `${missing(all)} over all, computed in ${all.seconds.toFixed(1)} s${bad}.`
  );
}
