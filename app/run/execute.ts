import { partition, type Unit } from '../../contract/cohorts.ts';
import type { Plan } from '../../contract/plan-types.ts';
import type { BackboneRef, TrialSpec } from '../../contract/spec.ts';
import { defaultLimits, type TrialOutcome } from '../../runners/executors/executor.ts';
import { storeRecord } from '../../runners/training/fingerprint/record-store.ts';
import { checkPrecision } from '../../runners/training/precision.ts';
import type { MeasuredCosts } from '../plan/measured-steps.ts';
import { clusterCohortLimits, cohortLimits } from './cohorts.ts';
import { visibleGpus } from './gpus.ts';
import { measuredInWorkspace } from './measured.ts';
import { type PresentNumerics, presentNumerics } from './numerics.ts';
import { noDisplay, type ProgressDisplay, type RunEffects } from './observer.ts';
import { folderOf, type RunSettings } from './options.ts';
import { type Resources, shareOut, thisMachine } from './resources.ts';
import { type SlurmSettings, slurmSettings } from './slurm.ts';
import { workerCommand } from './worker-command.ts';

/** The inputs of an execution, beside the plan. */
export interface ExecutionRequest {
  readonly workspace: string;
  readonly settings: RunSettings;
  /** A night measures again what was measured before `time`; null for a run. */
  readonly since: { readonly time: string; readonly teachers: boolean } | null;
  /** What trials took on this machine. */
  readonly costs: MeasuredCosts;
}

/** The ends of all trials in the order of the plan, and which were trained together here. */
export interface Execution {
  readonly outcomes: readonly TrialOutcome[];
  /** Empty where nodes of a cluster trained: their times say nothing about this machine. */
  readonly units: readonly Unit[];
}

/** The machine's part in a run, after its sharing out. */
interface Conditions extends Resources {
  readonly device: 'cpu' | 'gpu';
  readonly gpus: readonly string[] | undefined;
  readonly mode: 'recorded' | 'eager';
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
): Promise<Execution> {
  const { workspace, settings, since } = request;
  const slurm =
    settings.executor === 'slurm' ? await slurmSettings(effects.cwd, workspace, settings) : null;
  if (plan.trials.length === 0) return { outcomes: [], units: [] };
  const conditions = await conditionsOf(settings, effects);
  const numerics = await checkedNumerics(plan, conditions, settings, effects);
  if (since === null) {
    effects.observer.measured?.(measuredInWorkspace(workspace, plan.trials, numerics.of));
  }
  for (const { record } of numerics.all) storeRecord(workspace, record);
  const display = (await effects.observer.begin?.(plan)) ?? noDisplay;
  const onStop = () =>
    display.note(
      slurm === null
        ? 'Stopping: workers save their state. Ctrl-C again kills them.'
        : slurm.stopNote,
    );
  effects.signal.addEventListener('abort', onStop);
  try {
    const shared = await sharedOptions(request, conditions, numerics, display, effects);
    return slurm === null
      ? await onThisMachine(plan, request, conditions, shared)
      : await onCluster(plan, request, slurm, shared, display);
  } finally {
    effects.signal.removeEventListener('abort', onStop);
    display.stop();
  }
}

async function conditionsOf(settings: RunSettings, effects: RunEffects): Promise<Conditions> {
  const { device = 'cpu', workers, threads, eager } = settings;
  const gpus = device === 'gpu' ? await visibleGpus(effects.environment) : undefined;
  const shares = shareOut(thisMachine(), {
    workers,
    threads,
    device,
    ...(gpus !== undefined && { gpus: gpus.length }),
  });
  return { ...shares, device, gpus, mode: eager === true ? 'eager' : 'recorded' };
}

/** The numerics of now, after everything that can be refused before a training was. */
async function checkedNumerics(
  plan: Plan,
  { threads, device, mode }: Conditions,
  settings: RunSettings,
  effects: RunEffects,
): Promise<PresentNumerics> {
  const conditions = { threads: { intra: threads, inter: 1 }, device, mode } as const;
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
  return presentNumerics(plan.trials, conditions);
}

type SharedOptions = Awaited<ReturnType<typeof sharedOptions>>;

/** What every executor is told. */
async function sharedOptions(
  { workspace, settings, since }: ExecutionRequest,
  { threads, device, mode }: Conditions,
  numerics: PresentNumerics,
  display: ProgressDisplay,
  effects: RunEffects,
) {
  const { findCheckpoint } = await import('../../runners/weights/checkpoints/store.ts');
  const { findBackbone } = await import('../../runners/weights/backbones/store.ts');
  return {
    workspace,
    fingerprintOf: (spec: TrialSpec) => numerics.of(spec).fingerprint,
    confirmNumerics: numerics.confirm,
    threads: { intra: threads, inter: 1 },
    device,
    dataFolder: folderOf(settings.data, effects) ?? null,
    externalFolder: folderOf(settings.external, effects) ?? null,
    mode,
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
  } as const;
}

async function onCluster(
  plan: Plan,
  { settings, costs }: ExecutionRequest,
  slurm: SlurmSettings,
  shared: SharedOptions,
  display: ProgressDisplay,
): Promise<Execution> {
  const { executeOnSlurm } = await import('../../runners/executors/slurm/execute.ts');
  const room = clusterCohortLimits(settings, slurm.options.config, costs);
  const outcomes = await executeOnSlurm(plan, {
    ...shared,
    ...slurm.options,
    partition: (trials) => partition(trials, room),
    notice: (line) => display.note(line),
  });
  return { outcomes, units: [] };
}

async function onThisMachine(
  plan: Plan,
  { settings, costs }: ExecutionRequest,
  { workers, threads, device, gpus }: Conditions,
  shared: SharedOptions,
): Promise<Execution> {
  const { executeLocally } = await import('../../runners/executors/local/execute.ts');
  const limits = cohortLimits(settings, { workers, threads }, thisMachine(), costs);
  let units: readonly Unit[] = [];
  const outcomes = await executeLocally(plan, {
    ...shared,
    ...(gpus !== undefined && { gpus }),
    workers,
    partition(trials) {
      units = partition(trials, limits);
      return units;
    },
    retryPause: 2,
    command: workerCommand(threads, device),
  });
  return { outcomes, units };
}
