import { type ExitCode, exitCodes } from '../common/errors.ts';
import { completeEffects } from './effects.ts';
import { type DryRun, dryRunSuite } from './run/dry.ts';
import type { EndedSuite } from './run/measured-suite.ts';
import type { RunEffects } from './run/observer.ts';
import type { RunSettings } from './run/options.ts';
import { runSuite } from './run/suite.ts';

export interface RunOptions extends RunSettings {
  /** `SUITE`, `SUITE@SCALE` or the path of a suite; default: `default`. */
  readonly suite?: string | undefined;
}

/** How a run ended. */
export interface RunResult extends EndedSuite {
  /** 1: a trial or a gate failed; 3: the machine failed, or nothing could be run. */
  readonly exitCode: ExitCode;
}

/**
 * Trains what a suite needs, then stores and reports it. Teachers come first, then the students of
 * those that pass their gate. What was measured before with the same numerics is reused, and what
 * was interrupted goes on, so that the same call again finishes the work.
 *
 * @example
 * ```ts
 * import { run } from 'redistill';
 *
 * const stop = new AbortController();
 * const { verdict, publication } = await run(
 *   { suite: 'default@smoke', workspace: '/tmp/redistill', seeds: [0, 1] },
 *   { signal: stop.signal, notice: console.error },
 * );
 * console.log(`${verdict.computed} trials computed; see ${publication?.index}`);
 * ```
 *
 * @throws UsageError for options and suites that are wrong; DataError for data that are missing or
 *   damaged; InfrastructureError where the machine cannot do it; RedistillError `CANCELLED` where
 *   `signal` was aborted before the first training
 */
export async function run(
  { suite = 'default', ...settings }: RunOptions = {},
  effects: Partial<RunEffects> = {},
): Promise<RunResult> {
  const ended = await runSuite(suite, settings, runEffects(effects));
  return { ...ended, exitCode: exitCodeOf(ended) };
}

/**
 * What `run` would do under the same options: what would be trained, reused and written. Trains
 * nothing, and writes nothing into the workspace; pictures that are read for the first time go into
 * the cache, as `plan` has them.
 *
 * @throws as `run`
 */
export async function dryRun(
  { suite = 'default', ...settings }: RunOptions = {},
  effects: Partial<RunEffects> = {},
): Promise<DryRun> {
  return dryRunSuite(suite, settings, runEffects(effects));
}

/** The effects of a run, those of this process for what is not given. */
export function runEffects(given: Partial<RunEffects>): RunEffects {
  return { ...completeEffects(given), observer: given.observer ?? {} };
}

function exitCodeOf({ plan, verdict, publication }: EndedSuite): ExitCode {
  if (verdict.exitCode !== exitCodes.fine || publication === null) return verdict.exitCode;
  if (plan.trials.length === 0) return exitCodes.infrastructure;
  return publication.problem?.exitCode ?? exitCodes.fine;
}
