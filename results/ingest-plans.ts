import { shortened } from '../common/shortened.ts';
import { planProblem } from '../contract/plan-problem.ts';
import type { Plan, PlannedCell } from '../contract/plan-types.ts';
import { appendTo } from './appender.ts';
import { trialSink } from './ingest-journals.ts';
import { misnamed, type RecordReading, readRecord } from './record-file.ts';
import type { Store } from './store-types.ts';
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
    await store.run('INSERT INTO suites VALUES ($1, $2)', [suite, title]);
  }
  const trials = await trialSink(store);
  for (const plan of plans) for (const { id, spec } of plan.trials) trials.add(id, spec);
  trials.close();
  for (const plan of plans) await appendPlan(store, plan);
}

async function appendPlan(store: Store, plan: Plan): Promise<void> {
  const key = [plan.suite, plan.scale] as const;
  const margins = JSON.stringify(plan.margins);
  const registered =
    plan.registeredSeeds === undefined ? null : JSON.stringify(plan.registeredSeeds);
  const asked = plan.asked === undefined ? null : JSON.stringify(plan.asked);
  const claims = plan.claims === undefined ? null : JSON.stringify(plan.claims);
  await fill(store, 'plans', Array<'text'>(8).fill('text'), [
    [...key, plan.title, plan.notComparable, margins, registered, asked, claims],
  ]);
  await fill(
    store,
    'plan_columns',
    ['text', 'text', 'integer', 'text', 'text', 'text'],
    plan.columns.map(({ id, teacher, student }, position) => [
      ...key,
      position,
      id,
      teacher,
      student,
    ]),
  );
  await fill(
    store,
    'plan_rows',
    ['text', 'text', 'integer', 'text', 'text'],
    plan.rows.map(({ name, method }, position) => [...key, position, name, method]),
  );
  await fill(
    store,
    'cells',
    ['text', 'text', 'integer', ...Array<'text'>(11).fill('text')],
    plan.cells.map((cell, position) => [
      ...key,
      position,
      cell.id,
      cell.row,
      cell.method,
      cell.column,
      cell.metric,
      cell.published?.table ?? null,
      cell.published?.row ?? null,
      cell.published?.column ?? null,
      cell.noReference,
      cell.notRun,
      comparability(plan, cell),
    ]),
  );
  await fill(
    store,
    'cell_trials',
    ['text', 'text', 'text', 'integer', 'text'],
    plan.cells.flatMap(({ id, trials }) =>
      trials.map((trial, position) => [...key, id, position, trial]),
    ),
  );
  await fill(
    store,
    'planned_trials',
    ['text', 'text', 'integer', 'text', 'double', 'integer', 'text'],
    plan.trials.map(({ id, gate, steps, after }, position) => [
      ...key,
      position,
      id,
      gate,
      steps,
      JSON.stringify(after),
    ]),
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

async function fill(
  store: Store,
  table: string,
  columns: Parameters<typeof appendTo>[2],
  rows: readonly (readonly (string | number | boolean | null)[])[],
): Promise<void> {
  const appender = await appendTo(store, table, columns);
  for (const row of rows) appender.add(...row);
  appender.close();
}
