import type { TargetMaker } from '../../../../runners/data/dense/target-maker.ts';

/** A maker for tests: one target, its options. */
export function createTargetMaker(constant: number): TargetMaker {
  return () => ({ constant });
}
