import { UsageError } from '../common/errors.ts';
import { suggestion } from '../common/nearest.ts';
import { type Scale, schemaVersion } from '../contract/spec.ts';
import type { HistoryFinding } from '../reports/history/findings.ts';
import type { Acceptance } from '../results/acceptances.ts';
import { type CheckOptions, check } from './check.ts';
import { completeEffects, type Effects, workspaceOf } from './effects.ts';

/** Which regression is accepted, by whom and why. */
export interface AcceptOptions extends Omit<CheckOptions, 'baseline'> {
  /** The cell's id as `check` gives it: `ROW/PAIR/METRIC`. */
  readonly cell: string;
  readonly reason: string;
  /** Who says so. */
  readonly by: string;
}

/** What was recorded, and the regressions that are none any more. */
export interface Accepted {
  readonly acceptance: Acceptance;
  readonly findings: readonly HistoryFinding[];
}

/**
 * Accepts a cell's changes up to now. Later measurements are judged as usual.
 *
 * @throws UsageError `CHECK_ACCEPT` where no regression of the cell stands, or of several suites
 */
export async function accept(
  options: AcceptOptions,
  effects: Partial<Effects> = {},
): Promise<Accepted> {
  const { clock, ...rest } = completeEffects(effects);
  const workspace = workspaceOf(options, rest);
  const { cell, reason, by } = options;
  const own = await standingOf(options, effects);
  const { suite, scale } = own[0] as HistoryFinding;
  const { appendAcceptance } = await import('../results/acceptances.ts');
  const { ingest } = await import('../results/ingest.ts');
  const { judge } = await import('../reports/judgement/judge.ts');
  const acceptance = {
    schemaVersion,
    time: clock.now().toISOString(),
    suite,
    scale: scale as Scale,
    cell,
    author: by,
    reason,
  } as const;
  appendAcceptance(workspace, acceptance);
  await ingest({ workspace, judge: judge() });
  return { acceptance, findings: own };
}

/** The regressions of the cell that stand, all of one suite; at least one. */
async function standingOf(
  { cell, ...options }: AcceptOptions,
  effects: Partial<Effects>,
): Promise<readonly HistoryFinding[]> {
  const { findings } = await check({ ...options, baseline: undefined }, effects);
  const standing = findings.filter(({ state }) => state === 'regression');
  const own = standing.filter((finding) => finding.cell === cell);
  if (own.length === 0) {
    const known = [...new Set(standing.map((finding) => finding.cell))];
    throw new UsageError('CHECK_ACCEPT', `No regression of "${cell}" stands.`, {
      hint: known.length === 0 ? 'There is nothing to accept.' : suggestion(cell, known),
    });
  }
  const places = [...new Set(own.map(({ suite, scale }) => `${suite}@${scale}`))];
  if (places.length > 1) {
    throw new UsageError(
      'CHECK_ACCEPT',
      `"${cell}" is a cell of ${places.join(' and ')}: say which with --suite.`,
    );
  }
  return own;
}
