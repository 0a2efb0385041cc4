import { type ExitCode, exitCodes, UsageError } from '../common/errors.ts';
import { type CheckResult, check } from './check.ts';
import { maximumRotating, rotatingSeeds } from './nightly/night-seeds.ts';
import { useOwn } from './own/use.ts';
import { splitSuiteName, suiteFrom } from './plan/suite-name.ts';
import { type DryRun, dryRunSuite } from './run/dry.ts';
import type { EndedSuite } from './run/measured-suite.ts';
import type { RunEffects } from './run/observer.ts';
import type { RunSettings } from './run/options.ts';
import { runSuite } from './run/suite.ts';
import { runEffects } from './run.ts';

export interface NightlyOptions
  extends Omit<RunSettings, 'seeds' | 'only' | 'retry' | 'report' | 'detach'> {
  /** `SUITE`, `SUITE@SCALE` or the path of a suite. */
  readonly suite: string;
  /** Seeds that are the same every night and watch the bits; default: the suite's first. */
  readonly fixedSeeds?: readonly number[] | undefined;
  /** Seeds that are new every night and carry the statistics; default: 2. */
  readonly rotating?: number | undefined;
  /** Reuse teachers of equal numerics instead of training them anew; default: false. */
  readonly keepTeachers?: boolean | undefined;
  /** Least slowdown of a training step that is an alarm, in percent; default: 15. */
  readonly slowdown?: number | undefined;
}

/** How a night went. */
export interface NightResult {
  readonly night: EndedSuite;
  /** Null where the night was stopped or could not be stored: such a night has not passed. */
  readonly check: CheckResult | null;
  /** 1: a regression stands or a trial failed; 3: nothing was measured or the machine failed. */
  readonly exitCode: ExitCode;
}

/**
 * Measures a suite anew, stores, reports and checks it. Nothing of earlier nights is reused; what
 * was interrupted goes on.
 *
 * @param run what trains; tests give another
 * @throws UsageError `NIGHTLY_SEEDS`; else as `run`
 */
export async function nightly(
  options: NightlyOptions,
  effects: Partial<RunEffects> = {},
  run: typeof runSuite = runSuite,
): Promise<NightResult> {
  const all = runEffects(effects);
  const { suite, settings, night, startedAt } = await nightOf(options, all);
  return conclude(await run(suite, settings, all, night, startedAt), options, all);
}

/**
 * What `nightly` would measure under the same options. Trains nothing, and writes nothing into the
 * workspace.
 *
 * @throws as `nightly`
 */
export async function dryNight(
  options: NightlyOptions,
  effects: Partial<RunEffects> = {},
): Promise<DryRun> {
  const all = runEffects(effects);
  const { suite, settings, night, startedAt } = await nightOf(options, all);
  return dryRunSuite(suite, settings, all, night, startedAt);
}

/** The run that a night is, with its seeds. @throws UsageError `NIGHTLY_SEEDS` */
async function nightOf(options: NightlyOptions, effects: RunEffects) {
  const { suite: name, fixedSeeds, rotating = 2, keepTeachers = false, ...settings } = options;
  await useOwn(options, effects);
  const { loadSuite, defaultScale } = await import('../suites/load.ts');
  const { suite, scale: named } = splitSuiteName(name, options.scale);
  const loaded = loadSuite(suiteFrom(effects.cwd, suite));
  const scale = named ?? defaultScale(loaded);
  const startedAt = effects.clock.now().toISOString();
  const fixed = fixedSeeds ?? loaded.definition.scales[scale]?.seeds.slice(0, 1) ?? [];
  const rotated = rotatingSeeds(startedAt, rotating);
  if (rotating > maximumRotating || fixed.length + rotated.length === 0) {
    throw new UsageError(
      'NIGHTLY_SEEDS',
      `A night needs at least one seed and rotates at most ${maximumRotating}; asked for ${fixed.length} fixed and ${rotating} rotating.`,
    );
  }
  return {
    suite,
    settings: { ...settings, scale, seeds: [...new Set([...fixed, ...rotated])] },
    // Without rotating seeds the fixed ones are all there is to average.
    night: { fixedSeeds: rotated.length === 0 ? [] : fixed, keepTeachers },
    startedAt,
  };
}

/** Checks what the night has added. */
async function conclude(
  night: EndedSuite,
  { slowdown }: NightlyOptions,
  effects: RunEffects,
): Promise<NightResult> {
  const { plan, verdict, publication, workspace } = night;
  const problem = publication?.problem ?? null;
  if (verdict.cancelled || publication === null || problem !== null) {
    const exitCode = problem?.exitCode ?? (verdict.exitCode || exitCodes.infrastructure);
    return { night, check: null, exitCode };
  }
  const suite = `${plan.suite}@${plan.scale}`;
  const checked = await check({ workspace, suite, slowdown }, effects);
  return { night, check: checked, exitCode: worse(verdict.exitCode, checked.exitCode) };
}

/** What failed outweighs what could not be measured. */
function worse(one: ExitCode, other: ExitCode): ExitCode {
  if (one === exitCodes.fine) return other;
  return [one, other].includes(exitCodes.failed) ? exitCodes.failed : one;
}
