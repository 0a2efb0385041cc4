import { headlines } from '../../contract/headline.ts';
import type { Plan, PlannedCell } from '../../contract/plan-types.ts';
import type { Task } from '../../contract/spec.ts';
import type { TrialOutcome } from '../../runners/executors/outcome.ts';
import { renderTable } from './table.ts';

/**
 * One row of a plan in one column, over the seeds that completed. Figures are the task's headline
 * metric in percent, of last epochs.
 */
export interface SummaryRow {
  readonly column: string;
  readonly row: string;
  readonly method: string;
  readonly n: number;
  readonly planned: number;
  readonly mean: number | null;
  /** Of the sample (n - 1); null below two. */
  readonly sd: number | null;
  /**
   * Mean over seeds of the difference to plain training with the same seed; null for plain training
   * itself and for teachers.
   */
  readonly gain: number | null;
  readonly notRun: string | null;
}

const baselineMethod = 'none';

/** What an execution measured, by the plan's columns and rows in their order. */
export function summarise(plan: Plan, outcomes: readonly TrialOutcome[]): readonly SummaryRow[] {
  const { metric } = headlines[plan.task];
  const measured = new Map(
    outcomes
      .filter(({ state, headline }) => state === 'completed' && headline !== null)
      .map(({ trial, headline }) => [trial, headline as number]),
  );
  const seeds = new Map(plan.trials.map(({ id, spec }) => [id, spec.seed]));
  const students = new Set(
    plan.trials.filter(({ spec }) => spec.role === 'student').map(({ id }) => id),
  );
  const bySeed = (trials: readonly string[]): ReadonlyMap<number, number> =>
    new Map(
      trials.flatMap((trial) => {
        const value = measured.get(trial);
        const seed = seeds.get(trial);
        return value === undefined || seed === undefined ? [] : [[seed, value] as const];
      }),
    );
  return plan.columns.flatMap(({ id: column }) => {
    const cells = plan.cells.filter((cell) => cell.column === column && cell.metric === metric);
    // The teacher's row is plain training as well, but of another network.
    const isStudent = (cell: PlannedCell) => cell.trials.some((trial) => students.has(trial));
    const isPlain = (cell: PlannedCell) => cell.method === baselineMethod && isStudent(cell);
    const baseline = bySeed(cells.find(isPlain)?.trials ?? []);
    return cells.map((cell) => {
      const values = bySeed(cell.trials);
      const gains = [...values].flatMap(([seed, value]) => {
        const reference = baseline.get(seed);
        return reference === undefined ? [] : [value - reference];
      });
      return {
        column,
        row: cell.row,
        method: cell.method,
        n: values.size,
        planned: cell.trials.length,
        mean: mean([...values.values()]),
        sd: standardDeviation([...values.values()]),
        gain: isPlain(cell) || !isStudent(cell) ? null : mean(gains),
        notRun: cell.notRun,
      };
    });
  });
}

/** The summary for people. */
export function summaryLines(task: Task, rows: readonly SummaryRow[]): string[] {
  return renderTable(
    [
      { title: 'pair' },
      { title: 'method' },
      { title: `${headlines[task].label} %`, align: 'right' },
      { title: 'sd', align: 'right' },
      { title: 'n', align: 'right' },
      { title: 'gain', align: 'right' },
    ],
    rows.map((row) => [
      row.column,
      row.row,
      row.mean?.toFixed(2) ?? (row.notRun === null ? '-' : 'not run'),
      row.sd?.toFixed(2) ?? '',
      row.n === row.planned ? String(row.n) : `${row.n} of ${row.planned}`,
      row.gain === null ? '' : signed(row.gain),
    ]),
  );
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(2)}`;
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function standardDeviation(values: readonly number[]): number | null {
  const centre = mean(values);
  if (centre === null || values.length < 2) return null;
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
