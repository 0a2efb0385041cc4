import { type JudgedChange, judgeSeries } from '../../reference/history/regressions.ts';
import {
  type AcceptanceRow,
  acceptances as allAcceptances,
  type BitDifference,
  bitDifferences,
  type ExecutionRow,
  executions,
  type HistoryRow,
  history,
} from '../../results/history-queries.ts';
import type { Store } from '../../results/store-types.ts';
import { metricSeries, type Series, stepSeries } from './series.ts';

/** Where a suite states no margin for a metric. */
export const defaultMargin = 0.5;
/**
 * The least slowdown that is an alarm, as a share: machines that are shared wander by some percent
 * by themselves.
 */
export const defaultSlowdown = 0.15;

export interface CheckOptions {
  /** `suite@scale`; all where not given. */
  readonly suite?: string | undefined;
  /**
   * Least change of a metric that is an alarm, in its unit; default: the suite's equivalence
   * margin.
   */
  readonly threshold?: number | undefined;
  readonly slowdown?: number | undefined;
}

export interface JudgedSeries extends Series {
  readonly changes: readonly JudgedChange[];
}

/** A trial whose last measurement gave no number. */
export interface LostCell {
  readonly suite: string;
  readonly scale: HistoryRow['scale'];
  readonly cell: string;
  readonly execution: string;
  readonly time: string;
  readonly reason: string;
  readonly accepted: boolean;
}

/** Bits that differ, with the cells that the trial stands for. */
export interface BitAlarm extends BitDifference {
  readonly cells: readonly {
    readonly suite: string;
    readonly scale: string;
    readonly cell: string;
  }[];
  readonly accepted: boolean;
}

/** What the history says. */
export interface Check {
  /** Values in the metric's unit. */
  readonly metrics: readonly JudgedSeries[];
  /** Values and changes are natural logarithms of milliseconds. */
  readonly steps: readonly JudgedSeries[];
  readonly bits: readonly BitAlarm[];
  readonly lost: readonly LostCell[];
  readonly acceptances: readonly AcceptanceRow[];
  readonly executions: readonly ExecutionRow[];
  /**
   * The newest execution of every suite that completed nothing new: a night that measured nothing
   * is no pass.
   */
  readonly empty: readonly ExecutionRow[];
}

/** Joins and judges the whole history of a database. */
export async function checkHistory(store: Store, options: CheckOptions = {}): Promise<Check> {
  const wanted = ({ suite, scale }: { readonly suite: string; readonly scale: string }) =>
    options.suite === undefined || options.suite === suite || options.suite === `${suite}@${scale}`;
  const rows = (await history(store)).filter(wanted);
  const accepted = (await allAcceptances(store)).filter(wanted);
  const own = (await executions(store)).filter(wanted);
  const slowdown = Math.log1p(options.slowdown ?? defaultSlowdown);
  return {
    metrics: judge(
      metricSeries(rows),
      accepted,
      ({ margin }) => options.threshold ?? margin ?? defaultMargin,
    ),
    steps: judge(stepSeries(rows), accepted, () => slowdown, true),
    bits: bitAlarms(await bitDifferences(store), rows, accepted),
    lost: lostCells(rows, own, accepted),
    acceptances: accepted,
    executions: own,
    empty: newest(own).filter(({ measured }) => measured === 0),
  };
}

/** Whether a metric is better when it is smaller; the store's macro says the same. */
export function lowerIsBetter(metric: string): boolean {
  return /(loss|error)/.test(metric);
}

/** Cells are judged together, per signal, so that many cells do not make many false alarms. */
function judge(
  series: readonly Series[],
  accepted: readonly AcceptanceRow[],
  leastChange: (series: Series) => number,
  slowerIsWorse = false,
): readonly JudgedSeries[] {
  const judged = judgeSeries(
    series.map((each) => {
      const until = acceptedUntil(accepted, each.key);
      return {
        values: each.points.map(({ value }) => value),
        lowerIsBetter: slowerIsWorse || lowerIsBetter(each.key.metric),
        leastChange: leastChange(each),
        acceptedBefore: each.points.filter(({ time }) => time <= until).length,
      };
    }),
  );
  return series.map((each, index) => ({ ...each, changes: judged[index] as JudgedChange[] }));
}

/**
 * When a cell was last accepted; the empty text, which is before every time, where it never was.
 */
function acceptedUntil(
  accepted: readonly AcceptanceRow[],
  cell: { readonly suite: string; readonly scale: string; readonly cell: string },
): string {
  return accepted
    .filter((row) => row.suite === cell.suite && row.scale === cell.scale && row.cell === cell.cell)
    .reduce((latest, { time }) => (time > latest ? time : latest), '');
}

function bitAlarms(
  differences: readonly BitDifference[],
  rows: readonly HistoryRow[],
  accepted: readonly AcceptanceRow[],
): readonly BitAlarm[] {
  const byRun = Map.groupBy(
    rows.filter(({ run }) => run !== null),
    ({ run }) => run,
  );
  return differences.flatMap((difference) => {
    const cells = (byRun.get(difference.run) ?? []).map(({ suite, scale, cell }) => ({
      suite,
      scale,
      cell,
    }));
    // Trials of suites that were not asked for, and teachers that no cell shows, have no cell here.
    if (cells.length === 0) return [];
    const whole = cells.every((cell) => acceptedUntil(accepted, cell) >= difference.startedAt);
    return [{ ...difference, cells, accepted: whole }];
  });
}

const badEnds: readonly HistoryRow['state'][] = [
  'diverged',
  'failed',
  'timed-out',
  'failed gate',
  'blocked',
];

/**
 * Cells that had numbers before and of which the newest execution has none, because their trials
 * ended badly.
 */
function lostCells(
  rows: readonly HistoryRow[],
  own: readonly ExecutionRow[],
  accepted: readonly AcceptanceRow[],
): readonly LostCell[] {
  const current = new Set(newest(own).map(({ execution }) => execution));
  return [
    ...Map.groupBy(rows, ({ suite, scale, cell }) => JSON.stringify([suite, scale, cell])).values(),
  ].flatMap((of) => {
    const now = of.filter(({ execution }) => current.has(execution));
    const bad = now.find(({ state }) => badEnds.includes(state));
    if (bad === undefined || now.some(({ value }) => value !== null)) return [];
    if (!of.some(({ value }) => value !== null)) return [];
    const { suite, scale, cell, execution, executedAt: time, state, reason } = bad;
    return [
      {
        suite,
        scale,
        cell,
        execution,
        time,
        reason: `${state}: ${reason}`,
        accepted: acceptedUntil(accepted, bad) >= time,
      },
    ];
  });
}

/** The last execution of every suite and scale. */
function newest(own: readonly ExecutionRow[]): readonly ExecutionRow[] {
  return [...new Map(own.map((row) => [`${row.suite}@${row.scale}`, row])).values()];
}
