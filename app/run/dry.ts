import { dirname, join } from 'node:path';
import { numericsFile, planFile, trialFolder } from '../../contract/paths.ts';
import { databaseFile, executionFile } from '../../results/workspace.ts';
import { precisionNote } from '../../runners/training/precision.ts';
import type { Price } from '../../suites/price.ts';
import { workspaceOf } from '../effects.ts';
import { plannedParts } from '../plan/parts.ts';
import { pricedPlan } from '../plan/priced.ts';
import { staleSince } from '../plan/store-plan.ts';
import type { PlanResult } from '../plan.ts';
import { conditionsOf } from './conditions.ts';
import { checkedNumerics } from './execute.ts';
import { openExecutor } from './executor.ts';
import type { Night } from './measured-suite.ts';
import type { PresentNumerics } from './numerics.ts';
import type { RunEffects } from './observer.ts';
import type { RunSettings } from './options.ts';
import { planned, teacherFiles } from './suite.ts';
import { type WouldDo, wouldDo } from './would-do.ts';

/** What a run would do, and what it would cost. */
export interface DryRun extends PlanResult {
  readonly would: WouldDo;
  /** Of what would be trained or gone on with alone, as if it all were to be trained. */
  readonly priceToTrain: Price;
  /** Absolute paths of the files and folders that would be made or changed. */
  readonly writes: readonly string[];
  /** Absolute. */
  readonly workspace: string;
}

/**
 * What `runSuite` would do under the same options, up to the first training. Trains nothing, and
 * writes nothing into the workspace.
 *
 * @param name `SUITE`, `SUITE@SCALE` or the path of a suite
 * @param startedAt ISO 8601 UTC
 * @throws what would keep the run from beginning
 */
export async function dryRunSuite(
  name: string,
  settings: RunSettings,
  effects: RunEffects,
  night: Night | null = null,
  startedAt: string = effects.clock.now().toISOString(),
): Promise<DryRun> {
  const { cwd, environment } = effects;
  const workspace = workspaceOf(settings, effects);
  const { threads } = await openExecutor(settings, { cwd, workspace, environment });
  const { whole, plan, withData } = await planned(name, settings, effects);
  const stale = staleSince(workspace, whole);
  const conditions = conditionsOf(threads, settings);
  const numerics =
    plan.trials.length === 0 ? null : await checkedNumerics(plan, conditions, settings, effects);
  const parts = await plannedParts(plan.trials, conditions.division);
  const would = wouldDo(plan.trials, {
    workspace,
    fingerprintOf: (spec) => (numerics as PresentNumerics).of(spec).fingerprint,
    retryEnded: settings.retry ?? false,
    since: night === null ? null : startedAt,
    keepTeachers: night?.keepTeachers ?? false,
  });
  const priced = await pricedPlan(workspace, plan, withData, settings, effects);
  const toTrain = new Set([...would.train, ...would.resume]);
  const open = { ...plan, trials: plan.trials.filter(({ id }) => toTrain.has(id)) };
  const { price: priceToTrain } = await pricedPlan(workspace, open, null, settings, effects);
  const { checkpointFile } = await import('../../runners/weights/checkpoints/store.ts');
  const writes = [
    planFile(workspace, plan.suite, plan.scale),
    ...(plan.trials.length === 0 ? [] : [dirname(numericsFile(workspace, ''))]),
    ...teacherFiles(plan).map((digest) => checkpointFile(workspace, digest)),
    ...[...toTrain].map((trial) => trialFolder(workspace, trial)),
    dirname(executionFile(workspace, '')),
    databaseFile(workspace),
    ...(settings.report === false ? [] : [join(workspace, 'reports', 'out')]),
  ];
  const specs = plan.trials.map(({ spec }) => spec);
  const precision = precisionNote(specs, conditions.device);
  return {
    plan,
    withData,
    stale,
    parts,
    precision,
    ...priced,
    would,
    priceToTrain,
    writes,
    workspace,
  };
}
