import { createHash } from 'node:crypto';
import type { StreamState } from '../../common/random.ts';
import type { StepReport } from '../tasks/types.ts';

/**
 * Where a training loop is, apart from the tensors: what a checkpoint carries as JSON. `epoch`
 * counts completed epochs, `stepInEpoch` completed steps of the next one, so that a run can stop
 * and go on after any step.
 */
export interface LoopState {
  readonly epoch: number;
  readonly stepInEpoch: number;
  readonly step: number;
  /** SHA-256 chain over the bits of every step's total loss. */
  readonly lossChain: string;
  /** Bits of the total losses of the first steps of the training, as the journal's `stepLosses`. */
  readonly stepLosses: string;
  /** Sums over the epoch so far. */
  readonly sums: EpochSums;
  /** State of the method's own random stream. */
  readonly methodStream: StreamState;
}

export interface EpochSums {
  readonly pictures: number;
  /** Sums of what the task counts, by name. */
  readonly counts: Readonly<Record<string, number>>;
  /** Sum over pictures of the mean losses, by term; `total` is their sum. */
  readonly losses: Readonly<Record<string, number>>;
  /** Of whole steps; in a cohort several students share each. */
  readonly trainSeconds: number;
  /** Sum over steps of the students that shared them. */
  readonly studentSteps: number;
}

export const emptySums: EpochSums = {
  pictures: 0,
  counts: {},
  losses: {},
  trainSeconds: 0,
  studentSteps: 0,
};

/** The sums with one more step of `pictures` pictures. */
export function addStep(
  sums: EpochSums,
  report: StepReport,
  pictures: number,
  seconds: number,
  students: number,
): EpochSums {
  const losses: Record<string, number> = {};
  const counts: Record<string, number> = {};
  for (const [name, value] of Object.entries(report.counts)) {
    counts[name] = (sums.counts[name] ?? 0) + value;
  }
  for (const [term, value] of Object.entries({ total: report.total, ...report.terms })) {
    losses[term] = (sums.losses[term] ?? 0) + value * pictures;
  }
  return {
    pictures: sums.pictures + pictures,
    counts,
    losses,
    trainSeconds: sums.trainSeconds + seconds,
    studentSteps: sums.studentSteps + students,
  };
}

/** Mean over the epoch's pictures of every term. */
export function meanLosses(sums: EpochSums): Record<string, number> {
  return Object.fromEntries(
    Object.entries(sums.losses).map(([term, value]) => [term, value / Math.max(1, sums.pictures)]),
  );
}

/** Steps whose losses are kept one by one. */
const keptSteps = 64;

/**
 * A checkpoint of an earlier version has no losses by step; half a record would be taken for a
 * whole one.
 */
export function nextStepLosses({ step, stepLosses }: LoopState, total: number): string {
  const complete = stepLosses?.length === 8 * step;
  return complete && step < keptSteps ? stepLosses + lossBits(total) : (stepLosses ?? '');
}

/** The bits of a float32, eight hexadecimal digits. */
export function lossBits(total: number): string {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, total);
  return view.getUint32(0).toString(16).padStart(8, '0');
}

/** What `lossBits` made the text from, one number per step. */
export function lossesFromBits(bits: string): readonly number[] {
  return (bits.match(/.{8}/g) ?? []).map((digits) => {
    const view = new DataView(new ArrayBuffer(4));
    view.setUint32(0, Number.parseInt(digits, 16));
    return view.getFloat32(0);
  });
}

/**
 * Adds a step's total loss, bit by bit, to the chain that tells whether two runs took the same
 * path.
 */
export function extendChain(chain: string, total: number): string {
  const bits = new Uint8Array(Float32Array.of(total).buffer);
  return createHash('sha256').update(chain).update(bits).digest('hex');
}
