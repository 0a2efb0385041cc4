import { run } from '../../app/run.ts';
import { runAll } from '../../app/run-all.ts';
import { type ExitCode, UsageError } from '../../common/errors.ts';
import type { Scale } from '../../contract/spec.ts';
import { defaultLimits } from '../../runners/executors/limits.ts';
import {
  type CommandContext,
  defineCommand,
  type OptionValues,
  sharedOptions,
} from '../command.ts';
import { effectsOf } from '../effects.ts';
import { executorOption, executorOptions } from '../executor-options.ts';
import { allAsJson, printAll } from '../output/run-all.ts';
import { endAsJson, printEnd } from '../output/run-end.ts';
import { runObserver } from '../output/run-observer.ts';

export const options = {
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
  executor: executorOption,
  ...(await executorOptions()),
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
  async run(context, [suite, ...more], { noReport, all, ...values }) {
    const settings = { ...values, report: !noReport };
    if (all) return runEvery(context, [suite, ...more], settings);
    const result = await run({ ...settings, suite }, runEffectsOf(context));
    if (values.json) context.json(endAsJson(result));
    else printEnd(context, result);
    return result.exitCode;
  },
});

/** What `run` and `nightly` hand on to the application. */
export function runEffectsOf(context: CommandContext) {
  return { ...effectsOf(context), observer: runObserver(context) };
}

type Settings = Omit<OptionValues<typeof options>, 'noReport' | 'all'> & {
  readonly report: boolean;
};

async function runEvery(
  context: CommandContext,
  names: readonly (string | undefined)[],
  settings: Settings,
): Promise<ExitCode> {
  const scale = scaleOfAll(names, settings.scale);
  const result = await runAll({ ...settings, scale }, runEffectsOf(context));
  if (settings.json) context.json(allAsJson(result));
  else printAll(context, result);
  return result.exitCode;
}

/** @throws UsageError `RUN_ALL` where a suite is named as well, or no scale. */
export function scaleOfAll(
  names: readonly (string | undefined)[],
  scale: Scale | undefined,
): Scale {
  const named = names.find((name) => name !== undefined);
  if (named !== undefined) {
    throw new UsageError('RUN_ALL', `--all runs every suite, but "${named}" is named.`, {
      hint: 'Leave out the name, or --all.',
    });
  }
  if (scale === undefined) {
    throw new UsageError('RUN_ALL', '--all needs a scale.', {
      hint: 'For example: redistill run --all --scale smoke.',
    });
  }
  return scale;
}
