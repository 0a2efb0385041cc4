import type { RunId } from './journal-types.ts';
import type { OwnFile } from './own-kinds.ts';
import type { BatchParts } from './parts.ts';
import type { TypeOf } from './schema/define.ts';
import type * as schema from './schema/messages.ts';
import type { TrialId, TrialSpec } from './spec.ts';

/** Where a teacher's outputs are kept, so that no picture's are computed twice. */
export interface KeptOutputs {
  /** Absolute. */
  readonly folder: string;
  /** Of everything in the folder. */
  readonly limitBytes: number;
  /** Whether those of SDD's patches are kept too, which take 21 times the room. */
  readonly patches: boolean;
  /**
   * Numerics fingerprint of the teacher alone, without student and method: trainings of all methods
   * share what is kept.
   */
  readonly fingerprint: string;
}

/** How a GPU computes, beside what a trial asks for. On a CPU all of it is off. */
export interface GpuSettings {
  /** Products of 10 bits behind the point on tensor cores. */
  readonly tf32: boolean;
  /** Only kernels that give the same bits in every run, and a total order of operations. */
  readonly deterministic: boolean;
  /** Steps are compiled by XLA. */
  readonly xla: boolean;
}

/** What an executor hands to a worker process, as a JSON file. Paths are absolute. */
export interface WorkerRequest {
  readonly schemaVersion: 1;
  readonly spec: TrialSpec;
  readonly trial: TrialId;
  readonly run: RunId;
  readonly attempt: number;
  readonly fingerprint: string;
  /**
   * `runs/<trial>/<run>`: holds `journal.jsonl`, `checkpoints/`, `model.safetensors`, `heartbeat`.
   */
  readonly runDirectory: string;
  /**
   * Weights of the teacher (safetensors, PyTorch's names and layout); null for teachers and plain
   * training.
   */
  readonly teacherWeights: string | null;
  /**
   * Weights that the network's backbone starts with (safetensors); absent where the trial has no
   * `backbone`.
   */
  readonly backboneWeights?: string;
  readonly threads: { readonly intra: number; readonly inter: number };
  readonly device: 'cpu' | 'gpu';
  /** Where data sets that are not embedded lie (`--data`), or null. */
  readonly dataFolder: string | null;
  /** Absent on a CPU. */
  readonly gpu?: GpuSettings;
  /** Recorded graphs (default), or op by op for debugging. */
  readonly mode: 'recorded' | 'eager';
  /** Seconds between checkpoints at the ends of epochs; 0 writes one after every epoch. */
  readonly checkpointSeconds: number;
  /**
   * Of implementation `external`: the folder of its checkouts, and how long a training may take.
   */
  readonly external?: { readonly folder: string; readonly timeoutMinutes: number | null };
  /** Files of the user whose kinds the trial uses; absent where it uses none. */
  readonly ownFiles?: readonly OwnFile[];
  /** Absent: the teacher's outputs are computed in every step. */
  readonly keptOutputs?: KeptOutputs;
  /**
   * A replay: stop after this many steps and journal what they came to, as an event `replayed`.
   * Absent in a training.
   */
  readonly replaySteps?: number;
  /** How batches are worked off. Absent: as the recipe says, on one GPU. */
  readonly parts?: BatchParts;
}

/** What a worker prints on standard output, one JSON object a line. */
export type WorkerMessage = TypeOf<typeof schema.workerMessage>;

/** Exit codes of a worker: what the executor decides a retry on. */
export const workerExit = { completed: 0, failed: 1, infrastructure: 3, cancelled: 130 } as const;

/** File names within a run directory. */
export const runFiles = {
  journal: 'journal.jsonl',
  checkpoints: 'checkpoints',
  model: 'model.safetensors',
  heartbeat: 'heartbeat',
  request: 'request.json',
  log: 'worker.log',
} as const;
