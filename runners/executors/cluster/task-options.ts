import type { NodeQueue } from './queue.ts';

export interface TaskOptions {
  /** Folder of the submission. */
  readonly folder: string;
  readonly index: number;
  /** Number of the array's job. */
  readonly job: string;
  /** Aborted when the time limit comes near: checkpoint, and back into the queue. */
  readonly warned: AbortSignal;
  /** Aborted when the queue ends the task, to requeue it (preemption) or not: checkpoint. */
  readonly stopped: AbortSignal;
  readonly queue: NodeQueue;
  readonly log: (line: string) => void;
  /**
   * Seconds between two looks at a lock, and for how long a heartbeat must stand still to be a dead
   * machine's.
   */
  readonly patience?: { readonly look: number; readonly still: number };
}
