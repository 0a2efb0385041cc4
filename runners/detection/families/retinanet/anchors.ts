import type { AnchorConfig } from '../../geometry/anchors.ts';

/**
 * RetinaNet's anchors: three octave scales times three ratios, 9 a cell.
 *
 * Config: mmdetection 3.3.0 configs/_base_/models/retinanet_r50_fpn.py.
 */
export function retinaAnchors({
  strides = [8, 16, 32, 64, 128],
  ratios = [0.5, 1, 2],
  octaveBaseScale = 4,
  scalesPerOctave = 3,
}: {
  readonly strides?: readonly number[];
  readonly ratios?: readonly number[];
  readonly octaveBaseScale?: number;
  readonly scalesPerOctave?: number;
} = {}): AnchorConfig {
  // Double precision here, float32 afterwards, as the official code; the powers of two are exact by
  // a square root or come from the table, since Math.pow differs between V8 versions.
  const scales = Array.from(
    { length: scalesPerOctave },
    (_, index) => octaveFraction(index, scalesPerOctave) * octaveBaseScale,
  );
  return { strides, ratios, scales };
}

/** 2^(index/parts) to the last bit of a double but one, by bisection with exact products. */
function octaveFraction(index: number, parts: number): number {
  const target = Array.from({ length: index }).reduce<number>((product) => product * 2, 1);
  let low = 1;
  let high = 2;
  for (let round = 0; round < 60; round += 1) {
    const middle = (low + high) / 2;
    let power = 1;
    for (let factor = 0; factor < parts; factor += 1) power *= middle;
    if (power <= target) low = middle;
    else high = middle;
  }
  return low;
}
