import type { TableModel, TrialModel } from './table-model.ts';

/**
 * A row of a table on one pair, with the runs that its pictures, categories and curves are from.
 */
export interface EvaluationGroup {
  readonly name: string;
  readonly column: TableModel['cells'][number]['column'];
  /** Every cell of the row and pair: one per metric. */
  readonly cells: readonly string[];
  /** Counted runs that have an artefact, in the order of the seeds. */
  readonly students: readonly { readonly run: string; readonly seed: number }[];
  /** The run of the teacher's own trial, where it has an artefact. */
  readonly teacher: string | null;
}

/** What there is to show of the dense rows of a table, in the order of its cells. Pure. */
export function evaluationGroups(
  table: TableModel,
  evaluated: ReadonlySet<string>,
): readonly EvaluationGroup[] {
  if (evaluated.size === 0) return [];
  const runOf = ({ run, counted }: TrialModel) =>
    counted && run !== null && evaluated.has(run.run) ? run.run : null;
  const groups = Map.groupBy(table.cells, ({ row, column }) =>
    JSON.stringify([row.row, column.id]),
  );
  return [...groups.values()].flatMap((cells) => {
    const [first] = cells as [(typeof cells)[number]];
    const students = first.trials.flatMap((trial) => {
      const run = runOf(trial);
      return run === null ? [] : [{ run, seed: trial.spec.seed }];
    });
    if (students.length === 0) return [];
    const reference = first.trials[0]?.spec.teacher ?? null;
    const teacher = table.trials.find(
      ({ trial, spec, run }) =>
        run !== null &&
        evaluated.has(run.run) &&
        (reference?.kind === 'trial'
          ? trial === reference.trial
          : reference?.kind === 'checkpoint' &&
            spec.role === 'teacher' &&
            spec.teacher?.kind === 'checkpoint' &&
            spec.teacher.sha256 === reference.sha256),
    );
    return [
      {
        name: first.row.row,
        column: first.column,
        cells: cells.map(({ row }) => row.cell),
        students,
        teacher: teacher?.run?.run ?? null,
      },
    ];
  });
}
