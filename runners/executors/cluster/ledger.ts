import type { RunId } from '../../../contract/journal-types.ts';
import type { QueueLine, TaskStage } from './queue.ts';
import {
  readRecord,
  readSubmissions,
  type Submission,
  submissionFolder,
  type TaskRecord,
  type TaskTrial,
  writeSubmission,
} from './submission.ts';

/** A submitted task with what the queue and the task itself say of it now. */
export interface KnownTask {
  /** `12_3`. */
  readonly id: string;
  readonly submission: Submission;
  readonly folder: string;
  readonly index: number;
  readonly trials: readonly TaskTrial[];
  /** Undefined where the queue has forgotten it. */
  readonly line: QueueLine | undefined;
  readonly stage: TaskStage | undefined;
}

export const isLive = ({ stage }: KnownTask): boolean => stage === 'waiting' || stage === 'running';

export const recordOf = (task: KnownTask): TaskRecord | undefined =>
  readRecord(task.folder, task.index);

/** The submissions of a queue beside what it says, by the runs that they are to measure. */
export class Ledger {
  private readonly byRun = new Map<RunId, KnownTask>();
  private readonly byId = new Map<string, KnownTask>();

  /**
   * Reads the submissions. One whose job's number was never written down, because the login node
   * died at that moment, is found in the queue by its name, or by what its task has written;
   * failing both it was never submitted.
   *
   * @param submissions the folder of the queue's submissions
   */
  static read(submissions: string, queue: readonly QueueLine[]): Ledger {
    const ledger = new Ledger();
    for (const found of readSubmissions(submissions)) {
      const submission = adopt(submissions, found, queue);
      if (submission.job !== null) ledger.add(submissions, submission, queue);
    }
    return ledger;
  }

  /** The task that is to measure a run: one that the queue has, or the last that was submitted. */
  taskOf(run: RunId): KnownTask | undefined {
    return this.byRun.get(run);
  }

  /** All tasks, in the order of their submission. */
  get tasks(): readonly KnownTask[] {
    return [...this.byId.values()];
  }

  task(id: string): KnownTask | undefined {
    return this.byId.get(id);
  }

  private add(submissions: string, submission: Submission, queue: readonly QueueLine[]): void {
    submission.tasks.forEach(({ trials }, index) => {
      const id = `${submission.job}_${index}`;
      // Numbers begin anew when a cluster loses its state; a name never does.
      const line = queue.find((each) => each.id === id && each.name === submission.id);
      const task: KnownTask = {
        ...{ id, submission, index, trials, line },
        folder: submissionFolder(submissions, submission.id),
        stage: line?.stage,
      };
      this.byId.set(id, task);
      for (const { run } of trials) {
        const known = this.byRun.get(run);
        if (known === undefined || !isLive(known) || isLive(task)) this.byRun.set(run, task);
      }
    });
  }
}

function adopt(
  submissions: string,
  submission: Submission,
  queue: readonly QueueLine[],
): Submission {
  if (submission.job !== null) return submission;
  const folder = submissionFolder(submissions, submission.id);
  const queued = queue.find(({ name }) => name === submission.id)?.job;
  const written = submission.tasks
    .map((_, index) => readRecord(folder, index)?.task.split('_')[0])
    .find((job) => job !== undefined);
  const job = queued ?? written;
  if (job === undefined) return submission;
  const adopted = { ...submission, job };
  writeSubmission(submissions, adopted);
  return adopted;
}
