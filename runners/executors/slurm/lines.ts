import type { QueueTask, TaskStage } from '../cluster/queue.ts';

/** A task of one of our arrays as Slurm tells of it. */
export interface SlurmTask {
  /** `<job>_<index>`. */
  readonly id: string;
  /** Slurm's word, in capitals: `PENDING`, `RUNNING`, `NODE_FAIL`. */
  readonly state: string;
  /** Slurm's reason: `Dependency`, `Resources`, `NonZeroExitCode`; empty where it gives none. */
  readonly reason: string;
}

/**
 * The format that `parseQueue` reads; the reason stands last, because some reasons hold anything.
 */
export const queueFormat = '%F|%K|%T|%j|%r';

const waiting: ReadonlySet<string> = new Set([
  ...['PENDING', 'REQUEUED', 'REQUEUE_FED', 'REQUEUE_HOLD', 'SPECIAL_EXIT', 'SUSPENDED', 'STOPPED'],
  ...['RESV_DEL_HOLD', 'CONFIGURING'],
]);
const running: ReadonlySet<string> = new Set([
  ...['RUNNING', 'COMPLETING', 'STAGE_OUT', 'SIGNALING', 'RESIZING'],
]);
const lost: ReadonlySet<string> = new Set([
  ...['NODE_FAIL', 'PREEMPTED', 'BOOT_FAIL', 'TIMEOUT', 'DEADLINE', 'REVOKED'],
]);

export function stageOf({ state, reason }: SlurmTask): TaskStage {
  if (reason === 'DependencyNeverSatisfied') return 'dependency';
  if (waiting.has(state)) return 'waiting';
  if (running.has(state)) return 'running';
  if (lost.has(state)) return 'lost';
  if (state === 'OUT_OF_MEMORY') return 'memory';
  return state === 'CANCELLED' ? 'cancelled' : 'over';
}

/** A task in the words that all queues share. */
export const asQueueTask = (task: SlurmTask): QueueTask => ({
  id: task.id,
  stage: stageOf(task),
  word: task.state,
});

/** A line of the queue, with the name by which its job was submitted. */
export interface SlurmLine extends SlurmTask {
  readonly job: string;
  readonly name: string;
}

/**
 * Reads what `squeue --noheader --array --format=<queueFormat>` printed. Lines of jobs that are no
 * arrays are left out.
 */
export function parseQueue(text: string): readonly SlurmLine[] {
  return text.split('\n').flatMap((line) => {
    const match = /^(\d+)\|(\d+)\|([A-Z_]+)\|([^|]*)\|(.*)$/.exec(line.trim());
    if (match === null) return [];
    const [, job = '', index = '', state = '', name = '', reason = ''] = match;
    return [{ id: `${job}_${index}`, job, name, state, reason: reason === 'None' ? '' : reason }];
  });
}

/**
 * Reads what `sacct --noheader --parsable2 --allocations --format=JobID,State` printed:
 * `12_3|CANCELLED by 1000`.
 */
export function parseAccounting(text: string): readonly SlurmTask[] {
  return text.split('\n').flatMap((line) => {
    const match = /^(\d+_\d+)\|([A-Z_]+)/.exec(line.trim());
    return match === null
      ? []
      : [{ id: match[1] as string, state: match[2] as string, reason: '' }];
  });
}
