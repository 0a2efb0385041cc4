import type { Json } from '../common/canonical.ts';
import type { TrialId, TrialSpec } from './spec.ts';

/** One measurement of a trial: `<trial>-<fingerprint, 8 digits>-<attempt>`. */
export type RunId = string;

export type EndState =
  | 'completed'
  | 'diverged'
  | 'failed'
  | 'infrastructure'
  | 'timed-out'
  | 'cancelled';

/** Where and with what a run was measured. `hardware` names a series of the history. */
export interface Environment {
  readonly hardware: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly gpu: string | null;
  };
  readonly os: string;
  readonly node: string;
  readonly tensorflow: string;
  /** `unrecorded` in journals that were made from an official log. */
  readonly device: 'cpu' | 'gpu' | 'unrecorded';
  readonly threads: { readonly intra: number; readonly inter: number };
  readonly libvips: string;
  readonly commit: string | null;
  /** True where the checkout differed from `commit`. */
  readonly dirty: boolean;
}

/**
 * One number: (task, name, split) of one epoch. Selection (`best`, `last`) is made by the store.
 */
export interface MetricValue {
  readonly task: string;
  readonly name: string;
  readonly split: string;
  readonly value: number;
}

/**
 * The lines of a journal, in the order in which they appear. `seq` counts from 0 without gaps;
 * `time` is ISO 8601 UTC. A run that was killed and resumed has a `resume` line and repeats the
 * epochs after the checkpoint it resumed from: of several lines for one epoch the last counts.
 */
export type JournalLine = { readonly seq: number; readonly time: string } & JournalRecord;

export type JournalRecord =
  | {
      readonly type: 'header';
      readonly schemaVersion: 1;
      readonly run: RunId;
      readonly trial: TrialId;
      readonly attempt: number;
      /**
       * Numerics fingerprint, 64 hexadecimal digits: sources, TensorFlow version, threads (decision
       * 2).
       */
      readonly fingerprint: string;
      readonly spec: TrialSpec;
      readonly environment: Environment;
    }
  | {
      readonly type: 'start';
      readonly parameters: number;
      readonly stepsPerEpoch: number;
      readonly initialWeights: string;
    }
  | {
      readonly type: 'resume';
      readonly epoch: number;
      readonly step: number;
      readonly lostEpochs: number;
      readonly environment: Environment;
    }
  | {
      readonly type: 'epoch';
      readonly epoch: number;
      readonly step: number;
      readonly lr: number;
      /** Mean over the epoch of every named loss term and of their sum `total`. */
      readonly losses: Readonly<Record<string, number>>;
      readonly metrics: readonly MetricValue[];
      /** Chain of SHA-256 over the bits of every step's total loss since the start of the trial. */
      readonly lossChain: string;
      /**
       * In the first epoch: the bits (float32, eight hexadecimal digits each, most significant
       * first) of the total loss of its first steps, so that `replay` can tell the step at which a
       * training leaves its path. Absent in later epochs.
       */
      readonly stepLosses?: string;
      /** Seconds and milliseconds are of whole steps and evaluations; `students` share them. */
      readonly trainSeconds: number;
      readonly evalSeconds: number;
      readonly msPerStep: number;
      /**
       * Trials that shared the epoch's steps, this one included: the mean over the steps where some
       * joined or left. Absent where it was trained alone.
       */
      readonly students?: number;
      readonly peakMemoryMiB: number;
    }
  | {
      readonly type: 'checkpoint';
      readonly epoch: number;
      readonly step: number;
      readonly file: string;
      readonly sha256: string;
    }
  | {
      readonly type: 'event';
      readonly kind: string;
      readonly message: string;
      readonly data?: Json;
    }
  | {
      readonly type: 'end';
      readonly state: EndState;
      readonly reason: string;
      /**
       * SHA-256 over the final model weights (names, shapes, bits); null where training did not
       * finish.
       */
      readonly weights: string | null;
      readonly seconds: number;
    };

export interface Ending {
  readonly state: EndState;
  readonly reason: string;
}
