import { sample } from '../../reference/verdict/sample.ts';
import type { RunCostRow } from '../../results/queries.ts';
import type { CellModel, TableModel } from './table-model.ts';

/**
 * What a row of a table costs in one environment: means over its pairs, which were each measured by
 * their own runs.
 */
export interface CostRow {
  readonly name: string;
  readonly method: string;
  /** Pairs of teacher and student that the row was measured on, and runs behind them. */
  readonly pairs: number;
  readonly runs: number;
  /** Least and greatest over the pairs: medians over epochs, means over seeds. */
  readonly msPerStep: readonly [least: number, most: number];
  /** Geometric mean over the pairs that both have; null where KD was not measured beside it. */
  readonly relativeTime: number | null;
  readonly memoryMiB: number;
  readonly relativeMemory: number | null;
}

export interface CostSection {
  readonly table: TableModel;
  readonly environment: string;
  readonly rows: readonly CostRow[];
  /** The row that the others are set against; null where the table has no KD. */
  readonly baseline: string | null;
}

interface Measured {
  readonly cell: CellModel;
  readonly ms: number;
  readonly memory: number;
  readonly runs: number;
}

/**
 * Costs by table, environment and row, in the order of the tables. Times of different environments
 * never meet. Pure.
 *
 * @param costs of the runs that stand for their trials, completed ones alone.
 */
export function costSections(
  tables: readonly TableModel[],
  costs: readonly RunCostRow[],
): readonly CostSection[] {
  const byRun = new Map(costs.map((row) => [row.run, row]));
  return tables.flatMap((table) => {
    const environments = new Map<string, Measured[]>();
    const seen = new Set<string>();
    for (const cell of table.cells) {
      // The metrics of one row and pair share their runs.
      const place = JSON.stringify([cell.row.row, cell.column.id]);
      if (seen.has(place)) continue;
      seen.add(place);
      for (const [environment, rows] of measuredIn(cell, byRun)) {
        const measured = environments.get(environment) ?? [];
        environments.set(environment, [...measured, ...rows]);
      }
    }
    return [...environments].map(([environment, measured]) =>
      sectionOf(table, environment, measured),
    );
  });
}

function measuredIn(
  cell: CellModel,
  byRun: ReadonlyMap<string, RunCostRow>,
): ReadonlyMap<string, readonly Measured[]> {
  const rows = cell.trials
    .filter(({ counted, spec }) => counted && spec.role === 'student')
    .flatMap(({ run }) => byRun.get(run?.run ?? '') ?? []);
  return new Map(
    [...Map.groupBy(rows, ({ environment }) => environment)].map(([environment, of]) => [
      environment,
      [
        {
          cell,
          ms: sample(of.map(({ msPerStep }) => msPerStep)).mean,
          memory: Math.max(...of.map(({ peakMemoryMiB }) => peakMemoryMiB)),
          runs: of.length,
        },
      ],
    ]),
  );
}

function sectionOf(
  table: TableModel,
  environment: string,
  measured: readonly Measured[],
): CostSection {
  const kd = new Map(
    measured.filter(({ cell }) => cell.row.method === 'kd').map((one) => [one.cell.column.id, one]),
  );
  const rows = [...Map.groupBy(measured, ({ cell }) => cell.row.row)].map(
    ([name, own]): CostRow => {
      const ratios = (of: 'ms' | 'memory') =>
        own.flatMap((one) => {
          const base = kd.get(one.cell.column.id)?.[of];
          return base === undefined || base <= 0 || one[of] <= 0 ? [] : [Math.log(one[of] / base)];
        });
      const mean = (logarithms: readonly number[]) =>
        logarithms.length === 0 ? null : Math.exp(sample(logarithms).mean);
      const times = own.map(({ ms }) => ms);
      return {
        name,
        method: own[0]?.cell.row.method as string,
        pairs: own.length,
        runs: own.reduce((sum, { runs }) => sum + runs, 0),
        msPerStep: [Math.min(...times), Math.max(...times)],
        relativeTime: mean(ratios('ms')),
        memoryMiB: Math.max(...own.map(({ memory }) => memory)),
        relativeMemory: mean(ratios('memory')),
      };
    },
  );
  return { table, environment, rows, baseline: [...kd.values()][0]?.cell.row.row ?? null };
}
