import { lookUp } from '../../common/look-up.ts';
import type { EnvironmentRow } from '../../results/queries.ts';
import type { CellModel, TableModel } from '../model/table-model.ts';
import { hardwareWords, usedEnvironments } from '../views/conditions.ts';

/** A field of a cell's record: its name for other programs, its type, its value. */
export interface CellField {
  readonly name: string;
  readonly kind: 'text' | 'double' | 'integer';
  value(place: {
    readonly table: TableModel;
    readonly cell: CellModel;
    readonly environments: readonly EnvironmentRow[];
  }): string | number | null;
}

type Place = Parameters<CellField['value']>[0];

const text = (name: string, value: (place: Place) => string | null): CellField => ({
  name,
  kind: 'text',
  value,
});
const double = (name: string, value: (place: Place) => number | null): CellField => ({
  name,
  kind: 'double',
  value,
});
const integer = (name: string, value: (place: Place) => number | null): CellField => ({
  name,
  kind: 'integer',
  value,
});

/** Difference and 90 % interval by one rule of selection, measured minus published. */
const compared = (rule: 'last' | 'best'): readonly CellField[] => [
  double(`difference_${rule}`, ({ cell }) => cell.verdict.comparisons[rule]?.difference ?? null),
  double(`interval_low_${rule}`, ({ cell }) => cell.verdict.comparisons[rule]?.low ?? null),
  double(`interval_high_${rule}`, ({ cell }) => cell.verdict.comparisons[rule]?.high ?? null),
];

/**
 * What other programs are told of a cell, one record per cell and metric, in this order. Names are
 * kept: people write them into their scripts.
 */
export const cellFields: readonly CellField[] = [
  text('suite', ({ table }) => table.plan.suite),
  text('scale', ({ table }) => table.plan.scale),
  text('cell', ({ cell }) => cell.row.cell),
  text('row_name', ({ cell }) => cell.row.row),
  text('method', ({ cell }) => cell.row.method),
  text('teacher', ({ cell }) => cell.column.teacher),
  text('student', ({ cell }) => cell.column.student),
  text('metric', ({ cell }) => cell.row.metric),
  text('unit', ({ cell }) => cell.unit),
  double('published', ({ cell }) => cell.row.published?.value ?? null),
  double('published_sd', ({ cell }) => cell.row.published?.sd ?? null),
  text('published_selection', ({ cell }) => cell.row.published?.selection ?? null),
  text('published_source', ({ cell }) => cell.row.published?.source ?? null),
  text('published_trust', ({ cell }) => cell.row.published?.trust ?? null),
  integer('seeds_planned', ({ cell }) => cell.trials.length),
  integer('seeds', ({ cell }) => cell.last?.n ?? 0),
  double('last_mean', ({ cell }) => cell.last?.mean ?? null),
  double('last_sd', ({ cell }) => cell.last?.sd ?? null),
  double('mean_low', ({ cell }) => cell.verdict.mean?.low ?? null),
  double('mean_high', ({ cell }) => cell.verdict.mean?.high ?? null),
  double('best_mean', ({ cell }) => cell.best?.mean ?? null),
  double('best_sd', ({ cell }) => cell.best?.sd ?? null),
  text('verdict', ({ cell }) => cell.verdict.word),
  integer('more_seeds', ({ cell }) => cell.verdict.moreSeeds),
  text('reason', ({ cell }) => cell.verdict.reason),
  ...compared('last'),
  ...compared('best'),
  double('margin', ({ table, cell }) => lookUp(table.plan.margins, cell.row.metric) ?? null),
  text('not_comparable', ({ cell }) => cell.notComparable),
  text('seed_list', ({ cell }) => [...(cell.last?.bySeed.keys() ?? [])].join(' ') || null),
  text('hardware', ({ cell, environments }) =>
    several(usedEnvironments(cell.trials, environments).map(hardwareWords)),
  ),
  text('dataset', ({ cell }) => several(cell.trials.map(({ spec }) => spec.data.dataset))),
  text('data_hash', ({ cell }) => several(cell.trials.map(({ spec }) => spec.data.hash))),
  text('recipe', ({ cell }) => several(cell.trials.map(({ spec }) => spec.recipe.name))),
];

/** Different values in one field; null without any. */
function several(values: readonly string[]): string | null {
  return [...new Set(values)].sort().join('; ') || null;
}

/** The record of a cell, in the order of {@link cellFields}. */
export function cellRecord(place: Place): readonly (string | number | null)[] {
  return cellFields.map((field) => field.value(place));
}
