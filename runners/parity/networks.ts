import '../networks/all.ts';
import { createNetwork } from '../networks/registry.ts';
import type { Network, ParamSpec } from '../networks/types.ts';
import type { GoldenNode } from './golden.ts';
import { type Comparison, largest } from './tolerance.ts';

/**
 * How programs run: as one recorded graph, which is how trials train, or operation by operation.
 */
export type Mode = 'recorded' | 'eager';

/**
 * Redistill's name of the network that a golden file calls `official`.
 *
 * @param family what precedes the name in the file's name: `cifar_` (mdistiller), `cub200_` (SDD),
 *   `tiny_imagenet_` (mdistiller's for Tiny-ImageNet),
 *   `option_a_` (akamaster's ResNets), `imagenet_md_` (mdistiller's for ImageNet), `imagenet_tv_`
 *   (torchvision) or `imagenet_timm_` (timm)
 */
export function networkName(family: string, official: string): string {
  const plain = official
    .toLowerCase()
    .replace(/^shuffle(v\d)$/, 'shufflenet$1')
    .replace(/^mobilenet_(v\d)$/, 'mobilenet$1')
    // timm's width multiplier
    .replace(/^(mobilenetv2)_100$/, '$1');
  if (family === 'option_a_') return `${plain}-a`;
  if (family === 'cub200_') return `cub200-${plain}`;
  if (family === 'tiny_imagenet_') return `tiny-imagenet-${plain}`;
  return family === 'cifar_' ? plain : `imagenet-${plain}`;
}

/** The network called `name` for pictures of PyTorch's shape [B, C, H, W]. */
export function networkFor(
  name: string,
  classes: number,
  [, channels, height, width]: readonly [number, number, number, number],
): Network {
  return createNetwork(name, { classes, inputShape: [height, width, channels] });
}

/** @throws DataError when the node is no shape of four sides */
export function pictureShape(node: GoldenNode): readonly [number, number, number, number] {
  const shape = node.shape();
  if (shape.length !== 4) throw node.malformed('must be [B, C, H, W]');
  return shape as unknown as readonly [number, number, number, number];
}

/** Program state for a network's parameters. */
export function stateSpecs(params: readonly ParamSpec[]) {
  return Object.fromEntries(
    params.map(({ name, shape }) => [name, { shape, dtype: 'float32' as const }]),
  );
}

/** Values as a program returns them, NHWC for feature maps, with PyTorch's shape. */
export interface TorchView {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** The elements of an NHWC array in NCHW order. Arrays of other ranks stay. */
export function torchView(shape: readonly number[], data: ArrayLike<number>): TorchView {
  if (shape.length !== 4) return { shape, data };
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const result = new Float32Array(data.length);
  let index = 0;
  for (let b = 0; b < batch; b += 1) {
    for (let c = 0; c < channels; c += 1) {
      for (let position = 0; position < height * width; position += 1) {
        result[index] = data[(b * height * width + position) * channels + c] as number;
        index += 1;
      }
    }
  }
  return { shape: [batch, channels, height, width], data: result };
}

/**
 * Compares with a recorded summary: shape, mean, population standard deviation and first values in
 * PyTorch's order. All are relative to the size of the quantity: its largest first value, or mean
 * plus deviation where that is more.
 *
 * @param single tolerance of single values, where it is not that of mean and deviation
 */
export function compareSummary(
  comparison: Comparison,
  quantity: string,
  actual: TorchView,
  golden: GoldenNode,
  tolerance: number,
  single = tolerance,
): void {
  const shape = golden.get('shape').shape();
  if (shape.join() !== actual.shape.join()) {
    comparison.equal(`${quantity}, shape`, actual.shape, shape);
    return;
  }
  const [mean, deviation] = [golden.get('mean').number(), golden.get('std').number()];
  const first = golden.get('first').numbers();
  const scale = Math.max(largest(first), Math.abs(mean) + deviation);
  const own = moments(actual.data);
  comparison
    .scalar(`${quantity}, mean`, own.mean, mean, tolerance, scale)
    .scalar(`${quantity}, deviation`, own.deviation, deviation, tolerance, scale)
    .array(`${quantity}, values`, firstOf(actual.data, first.length), first, single, scale);
}

export function firstOf(values: ArrayLike<number>, count: number): number[] {
  return Array.from({ length: Math.min(count, values.length) }, (_, index) =>
    Number(values[index]),
  );
}

/** Mean and population standard deviation, summed in double precision. */
export function moments(values: ArrayLike<number>): { mean: number; deviation: number } {
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index] as number;
  const mean = sum / values.length;
  let squares = 0;
  for (let index = 0; index < values.length; index += 1) {
    squares += ((values[index] as number) - mean) ** 2;
  }
  return { mean, deviation: Math.sqrt(squares / values.length) };
}
