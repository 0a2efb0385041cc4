import { lookUp } from '../../common/look-up.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import { type OfficialVerdict, officialVerdict } from '../../reference/verdict/official.ts';
import type { CellRow, RunRow, SelectionRow } from '../../results/queries.ts';
import { compareLog } from '../../suites/protocol.ts';
import type { OfficialData, PlanData } from './plan-data.ts';

/**
 * A run of code that is not ours beside a cell, its log imported or made here. It is in no mean,
 * and n is always 1.
 */
export interface OfficialRunModel {
  readonly trial: string;
  readonly spec: TrialSpec;
  readonly run: RunRow;
  /** Earlier trainings of the same log, and other logs of the same trial, with their numbers. */
  readonly otherRuns: readonly {
    readonly run: RunRow;
    readonly best: SelectionRow | null;
    readonly last: SelectionRow | null;
  }[];
  readonly best: SelectionRow | null;
  readonly last: SelectionRow | null;
  /** Where it was read from, and what there is to say of it. */
  readonly source: string;
  readonly notes: readonly string[];
  readonly verdict: OfficialVerdict;
}

/** The official runs beside each cell of a plan. */
export type OfficialIndex = (cell: CellRow) => readonly OfficialRunModel[];

/** Joins the official runs of a plan with its cells. Pure. */
export function officialIndex({ official, plan }: PlanData): OfficialIndex {
  const trials = Map.groupBy(official.trials, ({ cell }) => cell);
  const runs = Map.groupBy(official.runs, ({ trial }) => trial);
  const selections = Map.groupBy(official.selections, ({ run }) => run);
  const events = Map.groupBy(official.events, ({ run }) => run);
  const pick = (run: RunRow, metric: string, selection: 'best' | 'last') =>
    selections.get(run.run)?.find((row) => row.metric === metric && row.selection === selection) ??
    null;
  return (cell) =>
    (trials.get(cell.cell) ?? []).flatMap(({ trial, spec }) => {
      const all = runs.get(trial) ?? [];
      const run = all.find(({ counts }) => counts);
      if (run === undefined) return [];
      const both = (of: RunRow) => ({
        best: pick(of, cell.metric, 'best'),
        last: pick(of, cell.metric, 'last'),
      });
      const { best, last } = both(run);
      return [
        {
          trial,
          spec,
          run,
          otherRuns: all
            .filter((each) => each !== run)
            .map((each) => ({ run: each, ...both(each) })),
          best,
          last,
          ...said(events.get(run.run) ?? []),
          verdict: officialVerdict({
            best: best?.value ?? null,
            last: last?.value ?? null,
            published: cell.published,
            margin: lookUp(plan.margins, cell.metric) ?? 1,
            deviations: [
              ...(events.get(run.run) ?? [])
                .filter(({ kind }) => kind === 'deviation')
                .map(({ message }) => message),
              ...deviationsOfCell(spec, cell),
            ],
            completed: run.state === 'completed',
          }),
        },
      ];
    });
}

/**
 * Where an imported log departs from the protocol of this very cell: it may be a run of another
 * table's protocol for the method and pair. What our own worker started has its protocol in its
 * journal.
 */
function deviationsOfCell(spec: TrialSpec, { published, method }: CellRow): readonly string[] {
  if (published === null || spec.implementation !== 'official') return [];
  const { table, row, column } = published;
  const subject = { row, method, column, model: spec.model, role: 'student' } as const;
  const { recipe, hyper } = spec;
  return compareLog(table, { subject, recipe, hyper }).map(({ text }) => text);
}

function said(
  events: readonly OfficialData['events'][number][],
): Pick<OfficialRunModel, 'source' | 'notes'> {
  const of = (kinds: readonly string[]) =>
    events.filter(({ kind }) => kinds.includes(kind)).map(({ message }) => message);
  return { source: of(['import', 'external']).join(' '), notes: of(['deviation', 'note']) };
}
