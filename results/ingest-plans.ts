import { shortened } from '../common/shortened.ts';
import { planProblem } from '../contract/plan-problem.ts';
import type { Plan, PlannedCell } from '../contract/plan-types.ts';
import { appendTo, type RowOf } from './appender.ts';
import { trialSink } from './ingest-journals.ts';
import { misnamed, type RecordReading, readRecord } from './record-file.ts';
import type { Store } from './store-types.ts';
import { type TableName, tables } from './tables.ts';
import type { InputFile } from './workspace.ts';

/**
 * Of cells in plans and databases from before protocols were compared; migration 010 writes the
 * same words.
 */
const neverCompared =
  'the plan is older than the comparison of protocols: plan the suite again (redistill plan or run).';

/** Reads a plan, or says why the file is not one. */
export function readPlan(file: InputFile): RecordReading<Plan> {
  return readRecord<Plan>(file, {
    code: 'PLAN_UNREADABLE',
    kind: 'not a plan',
    wrong: (value) =>
      planProblem(value) ??
      misnamed(
        file,
        `runs/plans/${value.suite}@${value.scale}.json`,
        `the plan of ${shortened(`${value.suite}@${value.scale}`)}`,
      ),
  });
}

/** Replaces the database's rows of one suite at one scale. Measurements are not touched. */
export async function storePlans(store: Store, plans: readonly Plan[]): Promise<void> {
  const tables = ['plans', 'plan_columns', 'plan_rows', 'cells', 'cell_trials', 'planned_trials'];
  for (const { suite, scale, title } of plans) {
    for (const table of tables) {
      await store.run(`DELETE FROM ${table} WHERE suite = $1 AND scale = $2`, [suite, scale]);
    }
    await store.run('DELETE FROM suites WHERE suite = $1', [suite]);
    await store.run('INSERT INTO suites (suite, title) VALUES ($1, $2)', [suite, title]);
  }
  const trials = await trialSink(store);
  for (const plan of plans) for (const { id, spec } of plan.trials) trials.add(id, spec);
  trials.close();
  for (const plan of plans) await appendPlan(store, plan);
}

async function appendPlan(store: Store, plan: Plan): Promise<void> {
  const key = { suite: plan.suite, scale: plan.scale };
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  await fill(store, 'plans', [
    {
      ...key,
      title: plan.title,
      not_comparable: plan.notComparable,
      margins: JSON.stringify(plan.margins),
      registered_seeds: json(plan.registeredSeeds),
      asked: json(plan.asked),
      claims: json(plan.claims),
    },
  ]);
  await fill(
    store,
    'plan_columns',
    plan.columns.map(({ id, teacher, student }, position) => ({
      ...key,
      position,
      id,
      teacher,
      student,
    })),
  );
  await fill(
    store,
    'plan_rows',
    plan.rows.map(({ name, method }, position) => ({ ...key, position, name, method })),
  );
  await fill(
    store,
    'cells',
    plan.cells.map((cell, position) => ({
      ...key,
      position,
      cell: cell.id,
      row_name: cell.row,
      method: cell.method,
      column_id: cell.column,
      metric: cell.metric,
      published_table: cell.published?.table ?? null,
      published_row: cell.published?.row ?? null,
      published_column: cell.published?.column ?? null,
      no_reference: cell.noReference,
      not_run: cell.notRun,
      not_comparable: comparability(plan, cell),
    })),
  );
  await fill(
    store,
    'cell_trials',
    plan.cells.flatMap(({ id, trials }) =>
      trials.map((trial, position) => ({ ...key, cell: id, position, trial })),
    ),
  );
  await fill(
    store,
    'planned_trials',
    plan.trials.map(({ id, gate, steps, after }, position) => ({
      ...key,
      position,
      trial: id,
      gate,
      steps,
      after: JSON.stringify(after),
    })),
  );
}

/**
 * Plans of an older Redistill say it for the whole scale, and at scale `paper` they never compared
 * anything.
 */
function comparability(plan: Plan, cell: Partial<PlannedCell>): string | null {
  if (cell.notComparable !== undefined) return cell.notComparable;
  if (plan.scale !== 'paper') return plan.notComparable;
  return cell.published === null ? null : neverCompared;
}

async function fill<Name extends TableName>(
  store: Store,
  table: Name,
  rows: readonly RowOf<(typeof tables)[Name]>[],
): Promise<void> {
  const appender = await appendTo(store, table, tables[table]);
  for (const row of rows) appender.add(row);
  appender.close();
}
