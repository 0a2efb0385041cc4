import { hostname } from 'node:os';
import { headlineOf } from '../../../contract/headline.ts';
import { readRunState } from '../../../contract/run-state.ts';
import { progressOf } from './progress.ts';
import {
  readRecord,
  readSubmission,
  type Submission,
  type SubmittedTask,
  submissionVersion,
  type TaskOutcome,
  type TaskRecord,
  writeRecord,
} from './submission.ts';
import { takeLocks } from './task-locks.ts';
import type { TaskOptions } from './task-options.ts';
import { hasResult, trainTask } from './task-training.ts';

/** Exit codes of a task. Students depend on 0 alone; the others are for those who read `sacct`. */
export const taskExit = {
  completed: 0,
  failed: 1,
  infrastructure: 3,
  belowGate: 4,
  elsewhere: 75,
  stopped: 130,
} as const;

type Outcomes = TaskRecord['outcomes'];

/**
 * Brings the trials of one task to their ends, or to checkpoints from which the next start goes on.
 * What happened is in their journals, and in the task's record for the command that submitted it.
 *
 * @returns the exit code of the task
 */
export async function runTask(options: TaskOptions): Promise<number> {
  const { folder, index, job, log } = options;
  const submission = readSubmission(folder);
  const task = submission.tasks[index];
  if (task === undefined) throw new Error(`${folder} has no task ${index}`);
  const id = `${job}_${index}`;
  let record = beginRecord(readRecord(folder, index), task, id);
  const write = (changes: Partial<TaskRecord>) => {
    record = { ...record, ...changes };
    writeRecord(folder, index, record);
  };
  const conclude = (state: TaskRecord['state'], exit: number, outcomes: Outcomes = {}): number => {
    write({ state, outcomes });
    log(state);
    for (const [trial, { state: end, reason }] of Object.entries(outcomes)) {
      log(`${trial} ${end}: ${reason}`);
    }
    return exit;
  };
  write({});
  log(`start ${record.starts} of task ${id} on ${record.host}`);
  if (record.fruitless > submission.fruitlessStarts) {
    const reason = `The task ${id} was started ${record.fruitless} times in a row without a new checkpoint.`;
    const outcomes = outcomesOfAll(task, { state: 'infrastructure', reason });
    return conclude('ended', taskExit.infrastructure, outcomes);
  }
  const held = await takeLocks(task.trials, id, options);
  if (held.length === 0) return conclude('elsewhere', taskExit.elsewhere);
  let free = false;
  const release = () => {
    // Twice would take a successor's.
    if (!free) for (const { lock } of held) lock.release();
    free = true;
  };
  try {
    const together = record.together ?? task.trials.length;
    const { kind, outcomes } = await trainTask(submission, held, together, options, (fewer) =>
      write({ together: fewer }),
    );
    if (kind === 'over') {
      // Those that another command had when this start began.
      return task.trials.every(hasResultOrSaid(outcomes))
        ? conclude('ended', exitOf(task), outcomes)
        : conclude('elsewhere', taskExit.elsewhere, outcomes);
    }
    // The locks must be free before the next start, which may come at once and on another node.
    release();
    if (kind === 'stopped') return conclude('unfinished', taskExit.stopped);
    const failed = Object.keys(outcomes).length > 0;
    if (failed && isLastStart(submission, task, record)) {
      return conclude('ended', taskExit.infrastructure, outcomes);
    }
    try {
      write({ state: 'requeued', outcomes });
      log(`asking ${options.queue.name} to start it again`);
      await options.queue.requeue(id);
      return failed ? taskExit.infrastructure : taskExit.stopped;
    } catch (error) {
      log((error as Error).message);
      return conclude('unfinished', taskExit.stopped, outcomes);
    }
  } finally {
    release();
  }
}

/** One end for all trials of a task, for what is no single one's. */
export function outcomesOfAll({ trials }: SubmittedTask, outcome: TaskOutcome): Outcomes {
  return Object.fromEntries(trials.map(({ trial }) => [trial, outcome]));
}

const hasResultOrSaid = (outcomes: Outcomes) => (trial: SubmittedTask['trials'][number]) =>
  outcomes[trial.trial] !== undefined || hasResult(trial);

function beginRecord(before: TaskRecord | undefined, task: SubmittedTask, id: string): TaskRecord {
  const progress = progressOfAll(task);
  const moved = before === undefined || progress > before.progress;
  return {
    schemaVersion: submissionVersion,
    task: id,
    host: hostname(),
    starts: (before?.starts ?? 0) + 1,
    fruitless: moved ? 1 : before.fruitless + 1,
    progress,
    together: before?.together ?? null,
    state: 'running',
    outcomes: {},
  };
}

function isLastStart(submission: Submission, task: SubmittedTask, record: TaskRecord): boolean {
  const moved = progressOfAll(task) > record.progress;
  return !moved && record.fruitless >= submission.fruitlessStarts;
}

const progressOfAll = ({ trials }: SubmittedTask): number =>
  trials.reduce((sum, { folder }) => sum + progressOf(folder), 0);

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
