import { type ExitCode, exitCodes, UsageError } from '../common/errors.ts';
import type { Check } from '../reports/history/check.ts';
import type { HistoryComparison } from '../reports/history/compare.ts';
import type { HistoryFinding } from '../reports/history/findings.ts';
import type { Side } from '../reports/history/selector.ts';
import type { Store } from '../results/store-types.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';
import { historyOf, inStore } from './history/open.ts';

/** What to look for in a history. */
export interface CheckOptions extends WorkspaceOption {
  /** `SUITE` or `SUITE@SCALE`; default: all. */
  readonly suite?: string | undefined;
  /** Least change of a metric that is an alarm, in its unit; default: the suite's margin. */
  readonly threshold?: number | undefined;
  /** Least slowdown of a training step that is an alarm, in percent; default: 15. */
  readonly slowdown?: number | undefined;
  /**
   * Judges the latest execution against a commit, day, engine, machine or another suite (as in
   * `compare`) instead of by the history.
   */
  readonly baseline?: string | undefined;
}

/** The latest execution beside a baseline. */
export interface BaselineCheck {
  readonly comparison: HistoryComparison;
  readonly findings: readonly HistoryFinding[];
  /** Cells without an interval, and so without a verdict. */
  readonly unjudged: number;
}

/** What a check looked at and found. */
export interface CheckResult {
  readonly check: Check;
  /** Of the history, or of the baseline where one was given. */
  readonly findings: readonly HistoryFinding[];
  readonly against: BaselineCheck | null;
  /** 1: a regression stands; 3: nothing was measured. */
  readonly exitCode: ExitCode;
}

/**
 * Says whether the history in `results.duckdb` shows a regression: change points of metrics and of
 * step times, cells that lost their numbers, loss bits that differ.
 *
 * @example
 * ```ts
 * import { check } from 'redistill';
 *
 * const { findings, exitCode } = await check({ workspace: 'nights', suite: 'default@proxy' });
 * const standing = findings.filter(({ state }) => state === 'regression');
 * console.log(exitCode, standing.map(({ cell, sentence }) => `${cell}: ${sentence}`));
 * ```
 *
 * @throws RedistillError `STORE_MISSING`; InfrastructureError `STORE_LOCKED`; UsageError for a
 *   baseline that nothing was measured of
 */
export async function check(
  options: CheckOptions = {},
  effects: Partial<Effects> = {},
): Promise<CheckResult> {
  return inStore(workspaceOf(options, completeEffects(effects)), async (store) => {
    const looked = await look(store, options);
    const { baseline } = options;
    const against = baseline === undefined ? null : await beside(store, baseline, options);
    const findings = against === null ? looked.findings : against.findings;
    return {
      check: looked.check,
      findings,
      against,
      exitCode: exitCodeOf(looked.check, findings),
    };
  });
}

/**
 * The latest execution against a baseline alone, without judging the history.
 *
 * @throws as `check`
 */
export async function checkAgainst(
  baseline: string,
  options: Omit<CheckOptions, 'baseline'>,
  effects: Partial<Effects> = {},
): Promise<BaselineCheck> {
  return inStore(workspaceOf(options, completeEffects(effects)), (store) =>
    beside(store, baseline, options),
  );
}

async function look(store: Store, { suite, threshold, slowdown }: CheckOptions) {
  const { checkHistory, defaultSlowdown } = await import('../reports/history/check.ts');
  const { findings } = await import('../reports/history/findings.ts');
  const check = await checkHistory(store, {
    suite,
    threshold,
    slowdown: slowdown === undefined ? defaultSlowdown : slowdown / 100,
  });
  return { check, findings: findings(check) };
}

async function beside(
  store: Store,
  baseline: string,
  { suite, threshold }: CheckOptions,
): Promise<BaselineCheck> {
  const { selectSide } = await import('../reports/history/selector.ts');
  const { compareSides } = await import('../reports/history/compare.ts');
  const { baselineFindings } = await import('../reports/history/findings.ts');
  const { resolveCommit } = await import('./history/resolve-commit.ts');
  const { alignSuites, namesSuite } = await import('../reports/history/suite-sides.ts');
  const rows = await historyOf(store, suite);
  // Another suite is no part of the one that is judged.
  const all = suite === undefined ? rows : await historyOf(store, undefined);
  const named = namesSuite(all, baseline) ? all : rows;
  const [a, b] = alignSuites(
    selectSide(named, baseline, resolveCommit),
    selectSide(rows, 'latest', resolveCommit),
  );
  const comparison = compareSides(without(a, b), b);
  refuseEmpty(comparison);
  return { comparison, ...baselineFindings(comparison, threshold) };
}

/**
 * A baseline without the execution that is judged against it. A commit, a day, an engine or a
 * machine may name both, where a method of one's own was edited in between; a mean of both would
 * hide a part of what has changed. Where nothing else was measured the baseline stays as it is: the
 * latest execution is what it names, and the comparison says so.
 */
function without(baseline: Side, judged: Side): Side {
  const own = new Set(judged.rows.map(({ execution }) => execution));
  const rows = baseline.rows.filter(({ execution }) => !own.has(execution));
  return rows.length === 0 ? baseline : { ...baseline, rows };
}

/**
 * Nothing was compared, so nothing may pass.
 *
 * @throws UsageError `COMPARE_NOTHING`
 */
export function refuseEmpty({ a, b, cells, notes }: HistoryComparison): void {
  if (cells.length > 0) return;
  throw new UsageError(
    'COMPARE_NOTHING',
    `"${a.text}" (${a.meaning}) and "${b.text}" (${b.meaning}) have no cell in common.`,
    { hint: notes.slice(0, 3).join(' ') },
  );
}

/** A regression outweighs an empty night: measuring again would not mend it. */
function exitCodeOf(check: Check, found: readonly HistoryFinding[]): ExitCode {
  if (found.some(({ state }) => state === 'regression')) return exitCodes.failed;
  if (check.metrics.length === 0 || check.empty.length > 0) return exitCodes.infrastructure;
  return exitCodes.fine;
}
