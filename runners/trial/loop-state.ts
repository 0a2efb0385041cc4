import { createHash } from 'node:crypto';
import type { StreamState } from '../../common/random.ts';
import type { StepReport } from '../tasks/classification.ts';

/**
 * Where a training loop is, apart from the tensors: what a checkpoint carries as JSON. `epoch` counts completed epochs,
 * `stepInEpoch` completed steps of the next one, so that a run can stop and go on after any step.
 */
export interface LoopState {
  readonly epoch: number;
  readonly stepInEpoch: number;
  readonly step: number;
  /** SHA-256 chain over the bits of every step's total loss. */
  readonly lossChain: string;
  /** Sums over the epoch so far. */
  readonly sums: EpochSums;
  /** State of the method's own random stream. */
  readonly methodStream: StreamState;
}

export interface EpochSums {
  readonly pictures: number;
  readonly correct: number;
  /** Sum over pictures of the mean losses, by term; `total` is their sum. */
  readonly losses: Readonly<Record<string, number>>;
  readonly trainSeconds: number;
}

export const emptySums: EpochSums = { pictures: 0, correct: 0, losses: {}, trainSeconds: 0 };

/** The sums with one more step of `pictures` pictures. */
export function addStep(
  sums: EpochSums,
  report: StepReport,
  pictures: number,
  seconds: number,
): EpochSums {
  const losses: Record<string, number> = {};
  for (const [term, value] of Object.entries({ total: report.total, ...report.terms })) {
    losses[term] = (sums.losses[term] ?? 0) + value * pictures;
  }
  return {
    pictures: sums.pictures + pictures,
    correct: sums.correct + report.correct,
    losses,
    trainSeconds: sums.trainSeconds + seconds,
  };
}

/** Mean over the epoch's pictures of every term. */
export function meanLosses(sums: EpochSums): Record<string, number> {
  return Object.fromEntries(
    Object.entries(sums.losses).map(([term, value]) => [term, value / Math.max(1, sums.pictures)]),
  );
}

/** Adds a step's total loss, bit by bit, to the chain that tells whether two runs took the same path. */
export function extendChain(chain: string, total: number): string {
  const bits = new Uint8Array(Float32Array.of(total).buffer);
  return createHash('sha256').update(chain).update(bits).digest('hex');
}
