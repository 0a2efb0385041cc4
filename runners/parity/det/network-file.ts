import type { ParityCase } from '../../../contract/parity.ts';
import type { Size } from '../../detection/geometry/anchors.ts';
import type { TensorSpec } from '../../engine/types.ts';
import { toTorch } from '../../networks/layout.ts';
import type { ParamSpec } from '../../networks/types.ts';
import { formulaPictures, formulaSettings } from '../formula.ts';
import type { GoldenNode } from '../golden.ts';
import { firstOf, moments, type TorchView } from '../networks.ts';
import { compareState, stateEntries } from '../state-dict.ts';
import { Comparison, relativeTolerance } from '../tolerance.ts';
import { sizeOf } from './layout.ts';

/**
 * Names, shapes, kinds and order of a dense network's state, and the number of trained values,
 * against a golden file.
 */
export function structureCase(
  path: string,
  root: GoldenNode,
  params: readonly ParamSpec[],
): ParityCase {
  const comparison = new Comparison(path, 'structure');
  compareState(comparison, params, stateEntries(root));
  const values = (some: readonly ParamSpec[]) =>
    some.reduce((sum, { shape }) => sum + shape.reduce((size, side) => size * side, 1), 0);
  const parameters = params.filter(isParameter);
  const trained = parameters.filter(({ trainable }) => trainable);
  comparison.equal('parameters', values(parameters), root.get('parameters').number());
  const expected = root.optional('trainable_params')?.number();
  if (expected !== undefined) comparison.equal('trainable_params', values(trained), expected);
  return comparison.result();
}

/** PyTorch's parameters, trained or not; the rest are buffers. */
const isParameter = ({ kind }: ParamSpec) => !kind.startsWith('running') && kind !== 'buffer';

/** The pictures of a golden file of detection. */
export interface DetectionPictures {
  /** [B, H, W, 3], 0 outside of each picture. */
  readonly images: Float32Array;
  readonly spec: TensorSpec & { readonly shape: readonly [number, number, number, number] };
  readonly imgShapes: readonly Size[];
  readonly padShapes: readonly Size[];
}

export function detectionPictures(root: GoldenNode): DetectionPictures {
  const picture = root.get('picture');
  const shape = picture.get('shape').shape();
  if (shape.length !== 4) throw picture.malformed('must have a shape [B, C, H, W]');
  const [batch, channels, height, width] = shape as [number, number, number, number];
  const { seed, tag } = formulaSettings(root);
  const images = formulaPictures([batch, channels, height, width], seed, tag);
  const sizes = (key: string) => picture.get(key).list().map(sizeOf);
  const imgShapes = sizes('img_shapes');
  for (let at = 0; at < images.length; at += channels) {
    const place = at / channels;
    const [x, y] = [place % width, Math.floor(place / width) % height];
    const [rows, columns] = imgShapes[Math.floor(place / (width * height))] as Size;
    if (y >= rows || x >= columns) images.fill(0, at, at + channels);
  }
  return {
    images,
    spec: { shape: [batch, height, width, channels], dtype: 'float32' },
    imgShapes,
    padShapes: sizes('pad_shapes'),
  };
}

/**
 * Compares with a recorded summary that has its own noise: shape, mean, deviation, largest value
 * and first values, all relative to the largest value.
 */
export function compareNoisy(
  comparison: Comparison,
  quantity: string,
  actual: TorchView,
  golden: GoldenNode,
): void {
  const shape = golden.get('shape').shape();
  comparison.equal(`${quantity}, shape`, actual.shape, shape);
  if (shape.join() !== actual.shape.join()) return;
  const scale = golden.get('maxabs').number();
  const tolerance = relativeTolerance(golden.get('f32_vs_f64_maxabs').number(), scale);
  const own = moments(actual.data);
  const first = golden.get('first').numbers();
  comparison
    .scalar(`${quantity}, mean`, own.mean, golden.get('mean').number(), tolerance, scale)
    .scalar(`${quantity}, deviation`, own.deviation, golden.get('std').number(), tolerance, scale)
    .scalar(`${quantity}, largest`, largestOf(actual.data), scale, tolerance)
    .array(`${quantity}, values`, firstOf(actual.data, first.length), first, tolerance, scale);
}

/**
 * Compares loss terms that were recorded in float32 and float64: a number, or a sum with its
 * levels.
 */
export function compareLosses(
  comparison: Comparison,
  own: Readonly<Record<string, number | readonly number[]>>,
  losses: GoldenNode,
  exact: GoldenNode,
): void {
  for (const [name, value] of Object.entries(own)) {
    const [recorded, reference] = [losses.get(name), exact.get(name)];
    if (typeof value === 'number') {
      const expected = reference.number();
      const noise = Math.abs(recorded.number() - expected);
      comparison.scalar(name, value, expected, relativeTolerance(noise, Math.abs(expected)));
      continue;
    }
    const levels = reference.get('levels').numbers();
    const sum = reference.get('sum').number();
    const noise = Math.abs(recorded.get('sum').number() - sum);
    const tolerance = relativeTolerance(noise, Math.abs(sum));
    comparison.array(`${name}, levels`, value, levels, tolerance, Math.abs(sum));
    const total = value.reduce((whole, level) => whole + level, 0);
    comparison.scalar(name, total, sum, tolerance);
  }
}

/**
 * What gradients may be off by where they pass a ReLU. Its own gradient jumps where its input is
 * within rounding of 0, and of the millions of inputs here some are: with 5 million and rounding of
 * 3e-7 of their spread, about one. A unit on the other side changes a value's gradient by one of
 * the hundreds of positions that it is a sum over (docs/parity.md).
 */
const jump = 1e-3;

/**
 * Compares the gradients of some parameters and the norm of all. Which parameters have one must
 * agree.
 *
 * @param last parameters of the last layers: no ReLU is between them and the losses, and nothing
 *   jumps
 * @param jumpOf what a jump may change of a parameter's gradient, where maps are too small for the
 *   usual bound
 */
export function compareGradients(
  comparison: Comparison,
  gradients: Readonly<Record<string, Float32Array>>,
  params: readonly ParamSpec[],
  golden: GoldenNode,
  last: RegExp,
  jumpOf: (name: string) => number = () => jump,
): void {
  const named = new Map(params.map((param) => [param.name, param]));
  const frozen = params.filter(
    (param) => isParameter(param) && gradients[param.name] === undefined,
  );
  const expected = golden
    .get('frozen')
    .list()
    .map((name) => name.text());
  comparison.equal(
    'parameters without gradient',
    frozen.map(({ name }) => name).sort(),
    expected.sort(),
  );
  const whole = Math.sqrt(Object.values(gradients).reduce((sum, each) => sum + norm(each) ** 2, 0));
  compareNorm(comparison, 'norm of all gradients', whole, golden, 'total_norm', jump);
  for (const [name, node] of golden.get('params').entries()) {
    const [values, param] = [gradients[name], named.get(name)];
    if (values === undefined || param === undefined) {
      comparison.note(`${name} has no gradient`).add(name, Number.POSITIVE_INFINITY, 0);
      continue;
    }
    const floor = last.test(name) ? 1e-5 : jumpOf(name);
    compareNorm(comparison, `${name}, norm`, norm(values), node, 'norm', floor);
    const scale = node.get('maxabs').number();
    const tolerance = relativeTolerance(node.get('f32_vs_f64_maxabs').number(), scale, { floor });
    const first = node.get('first').numbers();
    const own = firstOf(toTorch(param, values), first.length);
    comparison.array(`${name}, values`, own, first, tolerance, scale);
    comparison.scalar(`${name}, largest`, largestOf(values), scale, tolerance);
  }
}

function compareNorm(
  comparison: Comparison,
  quantity: string,
  own: number,
  node: GoldenNode,
  key: string,
  floor: number,
): void {
  const exact = node.get(`${key}_f64`).number();
  const noise = Math.abs(node.get(key).number() - exact);
  comparison.scalar(quantity, own, exact, relativeTolerance(noise, exact, { floor }));
}

const norm = (values: ArrayLike<number>): number => {
  let squares = 0;
  for (let index = 0; index < values.length; index += 1) squares += (values[index] as number) ** 2;
  return Math.sqrt(squares);
};

/** Largest absolute value; NaN if any is. */
function largestOf(values: ArrayLike<number>): number {
  let result = 0;
  for (let index = 0; index < values.length; index += 1) {
    const size = Math.abs(values[index] as number);
    if (!(size <= result)) result = size;
  }
  return result;
}
