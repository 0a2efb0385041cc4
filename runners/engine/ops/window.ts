import { shapeError } from './native.ts';

/** [vertical, horizontal] */
export type Pair = readonly [number, number];

export interface WindowOptions {
  readonly stride?: number | Pair;
  /** Symmetric padding, as PyTorch has it. */
  readonly padding?: number | Pair;
}

export const pair = (value: number | Pair): Pair =>
  typeof value === 'number' ? [value, value] : value;

/**
 * Output size [height, width] of a sliding window over a map [B, H, W, C]: floor((n + 2p - d(k - 1)
 * - 1) / s) + 1.
 *
 * @throws EngineError `ENGINE_SHAPE` naming the layer when the window does not fit or a number is
 *   out of range
 */
export function slidingWindow(
  op: string,
  shape: readonly number[],
  kernel: Pair,
  stride: Pair,
  padding: Pair,
  dilation: Pair = [1, 1],
): Pair {
  const size = [0, 1].map((axis) => {
    const [n, k, s, p, d] = [
      shape[axis + 1],
      kernel[axis],
      stride[axis],
      padding[axis],
      dilation[axis],
    ];
    if (![k, s, d].every((value) => Number.isInteger(value) && (value as number) >= 1)) {
      throw shapeError(
        op,
        `kernel [${kernel}], stride [${stride}] and dilation [${dilation}] must be whole numbers of at least 1.`,
      );
    }
    if (!Number.isInteger(p) || (p as number) < 0) {
      throw shapeError(op, `the padding [${padding}] must be whole numbers of at least 0.`);
    }
    const free = (n as number) + 2 * (p as number) - (d as number) * ((k as number) - 1) - 1;
    if (free < 0) {
      throw shapeError(
        op,
        `a kernel of [${kernel}] with dilation [${dilation}] is larger than the padded input [${shape}] (padding [${padding}]).`,
      );
    }
    return Math.floor(free / (s as number)) + 1;
  });
  return size as unknown as Pair;
}
