import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileAtomic } from '../../../common/files.ts';
import { nodeArguments, tensorflowEnvironment } from '../../engine/environment.ts';
import { headlineOf } from '../../tasks/headline.ts';
import type { EndState } from '../../trial/journal-types.ts';
import { acquireLock, describeHolder, type LockHolder, type RunLock } from '../../trial/lock.ts';
import { heartbeatFile, requestFile } from '../../trial/paths.ts';
import { readRunState } from '../../trial/run-state.ts';
import { classifyExit } from '../exit.ts';
import { runWorker } from '../worker-process.ts';
import type { SlurmClient } from './client.ts';
import { progressOf } from './progress.ts';
import { stageOf } from './queue.ts';
import {
  readRecord,
  readSubmission,
  type Submission,
  type SubmittedTask,
  type TaskRecord,
  type TaskTrial,
  writeRecord,
} from './submission.ts';

/** Exit codes of a task. Students depend on 0 alone; the others are for those who read `sacct`. */
export const taskExit = {
  completed: 0,
  failed: 1,
  infrastructure: 3,
  belowGate: 4,
  elsewhere: 75,
  stopped: 130,
} as const;

export interface TaskOptions {
  /** Folder of the submission. */
  readonly folder: string;
  readonly index: number;
  /** Number of the array's job. */
  readonly job: string;
  /** Aborted when the time limit comes near: checkpoint, and back into the queue. */
  readonly warned: AbortSignal;
  /** Aborted when Slurm ends the task, whether to requeue it (preemption) or not: checkpoint. */
  readonly stopped: AbortSignal;
  readonly client: Pick<SlurmClient, 'queue' | 'requeue'>;
  readonly log: (line: string) => void;
  /** Seconds between two looks at a lock, and for how long a heartbeat must stand still to be a dead machine's. */
  readonly patience?: { readonly look: number; readonly still: number };
}

const defaultPatience = { look: 2, still: 60 };

/** End states that are results: nothing is to be done for such a run any more. */
const results: ReadonlySet<EndState> = new Set(['completed', 'diverged', 'failed', 'timed-out']);

/**
 * Brings the trials of one task to their end, or to a checkpoint from which the next start goes on. What happened is in their
 * journals, and in the task's record for the command that submitted it.
 *
 * @returns the exit code of the task
 */
export async function runTask(options: TaskOptions): Promise<number> {
  const { folder, index, job, log } = options;
  const submission = readSubmission(folder);
  const task = submission.tasks[index];
  if (task === undefined) throw new Error(`${folder} has no task ${index}`);
  const id = `${job}_${index}`;
  const record = beginRecord(readRecord(folder, index), task, id);
  const conclude = (
    state: TaskRecord['state'],
    exit: number,
    outcome: TaskRecord['outcome'] = null,
  ): number => {
    writeRecord(folder, index, { ...record, state, outcome });
    log(outcome === null ? state : `${state}: ${outcome.state}: ${outcome.reason}`);
    return exit;
  };
  writeRecord(folder, index, record);
  log(`start ${record.starts} of task ${id} on ${record.host}`);
  if (record.fruitless > submission.fruitlessStarts) {
    const reason = `The task ${id} was started ${record.fruitless} times in a row without a new checkpoint.`;
    return conclude('ended', taskExit.infrastructure, { state: 'infrastructure', reason });
  }
  const locks = await takeLocks(task, id, options);
  if (locks === null) return conclude('elsewhere', taskExit.elsewhere);
  let held = true;
  const release = () => {
    // Twice would take a successor's.
    if (held) for (const lock of locks) lock.release();
    held = false;
  };
  try {
    const ending = await train(submission, task, locks, options);
    if (ending.kind === 'over') return conclude('ended', ending.exit, ending.outcome);
    // The locks must be free before the next start, which may come at once and on another node.
    release();
    if (ending.kind === 'stopped') return conclude('unfinished', taskExit.stopped);
    if (ending.outcome !== null && isLastStart(submission, task, record)) {
      return conclude('ended', taskExit.infrastructure, ending.outcome);
    }
    try {
      writeRecord(folder, index, { ...record, state: 'requeued', outcome: ending.outcome });
      log('asking Slurm to start it again');
      await options.client.requeue(id);
      return ending.outcome === null ? taskExit.stopped : taskExit.infrastructure;
    } catch (error) {
      log((error as Error).message);
      return conclude('unfinished', taskExit.stopped, ending.outcome);
    }
  } finally {
    release();
  }
}

type Ending =
  | { readonly kind: 'over'; readonly exit: number; readonly outcome: TaskRecord['outcome'] }
  /** By Slurm, which knows whether it goes on. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'again'; readonly outcome: TaskRecord['outcome'] };

async function train(
  submission: Submission,
  task: SubmittedTask,
  locks: readonly RunLock[],
  { folder, warned, stopped, log }: TaskOptions,
): Promise<Ending> {
  if (task.trials.every(hasResult)) return { kind: 'over', exit: exitOf(task), outcome: null };
  const { threads, device, limits, script } = submission.worker;
  const [first] = task.trials as readonly [TaskTrial, ...TaskTrial[]];
  const request = requestFile(first.folder);
  writeFileAtomic(request, readFileSync(join(folder, task.request)));
  const before = task.trials.map((trial) => readRunState(trial.folder));
  const signal = AbortSignal.any([warned, stopped]);
  const exit = await runWorker({
    command: {
      file: process.execPath,
      args: [...nodeArguments(), script],
      // Made here: the node's libraries, not those of the login node.
      environment: tensorflowEnvironment({ threads, device }),
    },
    requestFiles: [request],
    folder: first.folder,
    limits,
    signal,
    killSignal: new AbortController().signal,
    onStart: (pid) => {
      for (const lock of locks) lock.setWorker(pid);
    },
    onMessage: (message) => {
      if (message.type === 'epoch') log(`epoch ${message.epoch} of ${message.epochs}`);
    },
  });
  for (const lock of locks) lock.clearWorker();
  const endings = task.trials.map((trial, index) => {
    const { lines } = before[index] as { lines: number };
    const state = readRunState(trial.folder);
    return classifyExit(exit, trial.trial, state, lines, signal.aborted);
  });
  const infrastructure = endings.find(({ state }) => state === 'infrastructure');
  if (stopped.aborted && endings.some(({ state }) => !results.has(state))) {
    return { kind: 'stopped' };
  }
  if (infrastructure !== undefined) return { kind: 'again', outcome: infrastructure };
  if (endings.some(({ state }) => state === 'cancelled')) return { kind: 'again', outcome: null };
  const bad = endings.find(({ state }) => state !== 'completed');
  return { kind: 'over', exit: exitOf(task), outcome: bad ?? null };
}

function beginRecord(before: TaskRecord | undefined, task: SubmittedTask, id: string): TaskRecord {
  const progress = progressOfAll(task);
  const moved = before === undefined || progress > before.progress;
  return {
    schemaVersion: 1,
    task: id,
    host: hostname(),
    starts: (before?.starts ?? 0) + 1,
    fruitless: moved ? 1 : before.fruitless + 1,
    progress,
    state: 'running',
    outcome: null,
  };
}

function isLastStart(submission: Submission, task: SubmittedTask, record: TaskRecord): boolean {
  const moved = progressOfAll(task) > record.progress;
  return !moved && record.fruitless >= submission.fruitlessStarts;
}

const progressOfAll = ({ trials }: SubmittedTask): number =>
  trials.reduce((sum, { folder }) => sum + progressOf(folder), 0);

function hasResult({ folder }: TaskTrial): boolean {
  const { end } = readRunState(folder);
  return end !== undefined && results.has(end.state);
}

function exitOf({ trials }: SubmittedTask): number {
  const ends = trials.map(({ task, folder, gate }) => {
    const { end, lastEpoch } = readRunState(folder);
    if (end?.state !== 'completed') return taskExit.failed;
    return gate !== null && !((headlineOf(task, lastEpoch?.metrics) ?? Number.NaN) >= gate)
      ? taskExit.belowGate
      : taskExit.completed;
  });
  return Math.max(...ends);
}

/**
 * Takes the locks of all runs of a task, or gives null where a living process holds one. A holder on a machine that died
 * with its job is told from a living one by Slurm, which knows no such task any more or started it anew here, and by the
 * heartbeat, which must stand still for a while.
 */
async function takeLocks(
  task: SubmittedTask,
  id: string,
  options: TaskOptions,
): Promise<readonly RunLock[] | null> {
  const locks: RunLock[] = [];
  for (const { folder } of task.trials) {
    mkdirSync(folder, { recursive: true });
    const lock = await takeLock(folder, id, options);
    if (lock === null) {
      for (const held of locks) held.release();
      return null;
    }
    locks.push(lock);
  }
  return locks;
}

async function takeLock(folder: string, id: string, options: TaskOptions): Promise<RunLock | null> {
  const { log, warned, stopped, patience = defaultPatience } = options;
  let still = 0;
  let seen = heartbeat(folder);
  for (let told = false; ; told = true) {
    const gone = still >= patience.still;
    const attempt = acquireLock(folder, { job: id, gone: () => gone });
    if (attempt.kind === 'held') return attempt.lock;
    if (!told) log(`${folder} is held by ${describeHolder(attempt.holder, hostname())}`);
    if (warned.aborted || stopped.aborted) return null;
    if (!(await isOver(attempt.holder, id, options))) return null;
    await sleep(patience.look * 1000);
    const now = heartbeat(folder);
    still = now === seen ? still + patience.look : 0;
    seen = now;
  }
}

/** Whether Slurm says that the task which holds a lock does not run any more. */
async function isOver({ job }: LockHolder, id: string, { client }: TaskOptions): Promise<boolean> {
  if (job === undefined) return false;
  // Slurm starts a task again only after its earlier start is over.
  if (job === id) return true;
  try {
    const task = (await client.queue()).find((each) => each.id === job);
    return task === undefined || stageOf(task) !== 'running';
  } catch {
    return false;
  }
}

function heartbeat(folder: string): number {
  return statSync(heartbeatFile(folder), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
