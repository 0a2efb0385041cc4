import { availableParallelism } from 'node:os';
import { memoryLimit } from '../../../common/memory-limit.ts';

/** What a machine has. */
export interface Machine {
  readonly cores: number;
  readonly memoryGiB: number;
}

/** The machine that this process runs on, or the share that a container or a job has of it. */
export function thisMachine(): Machine {
  return { cores: availableParallelism(), memoryGiB: memoryLimit() / 2 ** 30 };
}

/** How a machine is shared out among worker processes. */
export interface Resources {
  /** Processes at a time. */
  readonly workers: number;
  /** Intra-op threads of TensorFlow in each. */
  readonly threads: number;
}

/**
 * Memory that a worker is given room for: the largest CIFAR pair takes about two thirds of it while
 * recording.
 */
const gibPerWorker = 3;

/**
 * What was asked for, and for the rest the shares that measured best on two cores: as many trials
 * at once as there are cores, one thread each. A KD step of resnet32x4 to resnet8x4 then costs
 * about 485 ms per trial, against 523 to 542 ms for one trial at a time with two threads. On GPUs
 * one trial at a time on each.
 */
export function shareOut(
  machine: Machine,
  asked: {
    readonly workers: number | undefined;
    readonly threads: number | undefined;
    readonly device: 'cpu' | 'gpu';
    /** GPUs that can be used; absent on a processor. */
    readonly gpus?: number;
    /** GPUs of one training; on a processor its processes. Absent: one. */
    readonly each?: number;
  },
): Resources {
  const { cores, memoryGiB } = machine;
  const { each = 1 } = asked;
  if (asked.device === 'gpu') {
    const workers = asked.workers ?? Math.max(1, Math.floor((asked.gpus ?? 1) / each));
    return { workers, threads: asked.threads ?? Math.max(1, Math.floor(cores / (workers * each))) };
  }
  const threads = asked.threads ?? 1;
  const byCores = Math.floor(cores / (threads * each));
  const byMemory = Math.floor(memoryGiB / (gibPerWorker * each));
  return { workers: asked.workers ?? Math.max(1, Math.min(byCores, byMemory)), threads };
}
