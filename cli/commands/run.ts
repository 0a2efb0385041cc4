import { once } from 'node:events';
import { resolve } from 'node:path';
import { type MeasuredCosts, measuredCosts } from '../../app/plan/measured-steps.ts';
import { staleSince, storePlan } from '../../app/plan/store-plan.ts';
import { splitSuiteName } from '../../app/plan/suite-name.ts';
import { exitCodeOfAll, type Measured, measureAll, scaleOfAll } from '../../app/run/all.ts';
import { clusterCohortLimits, cohortLimits } from '../../app/run/cohorts.ts';
import { checkEstimate } from '../../app/run/estimate.ts';
import { visibleGpus } from '../../app/run/gpus.ts';
import { measuredInWorkspace } from '../../app/run/measured.ts';
import { presentNumerics } from '../../app/run/numerics.ts';
import { publish } from '../../app/run/publish.ts';
import { recordExecution } from '../../app/run/record.ts';
import { type Resources, shareOut, thisMachine } from '../../app/run/resources.ts';
import { selectRows } from '../../app/run/select.ts';
import { slurmSettings } from '../../app/run/slurm.ts';
import { judge, type RunVerdict } from '../../app/run/verdict.ts';
import { workerCommand } from '../../app/run/worker-command.ts';
import { type ExitCode, exitCodes, RedistillError } from '../../common/errors.ts';
import { partition, type Unit } from '../../contract/cohorts.ts';
import type { Plan } from '../../contract/plan-types.ts';
import type { BackboneRef, Scale } from '../../contract/spec.ts';
import type { DataOptions } from '../../runners/data/registry.ts';
import { defaultLimits, type TrialOutcome } from '../../runners/executors/executor.ts';
import { storeRecord } from '../../runners/training/fingerprint/record-store.ts';
import { checkPrecision } from '../../runners/training/precision.ts';
import {
  type CommandContext,
  defineCommand,
  type OptionValues,
  sharedOptions,
} from '../command.ts';
import type { ProgressDisplay } from '../output/progress-lines.ts';
import { allAsJson, printAll } from '../output/run-all.ts';
import { type Ended, endAsJson, printEnd } from '../output/run-end.ts';
import { measuredLines, staleLines } from '../output/stale.ts';
import { trialName } from '../output/trial-name.ts';

export const options = {
  scale: sharedOptions.scale,
  seeds: sharedOptions.seeds,
  ownTeachers: sharedOptions.ownTeachers,
  only: {
    kind: 'list',
    value: 'METHOD,METHOD',
    summary: 'these rows or methods, and the teachers they need',
  },
  workers: {
    kind: 'integer',
    minimum: 1,
    summary: 'processes at a time (default: one per core, or one per GPU)',
  },
  threads: {
    kind: 'integer',
    minimum: 1,
    summary: 'threads of TensorFlow per trial (default: 1); part of the numerics fingerprint',
  },
  device: {
    kind: 'text',
    choices: ['cpu', 'gpu'],
    default: 'cpu',
    summary: 'where to train; a GPU that is missing is an error',
  },
  cohort: {
    kind: 'integer',
    value: 'N',
    minimum: 1,
    summary:
      'trials in one process that share a teacher, at most; 1 trains each alone (default: as memory allows)',
  },
  maxMemory: {
    kind: 'number',
    value: 'GIB',
    minimum: 0.5,
    summary:
      "memory of all workers together, or of one task of a cluster, which bounds cohorts (default: the machine's, the job's)",
  },
  retry: {
    kind: 'flag',
    summary: 'measure again what diverged, failed or timed out before',
  },
  eager: {
    kind: 'flag',
    summary: 'run steps op by op instead of as one graph, for debugging; slow',
  },
  checkpointSeconds: {
    kind: 'number',
    value: 'S',
    minimum: 0,
    default: 30,
    summary: 'least time between checkpoints at the ends of epochs',
  },
  heartbeatSeconds: {
    kind: 'number',
    value: 'S',
    minimum: 5,
    default: defaultLimits.heartbeat,
    summary: 'a worker without a sign of life for longer is killed and tried again',
  },
  all: {
    kind: 'flag',
    summary: 'every suite that has the scale, one after the other, and one report at the end',
  },
  executor: {
    kind: 'text',
    choices: ['local', 'slurm'],
    default: 'local',
    summary: 'this machine, or job arrays of a Slurm cluster',
  },
  slurmConfig: {
    kind: 'text',
    value: 'FILE',
    summary: 'what the jobs ask of the cluster (default: slurm.yaml in the workspace, if there)',
  },
  detach: { kind: 'flag', summary: 'Slurm: submit the jobs and return' },
  onInterrupt: {
    kind: 'text',
    choices: ['detach', 'cancel'],
    default: 'detach',
    summary: 'Slurm: what Ctrl-C does to the jobs',
  },
  external: {
    kind: 'text',
    value: 'DIR',
    summary: "folder of checkouts of others' code, which a suite may then run (docs/external.md)",
  },
  noReport: { kind: 'flag', summary: 'store the results, but render no report' },
  workspace: sharedOptions.workspace,
  data: sharedOptions.data,
  json: sharedOptions.json,
} as const;

export const command = defineCommand({
  name: 'run',
  summary: 'train what a suite needs, then store and report it',
  description:
    'Trains teachers first, then the students of those that pass their gate. What was measured before with the same ' +
    'numerics is reused, what was interrupted goes on: the same command again finishes the work. Ctrl-C stops cleanly.',
  arguments: [
    { name: 'suite', summary: 'name or path of a suite, or NAME@SCALE (default: default)' },
  ],
  options,
  examples: [
    { command: 'redistill run', meaning: 'the default suite at its proxy scale' },
    { command: 'redistill run default@smoke', meaning: 'the whole path in a minute or two' },
    {
      command: 'redistill run default --only none,kd --seeds 1,2,3',
      meaning: 'two methods, three seeds',
    },
    {
      command: 'redistill run --all --scale smoke',
      meaning: 'that every suite trains and reports',
    },
  ],
  async run(context, [suite, ...more], values) {
    if (values.all) return runAll(context, [suite, ...more], values);
    const ended = await runSuite(context, suite ?? 'default', values);
    if (values.json) context.json(endAsJson(ended));
    else printEnd(context, ended);
    const { plan, verdict, publication } = ended;
    if (verdict.exitCode !== exitCodes.fine || publication === null) return verdict.exitCode;
    if (plan.trials.length === 0) return exitCodes.infrastructure;
    return publication.problem?.exitCode ?? exitCodes.fine;
  },
});

export type RunValues = OptionValues<typeof options>;

/** How a night differs from a run. */
export interface Night {
  /** Seeds whose bits are watched, measured beside those of `--seeds`. */
  readonly fixedSeeds: readonly number[];
  /** Whether results of earlier nights are measured again; teachers' may be kept. */
  readonly keepTeachers: boolean;
}

/**
 * Plans, trains, records the execution, stores and reports. Prints nothing but progress.
 *
 * @param startedAt ISO 8601 UTC
 */
export async function runSuite(
  context: CommandContext,
  name: string,
  values: RunValues,
  night: Night | null = null,
  startedAt: string = new Date().toISOString(),
): Promise<Ended> {
  const began = performance.now();
  const measured = await measureSuite(context, name, values, night, startedAt);
  const { verdict, workspace } = measured;
  const publication = isOpen(verdict) ? null : await publish(workspace, !values.noReport);
  return { ...measured, publication, seconds: (performance.now() - began) / 1000 };
}

/**
 * Whether trials have not come to their end: the same command goes on with them, and stores and
 * reports then.
 */
const isOpen = ({ cancelled, submitted }: RunVerdict): boolean => cancelled || submitted > 0;

/** Every suite that has the scale; stored and reported once, at the end. */
async function runAll(
  context: CommandContext,
  names: readonly (string | undefined)[],
  values: RunValues,
): Promise<ExitCode> {
  const scale = scaleOfAll(names, values.scale as Scale | undefined);
  const { listSuites, loadSuite } = await import('../../suites/load.ts');
  const suites = listSuites().filter((name) => loadSuite(name).definition.scales[scale]);
  const began = performance.now();
  const measured = await measureAll(context, suites, (name) =>
    measureSuite(context, name, values, null, new Date().toISOString()),
  );
  const workspace = resolve(context.cwd, values.workspace ?? '.');
  const open = measured.some(({ verdict }) => isOpen(verdict));
  const publication = open ? null : await publish(workspace, !values.noReport);
  const seconds = (performance.now() - began) / 1000;
  const ended = { scale, measured, planned: suites.length, publication, workspace, seconds };
  if (values.json) context.json(allAsJson(ended));
  else printAll(context, ended);
  return exitCodeOfAll(measured, publication);
}

/** Plans and trains a suite, and records the execution. @param startedAt ISO 8601 UTC */
async function measureSuite(
  context: CommandContext,
  name: string,
  values: RunValues,
  night: Night | null,
  startedAt: string,
): Promise<Measured> {
  const workspace = resolve(context.cwd, values.workspace ?? '.');
  const { suite, scale } = splitSuiteName(name, values.scale as Scale | undefined);
  const data = {
    folder: values.data === undefined ? undefined : resolve(context.cwd, values.data),
    environment: context.environment,
    notice: (message: string) => context.stderr(message),
  };
  const { planByName } = await import('../../suites/plan-by-name.ts');
  const external = values.external === undefined ? null : resolve(context.cwd, values.external);
  const externalMissing =
    external === null ? 'it runs code that is not ours, which --external DIR must allow' : null;
  const { seeds, ownTeachers } = values;
  const planning = planByName(suite, { scale, seeds, ownTeachers, data, externalMissing });
  const { plan: whole } = await unlessAborted(planning, context.signal);
  const plan = selectRows(whole, values.only);
  await unlessAborted(prepareData(plan, data), context.signal);
  await bringTeachers(plan, workspace, context.environment);
  for (const line of staleLines(staleSince(workspace, whole))) context.stderr(line);
  storePlan(workspace, whole);
  const since = night === null ? null : { time: startedAt, teachers: !night.keepTeachers };
  const costs = measuredCosts(workspace);
  const { outcomes, units } = await execute(
    context,
    plan,
    workspace,
    values,
    data.folder ?? null,
    since,
    costs,
  );
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
  environment: CommandContext['environment'],
): Promise<void> {
  const digests = plan.trials.flatMap(({ spec: { teacher } }) =>
    teacher?.kind === 'checkpoint' ? [teacher.sha256] : [],
  );
  if (digests.length === 0) return;
  const { bringCheckpoint } = await import('../../runners/weights/teachers/store.ts');
  for (const digest of new Set(digests)) bringCheckpoint(workspace, digest, environment);
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

async function execute(
  context: CommandContext,
  plan: Plan,
  workspace: string,
  values: OptionValues<typeof options>,
  dataFolder: string | null,
  since: { readonly time: string; readonly teachers: boolean } | null,
  costs: MeasuredCosts,
): Promise<{ readonly outcomes: readonly TrialOutcome[]; readonly units: readonly Unit[] }> {
  const onCluster = values.executor === 'slurm';
  const slurm = onCluster ? await slurmSettings(context, workspace, values) : null;
  if (plan.trials.length === 0) return { outcomes: [], units: [] };
  const { findCheckpoint } = await import('../../runners/weights/checkpoints/store.ts');
  const { findBackbone } = await import('../../runners/weights/backbones/store.ts');
  const device = values.device as 'cpu' | 'gpu';
  const gpus = device === 'gpu' ? await visibleGpus(context.environment) : undefined;
  const { workers, threads } = resources(values, device, gpus?.length);
  const mode = values.eager ? 'eager' : 'recorded';
  const conditions = {
    threads: { intra: threads, inter: 1 },
    device,
    mode,
  } as const;
  checkPrecision(
    plan.trials.map(({ spec }) => spec),
    conditions,
  );
  const foreign = plan.trials.find(({ spec }) => spec.external !== undefined)?.spec.external;
  const externalFolder =
    values.external === undefined ? null : resolve(context.cwd, values.external);
  if (foreign !== undefined && externalFolder !== null) {
    const { checkCheckout } = await import('../../runners/external/checkout.ts');
    checkCheckout(externalFolder, foreign);
  }
  const numerics = await presentNumerics(plan.trials, conditions);
  // A night measures again whatever there is.
  if (since === null) {
    const part = measuredInWorkspace(workspace, plan.trials, numerics);
    for (const line of measuredLines(part)) context.stderr(line);
  }
  storeRecord(workspace, numerics.record);
  const progress = await startProgress(context, plan);
  const onStop = () =>
    progress.note(
      slurm === null
        ? 'Stopping: workers save their state. Ctrl-C again kills them.'
        : slurm.stopNote,
    );
  context.signal.addEventListener('abort', onStop);
  const shared = {
    workspace,
    fingerprint: numerics.fingerprint,
    confirmNumerics: numerics.confirm,
    threads: conditions.threads,
    device,
    dataFolder,
    externalFolder,
    mode,
    checkpointSeconds: values.checkpointSeconds,
    retryEnded: values.retry,
    since: since?.time ?? null,
    keepTeachers: since !== null && !since.teachers,
    retries: 2,
    limits: { ...defaultLimits, heartbeat: values.heartbeatSeconds },
    signal: context.signal,
    killSignal: context.killSignal,
    listener: progress.show,
    checkpointFile: (sha256: string) => findCheckpoint(workspace, sha256),
    backboneFile: (backbone: BackboneRef) => findBackbone(backbone, context.environment),
  } as const;
  try {
    if (slurm !== null) {
      const { executeOnSlurm } = await import('../../runners/executors/slurm/execute.ts');
      const room = clusterCohortLimits(values, slurm.options.config, costs);
      const outcomes = await executeOnSlurm(plan, {
        ...shared,
        ...slurm.options,
        partition: (trials) => partition(trials, room),
        notice: (line) => progress.note(line),
      });
      // What nodes of a cluster take says nothing of this machine's estimate.
      return { outcomes, units: [] };
    }
    const { executeLocally } = await import('../../runners/executors/local/execute.ts');
    const limits = cohortLimits(values, { workers, threads }, thisMachine(), costs);
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
  } finally {
    context.signal.removeEventListener('abort', onStop);
    progress.stop();
  }
}

function resources(
  { workers, threads }: OptionValues<typeof options>,
  device: 'cpu' | 'gpu',
  gpus: number | undefined,
): Resources {
  return shareOut(thisMachine(), {
    workers,
    threads,
    device,
    ...(gpus !== undefined && { gpus }),
  });
}

async function startProgress(context: CommandContext, plan: Plan): Promise<ProgressDisplay> {
  const { ProgressState } = await import('../output/progress-state.ts');
  const state = new ProgressState(plan, () => performance.now());
  if (context.isTerminal) {
    const { progressBars } = await import('../output/progress-bars.ts');
    return progressBars(context.progress, state);
  }
  const { progressLines } = await import('../output/progress-lines.ts');
  return progressLines((line) => context.stderr(line), state);
}
