import type { ParityCase, ParitySample } from '../../contract/parity.ts';

/** What a comparison with golden files gave. Its declarations name nothing of TensorFlow's. */
export interface VerifyResult {
  readonly cases: readonly ParityCase[];
  readonly passed: number;
  readonly failed: number;
  /** Cases in which the official code has no finite number to compare with. */
  readonly skipped: number;
  /**
   * Of a sample: golden files that were checked, and those that a whole run checks; null otherwise.
   */
  readonly sample: ParitySample | null;
  /** Files of the folder that no check claims. They are neither passed nor failed. */
  readonly notCovered: readonly string[];
}
