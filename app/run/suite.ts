import { once } from 'node:events';
import { RedistillError } from '../../common/errors.ts';
import type { Plan } from '../../contract/plan-types.ts';
import type { DataOptions } from '../../runners/data/dataset.ts';
import { type EnvironmentVariables, workspaceOf } from '../effects.ts';
import { useOwn } from '../own/use.ts';
import { planRequestRecord } from '../plan/asked.ts';
import { measuredCosts, thisProcessor } from '../plan/measured-steps.ts';
import { asStored, staleSince, storePlan } from '../plan/store-plan.ts';
import { splitSuiteName, suiteFrom } from '../plan/suite-name.ts';
import { checkEstimate } from './estimate.ts';
import { execute } from './execute.ts';
import { openExecutor } from './executor.ts';
import type { EndedSuite, MeasuredSuite, Night } from './measured-suite.ts';
import type { RunEffects } from './observer.ts';
import { folderOf, type RunSettings } from './options.ts';
import { publish } from './publish.ts';
import { recordExecution } from './record.ts';
import { selectRows } from './select.ts';
import { trialName } from './trial-name.ts';
import { judge, type RunVerdict } from './verdict.ts';

/**
 * Plans, trains, records the execution, stores and reports.
 *
 * @param name `SUITE`, `SUITE@SCALE` or the path of a suite
 * @param startedAt ISO 8601 UTC
 */
export async function runSuite(
  name: string,
  settings: RunSettings,
  effects: RunEffects,
  night: Night | null = null,
  startedAt: string = effects.clock.now().toISOString(),
): Promise<EndedSuite> {
  const began = effects.clock.elapsed();
  const measured = await measureSuite(name, settings, effects, night, startedAt);
  const { verdict, workspace } = measured;
  const publication = isOpen(verdict) ? null : await publish(workspace, settings.report ?? true);
  return { ...measured, publication, seconds: (effects.clock.elapsed() - began) / 1000 };
}

/**
 * Whether trials have not come to their end: the same call goes on with them, and stores and
 * reports then.
 */
export const isOpen = ({ cancelled, submitted }: RunVerdict): boolean => cancelled || submitted > 0;

/** Plans and trains a suite, and records the execution. @param startedAt ISO 8601 UTC */
export async function measureSuite(
  name: string,
  settings: RunSettings,
  effects: RunEffects,
  night: Night | null,
  startedAt: string,
): Promise<MeasuredSuite> {
  const { cwd, environment } = effects;
  const workspace = workspaceOf(settings, effects);
  // Before the plan, which may fetch data: what is wrong with the options is said at once.
  const executor = await openExecutor(settings, { cwd, workspace, environment });
  const { whole, plan } = await planned(name, settings, effects);
  await unlessAborted(prepareData(plan, dataOf(settings, effects)), effects.signal);
  await bringTeachers(plan, workspace, environment);
  effects.observer.stale?.(staleSince(workspace, whole));
  const asked = await planRequestRecord(cwd, workspace, name, settings);
  storePlan(workspace, await asStored(whole, asked));
  const since = night === null ? null : { time: startedAt, teachers: !night.keepTeachers };
  const costs = measuredCosts(workspace, thisProcessor(), settings);
  const request = { workspace, settings, executor, since, costs };
  const { outcomes, units } = await execute(plan, request, effects);
  const estimate = checkEstimate(workspace, outcomes, units, costs.steps, startedAt);
  const verdict = judge(plan, outcomes, trialName);
  recordExecution(workspace, plan, outcomes, {
    kind: night === null ? 'run' : 'nightly',
    startedAt,
    fixedSeeds: night?.fixedSeeds ?? [],
    ...(estimate !== null && { estimate }),
  });
  return { plan, outcomes, verdict, estimate, workspace };
}

/** The plan of a suite, and the part that is asked for. */
interface PlannedSuite {
  readonly whole: Plan;
  readonly plan: Plan;
  /** The part once missing data and weights are here; null where none are missing. */
  readonly withData: Plan | null;
}

/** Plans a suite as a run does. Trains nothing, and writes nothing into the workspace. */
export async function planned(
  name: string,
  settings: RunSettings,
  effects: RunEffects,
): Promise<PlannedSuite> {
  const { suite, scale } = splitSuiteName(name, settings.scale);
  await useOwn(settings, effects);
  const { planByName } = await import('../../suites/plan-by-name.ts');
  const externalMissing =
    settings.external === undefined
      ? 'it runs code that is not ours, which --external DIR must allow'
      : null;
  const { seeds, ownTeachers } = settings;
  const planning = planByName(suiteFrom(effects.cwd, suite), {
    scale,
    seeds,
    ownTeachers,
    workspace: workspaceOf(settings, effects),
    data: dataOf(settings, effects),
    externalMissing,
  });
  const { plan: whole, withData } = await unlessAborted(planning, effects.signal);
  const part = (plan: Plan) => selectRows(plan, settings.only);
  return { whole, plan: part(whole), withData: withData === null ? null : part(withData) };
}

/** Where data sets are looked for. */
function dataOf(settings: RunSettings, effects: RunEffects): DataOptions {
  const { environment, notice } = effects;
  return { folder: folderOf(settings.data, effects), environment, notice };
}

/** Brings the data into the cache once, before several workers would do it at the same time. */
async function prepareData(plan: Plan, data: DataOptions): Promise<void> {
  const { fetchDataset } = await import('../../runners/data/registry.ts');
  // Code that is not ours reads data of its own.
  const ours = plan.trials.filter(({ spec }) => spec.external === undefined);
  for (const id of new Set(ours.map(({ spec }) => spec.data.dataset))) {
    await fetchDataset(id, data);
  }
}

/**
 * Copies released teachers that the plan names into the workspace, which keeps what its trials
 * learned from.
 */
async function bringTeachers(
  plan: Plan,
  workspace: string,
  environment: EnvironmentVariables,
): Promise<void> {
  const digests = teacherFiles(plan);
  if (digests.length === 0) return;
  const { bringCheckpoint } = await import('../../runners/weights/teachers/store.ts');
  for (const digest of digests) bringCheckpoint(workspace, digest, environment);
}

/** The checkpoints that teach in a plan, each once, by SHA-256. */
export function teacherFiles(plan: Plan): readonly string[] {
  const digests = plan.trials.flatMap(({ spec: { teacher } }) =>
    teacher?.kind === 'checkpoint' ? [teacher.sha256] : [],
  );
  return [...new Set(digests)];
}

/** Waits for work that cannot be interrupted, but no longer than the caller wants it. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw stopped();
  return Promise.race([
    work,
    once(signal, 'abort').then(() => {
      throw stopped();
    }),
  ]);
}

function stopped(): RedistillError {
  return new RedistillError('CANCELLED', 'Stopped before the first trial was started.');
}
