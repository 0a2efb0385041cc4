import type { ChangePoint } from './change-points.ts';
import type { Noise } from './noise.ts';

/** One series: a metric or the step time of one cell on one machine. */
export interface SeriesInput {
  /** In time's order, in the unit of `leastChange`. */
  readonly values: readonly number[];
  readonly lowerIsBetter: boolean;
  /** The least change that anybody needs to hear of; positive. */
  readonly leastChange: number;
  /** A human has accepted what happened before this index; 0 where nothing was accepted. */
  readonly acceptedBefore: number;
  /**
   * Of the seeds of every night; null for one seed. Without it only the values' scatter is seen.
   */
  readonly seedSds?: readonly (number | null)[];
}

/** What the tests of one series know. */
export interface JudgingContext {
  readonly input: SeriesInput;
  readonly noise: Noise;
  readonly changes: readonly ChangePoint[];
  /** The p-value up to which something is found. */
  readonly level: number;
}
