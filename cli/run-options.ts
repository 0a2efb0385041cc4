import { defaultLimits } from '../runners/executors/limits.ts';
import { type CommandContext, sharedOptions } from './command.ts';
import { effectsOf } from './effects.ts';
import { executorOption, executorOptions } from './executor-options.ts';
import { runObserver } from './output/run-observer.ts';

/** The options of `run`. `nightly` has most of them. */
export const runOptions = {
  scale: sharedOptions.scale,
  seeds: sharedOptions.seeds,
  ownTeachers: sharedOptions.ownTeachers,
  only: {
    kind: 'list',
    value: 'METHOD,METHOD',
    summary: 'these rows or methods, and the teachers they need',
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
  tf32: {
    kind: 'flag',
    summary: 'on a GPU: products of 10 bits behind the point; part of the numerics fingerprint',
  },
  deterministic: {
    kind: 'flag',
    summary: 'on a GPU: only kernels that repeat their bits, in a total order; slower',
  },
  xla: { kind: 'flag', summary: 'on a GPU: steps compiled by XLA' },
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
  keepOutputs: sharedOptions.keepOutputs,
  keepPatches: sharedOptions.keepPatches,
  samplesPerGpu: {
    kind: 'integer',
    value: 'N',
    minimum: 1,
    summary:
      'pictures that are worked on at a time, with the gradients of the whole batch (docs/batches.md)',
  },
  gpus: {
    kind: 'integer',
    value: 'N',
    minimum: 1,
    summary: 'GPUs of each training, which share its batches; with --device cpu: processes',
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
  executor: executorOption,
  ...(await executorOptions()),
  external: {
    kind: 'text',
    value: 'DIR',
    summary: "folder of checkouts of others' code, which a suite may then run (docs/external.md)",
  },
  plugin: sharedOptions.plugin,
  config: sharedOptions.config,
  dryRun: {
    kind: 'flag',
    summary:
      'say what would be trained, reused and written, with its price; train nothing, and leave the workspace as it is',
  },
  noReport: { kind: 'flag', summary: 'store the results, but render no report' },
  workspace: sharedOptions.workspace,
  data: sharedOptions.data,
  json: sharedOptions.json,
} as const;

/** What `run` and `nightly` hand on to the application. */
export function runEffectsOf(context: CommandContext) {
  return { ...effectsOf(context), observer: runObserver(context) };
}
