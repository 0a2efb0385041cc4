import { InfrastructureError, UsageError } from '../../../common/errors.ts';

/** Where a task stands, in what it means to us. */
export type TaskStage =
  | 'waiting'
  | 'running'
  /**
   * It was ended without anybody having asked for it, and may go better next time: a node failed, a
   * more important job came.
   */
  | 'lost'
  /** It was ended because it took more memory than it had asked for. */
  | 'memory'
  /** Somebody cancelled it. */
  | 'cancelled'
  /** Its teacher's task did not succeed. */
  | 'dependency'
  /** It ended by itself; what it wrote says how. */
  | 'over';

/** A task of one of our arrays, as its queue tells of it. */
export interface QueueTask {
  /** `<job>_<index>`, whatever the queue itself writes. */
  readonly id: string;
  readonly stage: TaskStage;
  /** The queue's own word for its state (`NODE_FAIL`); empty where it has none. */
  readonly word: string;
}

/** A task that the queue holds now, with the name by which its array was submitted. */
export interface QueueLine extends QueueTask {
  readonly job: string;
  readonly name: string;
}

/** An array of tasks that is to be submitted. Paths are absolute. */
export interface ArrayRequest {
  /** Unique; the queue must keep it, because an array whose number is lost is found by its name. */
  readonly name: string;
  /** Where its submission lies: the tasks read it, and write their logs (`taskLog`) there. */
  readonly folder: string;
  readonly workspace: string;
  /** Tasks, numbered from 0. */
  readonly tasks: number;
  readonly role: 'teacher' | 'student';
  /** Tasks that must have succeeded before, as `<job>_<index>`. */
  readonly after: readonly string[];
  readonly device: 'cpu' | 'gpu';
  /** Intra-op threads of each training. */
  readonly threads: number;
  /** GPUs of each training; on a processor its processes. */
  readonly gpus: number;
}

/**
 * A queue of jobs as the code here needs it. Whoever implements it has an executor
 * (`queueExecutor`). Each task of an array must run `runNode` (node.ts) with the array's folder.
 */
export interface Queue {
  /** The executor's id: submissions lie in `runs/<id>`. */
  readonly id: string;
  /** What people call it: `Slurm`. */
  readonly name: string;
  /**
   * Writes what the tasks will run into the array's folder, and gives the call that submits them.
   * That call resolves to the job's number. It throws QueueRefused; and QueueUnreachable, after
   * which the job may be there or not.
   *
   * @throws UsageError where the queue can have no such array
   */
  prepare(array: ArrayRequest): () => Promise<string>;
  /**
   * Our tasks: those that wait and run, and those that ended in the last minutes.
   *
   * @throws QueueUnreachable
   */
  list(): Promise<readonly QueueLine[]>;
  /** What is known of the tasks of a job that the queue has forgotten; empty where nothing is. */
  accounted(job: string): Promise<readonly QueueTask[]>;
  /**
   * Ends tasks (`12_3`); those that are over already are no error.
   *
   * @throws QueueUnreachable
   */
  cancel(tasks: readonly string[]): Promise<void>;
}

/** What the node's side asks of its queue. */
export interface NodeQueue extends Pick<Queue, 'name' | 'list'> {
  /** Puts a running task back into the queue. @throws where the cluster does not allow it */
  requeue(task: string): Promise<void>;
}

/** The queue takes no such job, or not now. */
export class QueueRefused extends UsageError {}

/** The queue does not answer: jobs go on, and so do we. */
export class QueueUnreachable extends InfrastructureError {}
