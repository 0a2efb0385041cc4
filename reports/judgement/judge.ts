import type { Judge, Judgement, PlanKey } from '../../results/judgements.ts';
import {
  environments as allEnvironments,
  type EnvironmentRow,
  plans,
} from '../../results/queries.ts';
import type { Store } from '../../results/store-types.ts';
import { readPlanData } from '../model/plan-data.ts';
import {
  type CellModel,
  type PairedModel,
  type TableModel,
  tableModel,
} from '../model/table-model.ts';
import { type CellField, cellFields } from './cell-record.ts';
import { judgingRules } from './rules.ts';

/** The judge that `ingest` is given: the report's own statistics. */
export const judge = (): Judge => ({ rules: judgingRules(), judge: judgePlan });

/**
 * The verdicts and paired comparisons of one suite at one scale, by the same model as every page of
 * the report: what `ingest` stores for readers of the database.
 */
async function judgePlan(store: Store, { suite, scale }: PlanKey): Promise<Judgement> {
  const plan = (await plans(store)).find((each) => each.suite === suite && each.scale === scale);
  if (plan === undefined) throw new Error(`no plan ${suite}@${scale} in ${store.file}`);
  const table = tableModel(await readPlanData(store, plan));
  return judgementOf(table, await allEnvironments(store));
}

/** The rows of a table for the database. Pure. */
function judgementOf(table: TableModel, environments: readonly EnvironmentRow[]): Judgement {
  return {
    cells: table.cells.map((cell) => judgedCell({ table, cell, environments })),
    pairs: table.cells.flatMap((cell) =>
      cell.paired.map((paired) => judgedPair(table, cell, paired)),
    ),
  };
}

/** The record that other programs get of a cell, and what its verdict rests on. */
function judgedCell(place: Parameters<CellField['value']>[0]): Judgement['cells'][number] {
  const { cell } = place;
  const { last, best } = cell.verdict.comparisons;
  const record = Object.fromEntries(cellFields.map((field) => [field.name, field.value(place)]));
  return {
    ...(record as Judgement['cells'][number]),
    word_alone: cell.control?.alone ?? null,
    adjusted_p: cell.control?.adjustedP ?? null,
    tested_cells: cell.control?.cells ?? null,
    sd_used_last: last?.spread?.sd ?? null,
    sd_source_last: last?.spread?.source ?? null,
    sd_used_best: best?.spread?.sd ?? null,
    sd_source_best: best?.spread?.source ?? null,
    trials: JSON.stringify(trialsInMean(cell)),
    later_seeds: cell.later.join(' ') || null,
    taught_by: cell.taughtBy.join('; ') || null,
  };
}

/** The trials whose values are in the mean and the verdict. */
function trialsInMean({ trials, later }: CellModel): readonly string[] {
  return trials
    .filter(({ counted, spec }) => counted && !later.includes(spec.seed))
    .map(({ trial }) => trial);
}

function judgedPair(
  { plan }: TableModel,
  { row, column, unit }: CellModel,
  { baseline, baselineMethod, difference, control, doubt, missing }: PairedModel,
): Judgement['pairs'][number] {
  return {
    suite: plan.suite,
    scale: plan.scale,
    cell: row.cell,
    row_name: row.row,
    method: row.method,
    teacher: column.teacher,
    student: column.student,
    metric: row.metric,
    unit,
    baseline_row: baseline,
    baseline_method: baselineMethod,
    seeds: difference?.n ?? 0,
    seed_list: difference?.seeds.join(' ') ?? null,
    difference: difference?.mean ?? null,
    difference_sd: difference?.sd ?? null,
    interval_low: difference?.low ?? null,
    interval_high: difference?.high ?? null,
    p: difference?.p ?? null,
    smallest_p: difference?.smallestP ?? null,
    adjusted_p: control?.adjustedP ?? null,
    tested: control?.comparisons ?? null,
    stands: control?.stands ?? null,
    doubt,
    missing,
  };
}
