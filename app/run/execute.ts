import { partition, type Unit } from '../../contract/cohorts.ts';
import { partsOf } from '../../contract/parts.ts';
import type { Plan } from '../../contract/plan-types.ts';
import type { BackboneRef, TrialSpec } from '../../contract/spec.ts';
import type { ExecutorRequest, OpenExecutor } from '../../runners/executors/executor.ts';
import { defaultLimits } from '../../runners/executors/limits.ts';
import type { TrialOutcome } from '../../runners/executors/outcome.ts';
import { storeRecord } from '../../runners/training/fingerprint/record-store.ts';
import { checkPrecision, precisionNote } from '../../runners/training/precision.ts';
import type { MeasuredCosts } from '../plan/measured-steps.ts';
import { plannedParts } from '../plan/parts.ts';
import { cohortLimits } from './cohorts.ts';
import { conditionsOf, type TrainingConditions } from './conditions.ts';
import { checkKeepOptions, keptOutputs } from './kept.ts';
import { keptSummary } from './kept-summary.ts';
import { measuredInWorkspace } from './measured.ts';
import { type PresentNumerics, presentNumerics } from './numerics.ts';
import { noDisplay, type ProgressDisplay, type RunEffects } from './observer.ts';
import { folderOf, type RunSettings } from './options.ts';

/** The inputs of an execution, beside the plan. */
export interface ExecutionRequest {
  readonly workspace: string;
  readonly settings: RunSettings;
  readonly executor: OpenExecutor;
  /** A night measures again what was measured before `time`; null for a run. */
  readonly since: { readonly time: string; readonly teachers: boolean } | null;
  /** What trials took on this machine. */
  readonly costs: MeasuredCosts;
}

/** The ends of all trials in the order of the plan, and which were trained together here. */
export interface Executed {
  readonly outcomes: readonly TrialOutcome[];
  /** Empty where nodes of a cluster trained: their times say nothing about this machine. */
  readonly units: readonly Unit[];
}

const secondsBetweenCheckpoints = 30;

/**
 * Trains the trials of a plan that are not measured yet, on this machine or on a cluster.
 *
 * @throws UsageError, InfrastructureError, DataError for what makes training impossible before it
 *   begins
 */
export async function execute(
  plan: Plan,
  request: ExecutionRequest,
  effects: RunEffects,
): Promise<Executed> {
  const { workspace, settings, since, costs, executor } = request;
  if (plan.trials.length === 0) return { outcomes: [], units: [] };
  const conditions = conditionsOf(executor.threads, settings);
  const numerics = await checkedNumerics(plan, conditions, settings, effects);
  if (since === null) {
    effects.observer.measured?.(measuredInWorkspace(workspace, plan.trials, numerics.of));
  }
  for (const { record } of numerics.all) storeRecord(workspace, record);
  const display = (await effects.observer.begin?.(plan)) ?? noDisplay;
  const onStop = () => display.note(executor.stopNote);
  effects.signal.addEventListener('abort', onStop);
  const slower = precisionNote(
    plan.trials.map(({ spec }) => spec),
    conditions.device,
  );
  if (slower !== null) display.note(slower);
  const keeping = await keptOutputs(workspace, settings, conditions, plan, costs.steps);
  const limits = { ...cohortLimits(executor, costs), ...keeping.limits };
  let units: readonly Unit[] = [];
  try {
    const outcomes = await executor.execute(plan, {
      ...(await whatIsAsked(request, conditions, numerics, display, effects)),
      keptOutputsOf: keeping.of,
      partition(trials) {
        const parts = partition(trials, limits);
        keeping.choose(parts);
        if (executor.isHere) units = parts;
        return parts;
      },
    });
    if ((settings.keepOutputs ?? 0) > 0) {
      const summary = keptSummary(workspace, outcomes);
      if (summary !== null) display.note(summary);
    }
    return { outcomes, units };
  } finally {
    effects.signal.removeEventListener('abort', onStop);
    display.stop();
  }
}

/** The numerics of now, after everything that can be refused before a training was. */
export async function checkedNumerics(
  plan: Plan,
  conditions: TrainingConditions,
  settings: RunSettings,
  effects: RunEffects,
): Promise<PresentNumerics> {
  checkKeepOptions(settings);
  checkPrecision(
    plan.trials.map(({ spec }) => spec),
    conditions,
  );
  const foreign = plan.trials.find(({ spec }) => spec.external !== undefined)?.spec.external;
  const folder = folderOf(settings.external, effects);
  if (foreign !== undefined && folder !== undefined) {
    const { checkCheckout } = await import('../../runners/external/checkout.ts');
    checkCheckout(folder, foreign);
  }
  await plannedParts(plan.trials, conditions.division);
  return presentNumerics(plan.trials, conditions);
}

/** What is asked of the executor, whichever it is. */
async function whatIsAsked(
  { workspace, settings, since }: ExecutionRequest,
  { threads, device, mode, division, gpu }: TrainingConditions,
  numerics: PresentNumerics,
  display: ProgressDisplay,
  effects: RunEffects,
): Promise<ExecutorRequest> {
  const { findCheckpoint } = await import('../../runners/weights/checkpoints/store.ts');
  const { workerScript } = await import('../../runners/executors/worker-command.ts');
  const { findBackbone } = await import('../../runners/weights/backbones/store.ts');
  const { ownFilesOf } = await import('../../runners/training/own/load.ts');
  return {
    workspace,
    fingerprintOf: (spec: TrialSpec) => numerics.of(spec).fingerprint,
    confirmNumerics: numerics.confirm,
    threads,
    device,
    dataFolder: folderOf(settings.data, effects) ?? null,
    ownFilesOf,
    partsOf: (spec: TrialSpec) => partsOf(spec.recipe, division),
    externalFolder: folderOf(settings.external, effects) ?? null,
    mode,
    ...(gpu !== undefined && { gpu }),
    checkpointSeconds: settings.checkpointSeconds ?? secondsBetweenCheckpoints,
    retryEnded: settings.retry ?? false,
    since: since?.time ?? null,
    keepTeachers: since !== null && !since.teachers,
    retries: 2,
    limits: {
      ...defaultLimits,
      heartbeat: settings.heartbeatSeconds ?? defaultLimits.heartbeat,
    },
    signal: effects.signal,
    killSignal: effects.killSignal,
    listener: display.show,
    checkpointFile: (sha256: string) => findCheckpoint(workspace, sha256),
    backboneFile: (backbone: BackboneRef) => findBackbone(backbone, effects.environment),
    worker: workerScript,
    notice: (line: string) => display.note(line),
  };
}
