import type { ExecutorRequest } from '../executor.ts';
import type { Queue } from './queue.ts';

/** What a configuration says of a cluster, whatever its queue is. */
export interface ClusterSettings {
  /** Seconds between two looks at the queue. */
  readonly poll: number;
  /** Tasks of one array, at most. */
  readonly arraySize: number;
  /** Seconds between the queue's warning and the time limit, for the checkpoint. */
  readonly grace: number;
  /** Tasks of one array that run at a time; null where only the cluster bounds them. */
  readonly maxRunning: number | null;
  /** Memory of a student's task in MiB; null where the cluster decides. */
  readonly studentMiB: number | null;
  /** Processors of a student's task; null where the configuration names none. */
  readonly studentCpus: number | null;
  /** GPUs of a student's task; null where the configuration names none. */
  readonly studentGpus: number | null;
  /** Memory of each GPU in MiB; null where the configuration does not say. */
  readonly gpuMiB: number | null;
}

/** An execution through a queue. */
export interface ClusterOptions extends ExecutorRequest {
  readonly queue: Queue;
  readonly settings: Pick<ClusterSettings, 'poll' | 'arraySize' | 'grace'>;
  /** What the end of this command (Ctrl-C, a lost connection) does to the jobs. */
  readonly onInterrupt: 'detach' | 'cancel';
  /** Submits and returns. */
  readonly detach: boolean;
}
