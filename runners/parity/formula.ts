import { toEngine } from '../networks/layout.ts';
import type { ParamKind, ParamSpec } from '../networks/types.ts';
import type { GoldenNode } from './golden.ts';

/** Pictures use this index in place of a tensor's position. */
export const pictureTag = 1000003;

/** The hash r(i, k, seed) in [-1, 1) of the golden README: all integer arithmetic modulo 2^32. */
export function hashValue(i: number, k: number, seed: number): number {
  let h = (Math.imul(i, 0x9e3779b1) + Math.imul(k, 0x85ebca77) + seed) | 0;
  h ^= h >>> 16;
  h = Math.imul(h, 0x7feb352d);
  h ^= h >>> 15;
  h = Math.imul(h, 0x846ca68b);
  h ^= h >>> 16;
  return (h >>> 0) / 2 ** 31 - 1;
}

/** What the formula of a file's network and pictures starts from. */
export interface FormulaSettings {
  readonly seed: number;
  /** Index of the pictures, in place of a tensor's position. */
  readonly tag: number;
}

export function formulaSettings(root: GoldenNode): FormulaSettings {
  const formula = root.get('formula');
  return {
    seed: formula.get('seed').number(),
    tag: formula.optional('image_tag')?.number() ?? pictureTag,
  };
}

/** Some files scale a tensor: value = scale * formula + offset. */
export interface FormulaChange {
  readonly scale: number;
  readonly offset: number;
}

/**
 * State of a network according to the formula, in the engine's layout: tensor k of the state dict
 * is filled by its kind, element by element in PyTorch's layout.
 *
 * @param changes per tensor, where the file has any
 */
export function formulaState(
  params: readonly ParamSpec[],
  seed: number,
  changes: readonly FormulaChange[] = [],
): Record<string, Float32Array> {
  return Object.fromEntries(
    params.map((spec, k) => {
      const size = spec.torchShape.reduce((product, side) => product * side, 1);
      const fanIn = spec.torchShape.slice(1).reduce((product, side) => product * side, 1);
      const { scale, offset } = changes[k] ?? { scale: 1, offset: 0 };
      const values = Float32Array.from(
        { length: size },
        (_, i) => scale * byKind(spec.kind, hashValue(i, k, seed), fanIn) + offset,
      );
      return [spec.name, toEngine(spec, values)];
    }),
  );
}

function byKind(kind: ParamKind, r: number, fanIn: number): number {
  switch (kind) {
    case 'weight':
      return Math.sqrt(2 / fanIn) * Math.sqrt(3) * r;
    case 'bn_weight':
      return 0.85 + 0.15 * r;
    case 'running_var':
      return 1 + 0.2 * r;
    case 'bias':
    case 'running_mean':
    case 'buffer':
      return 0.1 * r;
  }
}

/** Pictures of the formula as NHWC float32; `shape` is PyTorch's [B, 3, H, W]. */
export function formulaPictures(
  shape: readonly [number, number, number, number],
  seed: number,
  tag = pictureTag,
): Float32Array {
  const [batch, channels, height, width] = shape;
  const pictures = new Float32Array(batch * channels * height * width);
  let i = 0;
  for (let b = 0; b < batch; b += 1) {
    for (let c = 0; c < channels; c += 1) {
      for (let y = 0; y < height; y += 1) {
        for (let x = 0; x < width; x += 1) {
          const wave = Math.sin(0.17 * (b + 1) * x + 0.11 * (c + 2) * y + 0.9 * b);
          pictures[((b * height + y) * width + x) * channels + c] =
            0.6 * hashValue(i, tag, seed) + 0.8 * wave;
          i += 1;
        }
      }
    }
  }
  return pictures;
}
