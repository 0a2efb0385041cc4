import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../../../common/errors.ts';
import { writeFileAtomic } from '../../../common/files.ts';
import type { EndState, RunId } from '../../../contract/journal-types.ts';
import { runsFolder } from '../../../contract/paths.ts';
import type { Task, TrialId } from '../../../contract/spec.ts';
import type { WorkerLimits } from '../limits.ts';

/*
 * What was submitted lies in the workspace, so that the same command, on this login node or
 * another, finds it again:
 *
 *     runs/<queue>/lock.<n>                   held while a command decides and submits
 *     runs/<queue>/<id>/submission.json       one array of jobs
 *     runs/<queue>/<id>/request-<trial>.json, task-<i>.log, and what the queue needs (job.sh)
 *     runs/<queue>/<id>/task-<i>.json         written by the job: its starts and how it ended
 *     runs/<queue>/<id>/collected-<trial>     a command has told its result
 */

/** One trial of a task. */
export interface TaskTrial {
  readonly trial: TrialId;
  /** Whose headline metric the gate is about. */
  readonly task: Task;
  readonly run: RunId;
  /** Absolute. */
  readonly folder: string;
  /** What its worker is asked: a file of the submission's folder. */
  readonly request: string;
  /**
   * Least accuracy that a teacher needs; its task fails below it, so that its students leave the
   * queue.
   */
  readonly gate: number | null;
}

/** One task of an array: the trials that one worker process trains, a single one or a cohort. */
export interface SubmittedTask {
  readonly trials: readonly [TaskTrial, ...TaskTrial[]];
}

/** Of what lies in the folder of a submission; 1 had one trial to a task. */
export const submissionVersion = 2;

export interface Submission {
  readonly schemaVersion: typeof submissionVersion;
  /**
   * Also the name of the job, by which it is found when its number was not written down any more.
   */
  readonly id: string;
  /** `suite@scale` that asked for it first. */
  readonly plan: string;
  /** ISO 8601 UTC. */
  readonly submittedAt: string;
  /** Null until the queue has told it. */
  readonly job: string | null;
  readonly tasks: readonly SubmittedTask[];
  readonly worker: {
    readonly script: string;
    readonly threads: number;
    readonly device: 'cpu' | 'gpu';
    /** GPUs of each training. Absent: one. */
    readonly gpus?: number;
    readonly limits: WorkerLimits;
  };
  /** Starts in a row that may come to nothing before a task is given up. */
  readonly fruitlessStarts: number;
}

/** An end that a trial's journal does not hold. */
export interface TaskOutcome {
  readonly state: EndState;
  readonly reason: string;
}

/** What the job's side leaves for the commands. */
export interface TaskRecord {
  readonly schemaVersion: typeof submissionVersion;
  /** `12_3`. */
  readonly task: string;
  readonly host: string;
  readonly starts: number;
  /** Starts in a row, this one included, that began where the one before began. */
  readonly fruitless: number;
  /** Steps in checkpoints and epochs in journals when this start began, of all its trials. */
  readonly progress: number;
  /**
   * Trials in one process at most, since a larger cohort died for want of memory; null where none
   * did.
   */
  readonly together: number | null;
  readonly state:
    | 'running'
    /** The ends are in the journals, or in `outcomes` where they have none. */
    | 'ended'
    /** It asked the queue to start it again. */
    | 'requeued'
    /** It was stopped and wants to go on, but could not ask the queue for it. */
    | 'unfinished'
    /** Another command trains what it was to train, or some of it. */
    | 'elsewhere';
  readonly outcomes: Readonly<Record<TrialId, TaskOutcome>>;
}

/** Where the submissions to a queue lie. @param queue its id, as `Queue` has it */
export function submissionsFolder(workspace: string, queue: string): string {
  return join(runsFolder(workspace), queue);
}

export function submissionFolder(submissions: string, id: string): string {
  return join(submissions, id);
}

/** What a task prints; queues send it there. @param folder of the submission */
export function taskLog(folder: string, index: number | '%a'): string {
  return join(folder, `task-${index}.log`);
}

export function writeSubmission(submissions: string, submission: Submission): void {
  const file = join(submissionFolder(submissions, submission.id), 'submission.json');
  writeFileAtomic(file, `${JSON.stringify(submission, null, 2)}\n`);
}

/** @throws DataError `CLUSTER_SUBMISSION` naming the file */
export function readSubmission(folder: string): Submission {
  const file = join(folder, 'submission.json');
  const hint = 'Cancel its jobs, if it has any, and delete the folder: the trials are kept.';
  let submission: Submission;
  try {
    submission = JSON.parse(readFileSync(file, 'utf8')) as Submission;
  } catch (cause) {
    throw new DataError('CLUSTER_SUBMISSION', `${file} cannot be read.`, { hint, cause });
  }
  const { schemaVersion } = submission;
  if (schemaVersion === submissionVersion) return submission;
  const words = `is of version ${schemaVersion}; this Redistill reads version ${submissionVersion}`;
  throw new DataError('CLUSTER_SUBMISSION', `${file} ${words}.`, { hint });
}

/**
 * All submissions to a queue, the oldest first. A folder that a crash left without its file is
 * none.
 */
export function readSubmissions(submissions: string): readonly Submission[] {
  if (!existsSync(submissions)) return [];
  return readdirSync(submissions, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(submissions, entry.name))
    .filter((path) => existsSync(join(path, 'submission.json')))
    .map(readSubmission)
    .sort((a, b) => (a.submittedAt < b.submittedAt ? -1 : a.submittedAt > b.submittedAt ? 1 : 0));
}

export function writeRecord(folder: string, index: number, record: TaskRecord): void {
  writeFileAtomic(join(folder, `task-${index}.json`), `${JSON.stringify(record, null, 2)}\n`);
}

/** Undefined before the task's first start. */
export function readRecord(folder: string, index: number): TaskRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, `task-${index}.json`), 'utf8')) as TaskRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether a command has already told how a trial of the submission ended. */
export function isCollected(folder: string, trial: TrialId): boolean {
  return existsSync(join(folder, `collected-${trial}`));
}

export function markCollected(folder: string, trial: TrialId): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `collected-${trial}`), '');
}
