import { type Judgement, judgeSeries } from '../../reference/history/regressions.ts';
import {
  type AcceptanceRow,
  acceptances as allAcceptances,
  type BitDifference,
  bitDifferences,
  type ExecutionRow,
  executions,
  type HistoryRow,
  history,
  plannedCells,
} from '../../results/history-queries.ts';
import type { Store } from '../../results/store-types.ts';
import { acceptedUntil } from './accepted.ts';
import { joinedSeries } from './joined.ts';
import { joinNights, lastCalls } from './nights.ts';
import { type Restart, restarts } from './restarts.ts';
import { metricSeries, type Series, stepSeries } from './series.ts';
import { type UnfinishedCell, unfinishedCells } from './unfinished.ts';

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

export interface JudgedSeries extends Series, Judgement {}

/** Bits that differ from one cause, with what it reaches. */
export interface BitAlarm {
  /** What lies between the two sides, in words; `nothing that is recorded` where nothing does. */
  readonly cause: string;
  /** The first run that shows it. */
  readonly first: BitDifference;
  readonly runs: number;
  readonly trials: number;
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
  /** Metrics of cells that machines measured in turn, over all of them. */
  readonly joined: readonly JudgedSeries[];
  readonly bits: readonly BitAlarm[];
  readonly unfinished: readonly UnfinishedCell[];
  readonly restarts: readonly (Restart & { readonly leastChange: number })[];
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
  const all = (await history(store)).filter(wanted);
  const rows = joinNights(all);
  const accepted = (await allAcceptances(store)).filter(wanted);
  const calls = (await executions(store)).filter(wanted);
  const own = lastCalls(calls, all);
  const slowdown = Math.log1p(options.slowdown ?? defaultSlowdown);
  const least = ({ margin }: Series) => options.threshold ?? margin ?? defaultMargin;
  const metrics = metricSeries(rows);
  return {
    metrics: judge(metrics, accepted, least),
    joined: judge(joinedSeries(metrics), accepted, least),
    steps: judge(stepSeries(rows), accepted, () => slowdown, true),
    bits: bitAlarms(await bitDifferences(store), all, accepted),
    unfinished: unfinishedCells(rows, own, (await plannedCells(store)).filter(wanted), accepted),
    restarts: restarts(metrics).map((restart) => {
      const series = metrics.find(({ key }) => key === restart.key) as Series;
      return { ...restart, leastChange: least(series) };
    }),
    acceptances: accepted,
    executions: calls,
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
        // Times of steps scatter with whatever else a machine does.
        ...(slowerIsWorse ? {} : { seedSds: each.points.map(({ sd }) => sd) }),
      };
    }),
  );
  return series.map((each, index) => {
    const own = judged[index] as Judgement;
    return { ...each, ...own, ...(slowerIsWorse ? { spread: null, lone: null } : {}) };
  });
}

/**
 * One alarm per cause: the commits and environments that a difference of bits lies between. A cause
 * that no record names is one alarm, too, however many nights show it.
 */
function bitAlarms(
  differences: readonly BitDifference[],
  rows: readonly HistoryRow[],
  accepted: readonly AcceptanceRow[],
): readonly BitAlarm[] {
  const byRun = Map.groupBy(
    rows.filter(({ run }) => run !== null),
    ({ run }) => run,
  );
  // Trials of suites that were not asked for, and teachers that no cell shows, have no cell here.
  const shown = differences.filter(({ run }) => byRun.has(run));
  const causes = Map.groupBy(shown, ({ before, after }) => JSON.stringify([before, after]));
  return [...causes.values()].map((of) => {
    const first = of[0] as BitDifference;
    const cells = new Map(
      of.flatMap(({ run }) =>
        (byRun.get(run) ?? []).map(({ suite, scale, cell }) => [
          JSON.stringify([suite, scale, cell]),
          { suite, scale, cell },
        ]),
      ),
    );
    const last = of.reduce((time, { startedAt }) => (startedAt > time ? startedAt : time), '');
    return {
      cause: causeOf(first),
      first,
      runs: of.length,
      trials: new Set(of.map(({ trial }) => trial)).size,
      cells: [...cells.values()],
      accepted: [...cells.values()].every((cell) => acceptedUntil(accepted, cell) >= last),
    };
  });
}

function causeOf({ before, after }: BitDifference): string {
  const commit = (name: string | null) => name?.slice(0, 12) ?? 'unknown';
  const causes = [
    ...(before.commit === after.commit
      ? []
      : [`commit ${commit(before.commit)} to ${commit(after.commit)}`]),
    ...(['os', 'node', 'libvips'] as const).flatMap((field) =>
      before[field] === after[field] ? [] : [`${field} ${before[field]} to ${after[field]}`],
    ),
    ...(before.dirty || after.dirty ? ['a tree with changes that no commit holds'] : []),
  ];
  return causes.length === 0 ? 'nothing that is recorded' : causes.join(', ');
}

/** The last execution of every suite and scale. */
function newest(own: readonly ExecutionRow[]): readonly ExecutionRow[] {
  return [...new Map(own.map((row) => [`${row.suite}@${row.scale}`, row])).values()];
}
