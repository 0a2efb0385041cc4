import type { EnvironmentRow, RunCostRow, RunSecondsRow } from '../../results/queries.ts';
import { hardwareWords } from '../views/conditions.ts';
import type { CellModel, TableModel, TrialModel } from './table-model.ts';

/** Time that a table took on one machine: hours of a GPU, or of a processor's cores. */
export interface TableHours {
  readonly table: TableModel;
  readonly device: 'CPU' | 'GPU';
  /** The machine, in words. */
  readonly hardware: string;
  /** Of runs that stand for their trials. */
  readonly students: number;
  readonly teachers: number;
  /** Of runs that stand for none: they failed, or were measured again. */
  readonly others: number;
  readonly runs: number;
  /** Students' hours by pair of row and column, over all seeds; the metrics of one share them. */
  readonly cells: readonly { readonly cell: CellModel; readonly hours: number }[];
}

/**
 * Hours by table and machine, in the order of the tables: training and evaluation of every epoch
 * that was journalled, a trial's equal share of what a cohort took together. On a processor an hour
 * counts once per thread. Pure.
 */
export function tableHours(
  tables: readonly TableModel[],
  seconds: readonly RunSecondsRow[],
  environments: readonly EnvironmentRow[],
): readonly TableHours[] {
  const places = new Map(environments.map((row) => [row.environment, placeOf(row)]));
  const byRun = new Map(
    seconds.flatMap((row) => {
      const place = places.get(row.environment);
      return place === undefined ? [] : [[row.run, { ...place, hours: hoursOf(row, place) }]];
    }),
  );
  type Hours = {
    readonly device: 'CPU' | 'GPU';
    readonly hardware: string;
    readonly hours: number;
  };
  const timeOf = (run: string | undefined) => byRun.get(run ?? '') as Hours | undefined;
  return tables.flatMap((table) => {
    const own = table.trials.flatMap((trial) =>
      [trial.run, ...trial.otherRuns].flatMap((run) => {
        const time = timeOf(run?.run);
        return time === undefined ? [] : [{ ...time, role: roleOf(trial, run?.run as string) }];
      }),
    );
    const machines = Map.groupBy(own, ({ device, hardware }) => `${device} ${hardware}`);
    return [...machines.values()].map((rows) => {
      const { device, hardware } = rows[0] as (typeof rows)[number];
      const sum = (role: string) =>
        rows.filter((row) => row.role === role).reduce((total, { hours }) => total + hours, 0);
      return {
        table,
        device,
        hardware,
        students: sum('student'),
        teachers: sum('teacher'),
        others: sum('other'),
        runs: rows.length,
        cells: pairsOf(table).flatMap((cell) => {
          const times = cell.trials
            .map(({ run }) => timeOf(run?.run))
            .filter((time) => time?.device === device && time.hardware === hardware);
          const hours = times.reduce((total, time) => total + (time?.hours ?? 0), 0);
          return times.length === 0 ? [] : [{ cell, hours }];
        }),
      };
    });
  });
}

/** A cell per row and column: the metrics of one share its runs. */
export function pairsOf(table: TableModel): readonly CellModel[] {
  return [
    ...new Map(
      table.cells
        .toReversed()
        .map((cell) => [JSON.stringify([cell.row.row, cell.column.id]), cell]),
    ).values(),
  ].toReversed();
}

function placeOf(row: EnvironmentRow) {
  const device = row.device === 'gpu' ? ('GPU' as const) : ('CPU' as const);
  return { device, hardware: hardwareWords(row), threads: row.threadsIntra };
}

function hoursOf({ seconds }: RunSecondsRow, { device, threads }: ReturnType<typeof placeOf>) {
  return (seconds * (device === 'GPU' ? 1 : threads)) / 3600;
}

function roleOf({ run, spec }: TrialModel, name: string): 'student' | 'teacher' | 'other' {
  return run?.run === name ? spec.role : 'other';
}

/** What a row of a table costs where its trials shared their steps with others. */
export interface CohortRow {
  readonly table: TableModel;
  readonly environment: string;
  readonly name: string;
  readonly method: string;
  /** Students that shared a step, this one included. */
  readonly students: number;
  /** Least and greatest over the runs: an equal share, and the step of all together. */
  readonly share: readonly [number, number];
  readonly whole: readonly [number, number];
  readonly memoryMiB: number;
  readonly runs: number;
}

/**
 * Rows that were trained in cohorts, by table, environment and size of the cohort. A share says
 * what a trial cost, not what its method does: all members pay alike. Pure.
 */
export function cohortRows(
  tables: readonly TableModel[],
  costs: readonly RunCostRow[],
): readonly CohortRow[] {
  const byRun = new Map(costs.map((row) => [row.run, row]));
  return tables.flatMap((table) => {
    const measured = pairsOf(table).flatMap((cell) =>
      cell.trials.flatMap(({ run }) => {
        const cost = byRun.get(run?.run ?? '');
        return cost === undefined || cost.students < 2 ? [] : [{ cell, cost }];
      }),
    );
    const alike = Map.groupBy(measured, ({ cell, cost }) =>
      JSON.stringify([cost.environment, cost.students, cell.row.row]),
    );
    return [...alike.values()].map((rows) => {
      const { cell, cost } = rows[0] as (typeof rows)[number];
      const shares = rows.map(({ cost: { msPerStep } }) => msPerStep);
      const [least, most] = [Math.min(...shares), Math.max(...shares)];
      return {
        table,
        environment: cost.environment,
        name: cell.row.row,
        method: cell.row.method,
        students: cost.students,
        share: [least, most],
        whole: [least * cost.students, most * cost.students],
        memoryMiB: Math.max(...rows.map(({ cost: { peakMemoryMiB } }) => peakMemoryMiB)),
        runs: rows.length,
      } as const;
    });
  });
}
