import { type ExitCode, exitCodes } from '../common/errors.ts';
import type { Scale } from '../contract/spec.ts';
import { workspaceOf } from './effects.ts';
import { useOwn } from './own/use.ts';
import { type DryRun, dryRunSuite } from './run/dry.ts';
import type { MeasuredSuite } from './run/measured-suite.ts';
import type { RunEffects } from './run/observer.ts';
import type { RunSettings } from './run/options.ts';
import { type Publication, publish } from './run/publish.ts';
import { isOpen, measureSuite } from './run/suite.ts';
import { runEffects } from './run.ts';

export interface RunAllOptions extends RunSettings {
  readonly scale: Scale;
}

/** How the run of every suite ended. */
export interface RunAllResult {
  readonly scale: Scale;
  readonly measured: readonly MeasuredSuite[];
  /** Suites that were to be run; more than were measured where the run was stopped. */
  readonly planned: number;
  readonly publication: Publication | null;
  readonly workspace: string;
  readonly seconds: number;
  readonly exitCode: ExitCode;
}

/**
 * Trains every suite that has the scale, one after the other; stores and reports once, at the end.
 *
 * @throws as `run`
 */
export async function runAll(
  options: RunAllOptions,
  effects: Partial<RunEffects> = {},
): Promise<RunAllResult> {
  const all = runEffects(effects);
  const { scale, report = true } = options;
  const suites = await suitesOf(options, all);
  const began = all.clock.elapsed();
  const measured = await measureAll(all, suites, (name) =>
    measureSuite(name, options, all, null, all.clock.now().toISOString()),
  );
  const workspace = workspaceOf(options, all);
  const open = measured.some(({ verdict }) => isOpen(verdict));
  const publication = open ? null : await publish(workspace, report);
  return {
    scale,
    measured,
    planned: suites.length,
    publication,
    workspace,
    seconds: (all.clock.elapsed() - began) / 1000,
    exitCode: exitCodeOfAll(measured, publication),
  };
}

/** What `runAll` would do under the same options, suite by suite. @throws as `runAll` */
export async function dryRunAll(
  options: RunAllOptions,
  effects: Partial<RunEffects> = {},
): Promise<readonly DryRun[]> {
  const all = runEffects(effects);
  const dry: DryRun[] = [];
  for (const name of await suitesOf(options, all)) dry.push(await dryRunSuite(name, options, all));
  return dry;
}

/** Every suite that has the scale. */
async function suitesOf(options: RunAllOptions, effects: RunEffects): Promise<readonly string[]> {
  await useOwn(options, effects);
  const { listSuites, loadSuite } = await import('../suites/load.ts');
  return listSuites().filter((name) => loadSuite(name).definition.scales[options.scale]);
}

/** Trains suite by suite and tells how each went. Ends early where one is cancelled. */
export async function measureAll(
  { observer, signal }: Pick<RunEffects, 'observer' | 'signal'>,
  suites: readonly string[],
  measure: (name: string) => Promise<MeasuredSuite>,
): Promise<readonly MeasuredSuite[]> {
  const all: MeasuredSuite[] = [];
  for (const [index, name] of suites.entries()) {
    const measured = await measure(name);
    all.push(measured);
    observer.suiteEnded?.(name, measured, index, suites.length);
    if (measured.verdict.cancelled || signal.aborted) break;
  }
  return all;
}

/**
 * The worst of all: a failed trial or gate outweighs what a retry may mend. A suite that cannot be
 * run here (its data are missing) is no failure, unless that is so for all.
 */
export function exitCodeOfAll(
  measured: readonly MeasuredSuite[],
  publication: Publication | null,
): ExitCode {
  const codes = measured.map(({ verdict }) => verdict.exitCode);
  if (codes.includes(exitCodes.failed)) return exitCodes.failed;
  if (codes.includes(exitCodes.infrastructure)) return exitCodes.infrastructure;
  if (measured.every(({ plan }) => plan.trials.length === 0)) return exitCodes.infrastructure;
  return publication?.problem?.exitCode ?? exitCodes.fine;
}
