import { UsageError } from '../../common/errors.ts';
import { suggestion } from '../../common/nearest.ts';
import type { Plan, PlannedTrial } from '../../contract/plan-types.ts';
import type { TrialId } from '../../contract/spec.ts';

/**
 * The part of a plan that `--only` asks for: rows by name or by canonical method, with the teachers
 * they need.
 *
 * @throws UsageError `RUN_ONLY` for a name that is neither, with the nearest one
 */
export function selectRows(plan: Plan, names: readonly string[] | undefined): Plan {
  if (names === undefined) return plan;
  for (const name of names) {
    if (plan.rows.some((row) => matches(row, name))) continue;
    const known = plan.rows.flatMap((row) => [row.name, row.method]);
    throw new UsageError(
      'RUN_ONLY',
      `--only: "${name}" is no row or method of the suite ${plan.suite}. ${suggestion(name, [...new Set(known)])}`,
    );
  }
  const rows = plan.rows.filter((row) => names.some((name) => matches(row, name)));
  const cells = plan.cells.filter((cell) => rows.some((row) => row.name === cell.row));
  const wanted = withTeachers(
    plan,
    cells.flatMap((cell) => cell.trials),
  );
  return { ...plan, rows, cells, trials: plan.trials.filter(({ id }) => wanted.has(id)) };
}

function matches(row: Plan['rows'][number], name: string): boolean {
  return row.name.toLowerCase() === name.toLowerCase() || row.method === name.toLowerCase();
}

function withTeachers(plan: Plan, ids: readonly TrialId[]): ReadonlySet<TrialId> {
  const byId = new Map(plan.trials.map((trial) => [trial.id, trial]));
  const wanted = new Set<TrialId>();
  const add = (id: TrialId) => {
    if (wanted.has(id)) return;
    wanted.add(id);
    for (const teacher of (byId.get(id) as PlannedTrial).after) add(teacher);
  };
  for (const id of ids) add(id);
  return wanted;
}
