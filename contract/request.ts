import type { EndState, RunId } from './journal-types.ts';
import type { TrialId, TrialSpec } from './spec.ts';

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
  /** Recorded graphs (default), or op by op for debugging. */
  readonly mode: 'recorded' | 'eager';
  /** Seconds between checkpoints at the ends of epochs; 0 writes one after every epoch. */
  readonly checkpointSeconds: number;
  /**
   * Of implementation `external`: the folder of its checkouts, and how long a training may take.
   */
  readonly external?: { readonly folder: string; readonly timeoutMinutes: number | null };
  /**
   * A replay: stop after this many steps and journal what they came to, as an event `replayed`.
   * Absent in a training.
   */
  readonly replaySteps?: number;
}

/** What a worker prints on standard output, one JSON object a line. */
export type WorkerMessage =
  | {
      readonly type: 'progress';
      readonly trial: TrialId;
      readonly epoch: number;
      readonly epochs: number;
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
    }
  | {
      readonly type: 'epoch';
      readonly trial: TrialId;
      readonly epoch: number;
      readonly epochs: number;
      /** The task's headline metric (`headline.ts`) in percent; null where it is not defined. */
      readonly headline: number | null;
      readonly loss: number;
      readonly seconds: number;
    }
  /**
   * It went on from an earlier state than it had reached: epochs that are trained again, and what
   * kept later ones from use.
   */
  | {
      readonly type: 'lost';
      readonly trial: TrialId;
      readonly epochs: number;
      readonly reasons: readonly string[];
    }
  | {
      readonly type: 'end';
      /**
       * Null: all that have not ended yet, where the process could not even open their journals.
       */
      readonly trial: TrialId | null;
      readonly state: EndState;
      readonly reason: string;
      /** Trouble with the machine that no retry mends. Absent: false. */
      readonly permanent?: true;
    };

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
