import type { DetectorOutput, DetectorTesting } from '../types.ts';
import { type CandidateRows, type DenseTestConfig, decodeCandidates } from './decode.ts';
import { type CandidateBoxes, denseCandidates } from './dense-candidates.ts';

type CandidateMaps = Parameters<typeof denseCandidates>[0];
type Grid = Parameters<typeof denseCandidates>[1];

export interface DenseTesting<Output extends DetectorOutput> {
  readonly classes: number;
  readonly test: DenseTestConfig;
  /** The anchors or points that a pass's maps have. */
  grid(output: Output): Grid;
  /** How regressions become boxes; absent: as deltas of anchors. */
  readonly boxesOf?: CandidateBoxes;
  /** What candidates are chosen by; absent: logits and boxes alone. */
  seen?(output: Output): CandidateMaps;
}

/**
 * How a one-stage detector is tested: its candidates within the step, the rest picture by picture.
 */
export function denseTesting<Output extends DetectorOutput>({
  classes,
  test,
  grid,
  boxesOf,
  seen = (output) => output,
}: DenseTesting<Output>): DetectorTesting<Output> {
  return {
    outputs: ({ output, imgShapes }) => ({
      ...denseCandidates(seen(output), grid(output), imgShapes, classes, test, boxesOf),
    }),
    decode: (values, picture) =>
      decodeCandidates(values as unknown as CandidateRows, picture, test),
  };
}
