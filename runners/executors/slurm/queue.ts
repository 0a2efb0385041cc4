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

/** Where a task stands, in what it means to us. */
export type TaskStage =
  | 'waiting'
  | 'running'
  /**
   * Nobody asked for its end and it may go better next time: a node failed, a more important job
   * came.
   */
  | 'lost'
  /** Somebody cancelled it. */
  | 'cancelled'
  /** Its teacher's task did not succeed. */
  | 'dependency'
  /** Ended by itself; what it wrote says how. */
  | 'over';

const waiting: ReadonlySet<string> = new Set([
  ...['PENDING', 'REQUEUED', 'REQUEUE_FED', 'REQUEUE_HOLD', 'SPECIAL_EXIT', 'SUSPENDED', 'STOPPED'],
  ...['RESV_DEL_HOLD', 'CONFIGURING'],
]);
const running: ReadonlySet<string> = new Set([
  ...['RUNNING', 'COMPLETING', 'STAGE_OUT', 'SIGNALING', 'RESIZING'],
]);
const lost: ReadonlySet<string> = new Set([
  ...['NODE_FAIL', 'PREEMPTED', 'BOOT_FAIL', 'OUT_OF_MEMORY', 'TIMEOUT', 'DEADLINE', 'REVOKED'],
]);

export function stageOf({ state, reason }: SlurmTask): TaskStage {
  if (reason === 'DependencyNeverSatisfied') return 'dependency';
  if (waiting.has(state)) return 'waiting';
  if (running.has(state)) return 'running';
  if (lost.has(state)) return 'lost';
  return state === 'CANCELLED' ? 'cancelled' : 'over';
}

/** A line of the queue, with the name by which its job was submitted. */
export interface QueueLine extends SlurmTask {
  readonly job: string;
  readonly name: string;
}

/**
 * Reads what `squeue --noheader --array --format=<queueFormat>` printed. Lines of jobs that are no
 * arrays are left out.
 */
export function parseQueue(text: string): readonly QueueLine[] {
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
