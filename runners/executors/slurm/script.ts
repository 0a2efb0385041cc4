import { UsageError } from '../../../common/errors.ts';
import type { ArrayRequest } from '../cluster/queue.ts';
import { taskLog } from '../cluster/submission.ts';
import { gpuCount, type SlurmConfig } from './config.ts';

/**
 * The signal by which Slurm announces the time limit. Not SIGUSR1, which Node keeps for its
 * debugger.
 */
export const warningSignal = 'SIGUSR2';

/**
 * The options of sbatch. They are arguments of a process and pass no shell; in `--output`, sbatch's
 * own patterns (`%a`) are escaped.
 *
 * @throws UsageError `SLURM_PATH` for a folder whose name sbatch cannot be given
 */
export function sbatchOptions(request: ArrayRequest, config: SlurmConfig): string[] {
  const asked = config.resources[request.role];
  const throttle = config.maxRunning === null ? '' : `%${config.maxRunning}`;
  const onGpu = request.device === 'gpu';
  const gpus = asked.gpus ?? (onGpu ? request.gpus : 0);
  // A training has a process for each of its GPUs. A job with more GPUs trains several at a time.
  const processes = onGpu ? Math.max(request.gpus, gpuCount(gpus)) : request.gpus;
  const option = (name: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [`--${name}=${value}`];
  return [
    '--parsable',
    `--job-name=${request.name}`,
    `--array=0-${request.tasks - 1}${throttle}`,
    `--output=${outputPattern(request.folder)}`,
    '--open-mode=append',
    `--chdir=${request.workspace}`,
    '--nodes=1',
    '--ntasks=1',
    `--cpus-per-task=${asked.cpus ?? request.threads * processes}`,
    `--signal=B:${warningSignal.slice(3)}@${config.grace}`,
    config.requeue ? '--requeue' : '--no-requeue',
    // Students of a teacher that failed leave the queue by themselves.
    ...(request.after.length === 0
      ? []
      : [`--dependency=afterok:${request.after.join(':')}`, '--kill-on-invalid-dep=yes']),
    ...option('partition', asked.partition),
    ...option('account', asked.account),
    ...option('qos', asked.qos),
    ...option('reservation', asked.reservation),
    ...option('constraint', asked.constraint),
    ...option('exclude', asked.exclude),
    ...option('time', asked.time),
    ...option('mem', asked.memory),
    ...(gpus === 0 ? [] : [`--gres=gpu:${gpus}`]),
    ...Object.entries(asked.options ?? {}).flatMap(([name, value]) => {
      if (value === false) return [];
      return value === true ? [`--${name}`] : [`--${name}=${value}`];
    }),
  ];
}

/**
 * The script of an array. Everything in it that somebody chose a name for is quoted; only the
 * configuration's own `setup` lines are bash.
 *
 * @param command the node's side of Redistill with its arguments
 */
export function jobScript(command: readonly string[], config: SlurmConfig): string {
  const exports = Object.entries(config.environment).map(
    ([name, value]) => `export ${name}=${shellQuote(value)}`,
  );
  return [
    '#!/bin/bash',
    '# Written by redistill; each task of the array trains what its request says.',
    'set -e',
    ...exports,
    ...config.setup,
    // The driver takes the place of the shell, so that Slurm signals it and nothing else.
    `exec ${command.map(shellQuote).join(' ')}`,
    '',
  ].join('\n');
}

/** A word that a POSIX shell takes literally, whatever is in it. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_/.:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function outputPattern(folder: string): string {
  if (/[\\\n\r]/.test(folder)) {
    throw new UsageError(
      'SLURM_PATH',
      `Slurm cannot write logs below ${JSON.stringify(folder)}: a backslash or a line feed is in its name.`,
      { hint: 'Choose another --workspace.' },
    );
  }
  return taskLog(folder.replaceAll('%', '%%'), '%a');
}
