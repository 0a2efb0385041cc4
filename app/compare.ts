import type { HistoryComparison } from '../reports/history/compare.ts';
import { refuseEmpty } from './check.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';
import { historyOf, inStore } from './history/open.ts';

/**
 * Two sides of a history. A side is `latest`, `previous`, a day or `DAY..DAY` (UTC), an execution,
 * the beginning of a commit or of a numerics fingerprint, what git calls a commit, a part of a
 * machine's name, or a suite, whose latest execution is meant.
 */
export interface CompareOptions extends WorkspaceOption {
  /** The side that is compared with. */
  readonly a: string;
  /** The side that is judged. */
  readonly b: string;
  /** `SUITE` or `SUITE@SCALE`; default: all. */
  readonly suite?: string | undefined;
}

/**
 * Sets two commits, engines, machines, days or suites against each other: B minus A with 90 %
 * intervals, paired over the seeds that both sides have.
 *
 * @throws UsageError `COMPARE_NOTHING` where the sides have no cell in common; RedistillError
 *   `STORE_MISSING`
 */
export async function compare(
  options: CompareOptions,
  effects: Partial<Effects> = {},
): Promise<HistoryComparison> {
  const [{ selectSide }, { compareSides }, { alignSuites }, { resolveCommit }] = await Promise.all([
    import('../reports/history/selector.ts'),
    import('../reports/history/compare.ts'),
    import('../reports/history/suite-sides.ts'),
    import('./history/resolve-commit.ts'),
  ]);
  const { a, b, suite } = options;
  return inStore(workspaceOf(options, completeEffects(effects)), async (store) => {
    const rows = await historyOf(store, suite);
    const comparison = compareSides(
      ...alignSuites(selectSide(rows, a, resolveCommit), selectSide(rows, b, resolveCommit)),
    );
    refuseEmpty(comparison);
    return comparison;
  });
}
