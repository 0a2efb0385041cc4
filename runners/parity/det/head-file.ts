import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { Truth } from '../../detection/geometry/anchor-targets.ts';
import { boxCount } from '../../detection/geometry/boxes.ts';
import type { DecodedPicture } from '../../detection/geometry/detections.ts';
import {
  type CandidateRows,
  type DenseTestConfig,
  decodeCandidates,
} from '../../detection/parts/decode.ts';
import { lossAndGradients } from '../../engine/ops/index.ts';
import { createProgram } from '../../engine/program.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { ArrayMap, FunctionSpec, Program, TensorMap, TensorSpec } from '../../engine/types.ts';
import { forwardContext } from '../../networks/forward.ts';
import { toTorch } from '../../networks/layout.ts';
import type { Forward, ParamSpec } from '../../networks/types.ts';
import { formulaState, hashValue } from '../formula.ts';
import type { GoldenNode } from '../golden.ts';
import { firstOf, type Mode, stateSpecs, torchView } from '../networks.ts';
import { compareState, formulaChanges, stateEntries } from '../state-dict.ts';
import { type Comparison, relativeTolerance } from '../tolerance.ts';
import { compareDetections, spares } from './detection-list.ts';
import { boxesOf, integersOf, sizeOf } from './layout.ts';
import { compareNoisy } from './network-file.ts';

/*
 * What the checks of a detector's parts have in common: a golden file holds a head or a neck by its
 * formula, the maps that it sees by a rule, what it makes of them, losses and gradients.
 */

/** Maps that a part of a detector is given: NHWC, fine to coarse. */
export interface GivenMaps {
  readonly specs: Readonly<Record<string, TensorSpec & { readonly shape: readonly number[] }>>;
  readonly values: Readonly<Record<string, Float32Array>>;
}

const mapName = (level: number) => `map${level}`;

/**
 * Maps by a case's rule: `scale * r(i, 4000003 + l, seed)` over the places of level l in PyTorch's
 * order.
 */
export function givenMaps(node: GoldenNode, seed: number): GivenMaps {
  const features = node.get('features');
  const batch = (features.optional('batch') ?? node.get('batch')).number();
  const [height, width] = sizeOf(features.get('size'));
  const strides = [...features.get('strides').numbers()];
  const channels = features.get('channels');
  const depths = channels.isList() ? [...channels.numbers()] : strides.map(() => channels.number());
  const scale = features.get('scale').number();
  const specs: Record<string, TensorSpec & { readonly shape: readonly number[] }> = {};
  const values: Record<string, Float32Array> = {};
  strides.forEach((stride, level) => {
    const depth = depths[level] as number;
    const [rows, columns] = [Math.ceil(height / stride), Math.ceil(width / stride)];
    specs[mapName(level)] = { shape: [batch, rows, columns, depth], dtype: 'float32' };
    values[mapName(level)] = ruleMap([batch, depth, rows, columns], scale, 4000003 + level, seed);
  });
  return { specs, values };
}

/** Values by the formula, counted in PyTorch's order [B, C, H, W], as NHWC. */
export function ruleMap(
  [batch, depth, rows, columns]: readonly [number, number, number, number],
  scale: number,
  tag: number,
  seed: number,
): Float32Array {
  const values = new Float32Array(batch * depth * rows * columns);
  let index = 0;
  for (let b = 0; b < batch; b += 1) {
    for (let c = 0; c < depth; c += 1) {
      for (let place = 0; place < rows * columns; place += 1) {
        const at = (b * rows * columns + place) * depth + c;
        values[at] = scale * hashValue(index, tag, seed);
        index += 1;
      }
    }
  }
  return values;
}

/** The maps among a function's inputs. */
export function mapsOf({ specs }: GivenMaps, inputs: TensorMap): Tensor4D[] {
  return Object.keys(specs).map((name) => inputs[name] as Tensor4D);
}

/** Lists of maps by the file's names. */
export type NamedMaps = Readonly<Record<string, readonly Tensor4D[]>>;

export interface HeadStep<Maps extends NamedMaps> {
  readonly given: GivenMaps;
  readonly params: readonly ParamSpec[];
  /** Inputs of the losses beside the maps. */
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  run(context: Forward, maps: readonly Tensor4D[]): Maps;
  /** Loss terms; their sum is differentiated. */
  losses(maps: Maps, inputs: TensorMap, context: Forward): Readonly<Record<string, Scalar>>;
  /** What is looked at beside, without gradient. */
  others?(maps: Maps, inputs: TensorMap, context: Forward): TensorMap;
}

/**
 * A training step of a part: its maps (`NAME_LEVEL`), losses (`loss/NAME`), and the gradients of
 * the sum of losses with respect to its maps (`of/NAME_LEVEL`), to what it is given and to its
 * parameters (`grad/NAME`); and `other/NAME`.
 */
export function headStep<Maps extends NamedMaps>(step: HeadStep<Maps>): FunctionSpec {
  return {
    inputs: { ...step.given.specs, ...step.inputs },
    run(state, inputs) {
      const context = forwardContext(state, true);
      const sumOf = (maps: Maps) => {
        const terms = step.losses(maps, inputs, context);
        return { loss: tf.addN(Object.values(terms)) as Scalar, aux: terms };
      };
      const maps = step.run(context, mapsOf(step.given, inputs));
      const flat = flattened(maps);
      const outer = lossAndGradients(flat, () => sumOf(maps));
      const trained = step.params.filter(({ trainable }) => trainable);
      const leaves: Record<string, Tensor> = {};
      for (const name of Object.keys(step.given.specs)) leaves[name] = inputs[name] as Tensor;
      for (const { name } of trained) leaves[name] = state[name] as Tensor;
      const inner = lossAndGradients(leaves, () =>
        sumOf(step.run(context, mapsOf(step.given, inputs))),
      );
      return {
        outputs: {
          ...flat,
          ...prefixed('other', step.others?.(maps, inputs, context) ?? {}),
          ...prefixed('loss', outer.aux),
          ...prefixed('of', outer.gradients),
          ...prefixed('grad', inner.gradients),
        },
        state: {},
      };
    },
  };
}

const prefixed = (prefix: string, tensors: TensorMap): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, each]) => [`${prefix}/${name}`, each]));

function flattened(maps: NamedMaps): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(maps).flatMap(([name, levels]) =>
      levels.map((map, level) => [`${name}_${level}`, map] as const),
    ),
  );
}

/** The state of a case's part; its structure is compared before. */
export function compareStructure(
  comparison: Comparison,
  node: GoldenNode,
  params: readonly ParamSpec[],
): void {
  compareState(comparison, asFilled(node, params), stateEntries(node));
  const expected = node.optional('trainable_params')?.number();
  if (expected === undefined) return;
  const trained = params
    .filter(({ trainable }) => trainable)
    .reduce((sum, { shape }) => sum + shape.reduce((size, side) => size * side, 1), 0);
  comparison.equal('trainable_params', trained, expected);
}

/**
 * Parameters with the kinds by which the file's formula fills them: single numbers are weights
 * here, and may be filled as biases are.
 */
function asFilled(node: GoldenNode, params: readonly ParamSpec[]): ParamSpec[] {
  const entries = stateEntries(node);
  return params.map((param, index) =>
    param.torchShape.length === 0 && entries[index]?.kind === 'bias'
      ? { ...param, kind: 'bias' }
      : param,
  );
}

/** A program whose state is a case's. */
export function headProgram(
  mode: Mode,
  node: GoldenNode,
  params: readonly ParamSpec[],
  seed: number,
  functions: Readonly<Record<string, FunctionSpec>>,
): Program {
  return createProgram({
    mode,
    state: stateSpecs(params),
    initial: formulaState(asFilled(node, params), seed, formulaChanges(node)),
    functions,
  });
}

/** Compares maps `NAME_LEVEL` with a case's `outputs`, or their gradients with `grad_outputs`. */
export function compareMaps(
  comparison: Comparison,
  outputs: ArrayMap,
  golden: GoldenNode,
  name: string,
  channels: (level: number) => readonly number[],
  prefix = '',
): void {
  golden.list().forEach((node, level) => {
    const key = `${prefix}${name}_${level}`;
    const shape = channels(level);
    const size = shape.reduce((product, side) => product * side, 1);
    const view = torchView(shape, (outputs[key] as Float32Array) ?? new Float32Array(size));
    compareNoisy(comparison, key, view, node);
    if (!node.has('full')) return;
    const scale = node.get('maxabs').number();
    const tolerance = relativeTolerance(node.get('f32_vs_f64_maxabs').number(), scale);
    comparison.array(`${key}, whole`, view.data, node.get('full').tensor().data, tolerance, scale);
  });
}

/** Compares the gradients of what a part was given and of its parameters. */
export function compareHeadGradients(
  comparison: Comparison,
  outputs: ArrayMap,
  node: GoldenNode,
  { specs }: GivenMaps,
  params: readonly ParamSpec[],
): void {
  const gradient = (name: string, size: number) =>
    (outputs[`grad/${name}`] as Float32Array | undefined) ?? new Float32Array(size);
  const shapes = Object.values(specs).map(({ shape }) => shape);
  node
    .get('grad_features')
    .list()
    .forEach((golden, level) => {
      const shape = shapes[level] as readonly number[];
      const size = shape.reduce((product, side) => product * side, 1);
      const view = torchView(shape, gradient(mapName(level), size));
      compareNoisy(comparison, `gradient of map ${level}`, view, golden);
    });
  compareParamGradients(comparison, gradient, node.get('grad_params'), params);
}

/**
 * Compares the gradients of parameters with a case's `grad_params`.
 *
 * @param floorOf the least tolerance of a parameter, where ReLUs may switch (`compareGradients`)
 */
export function compareParamGradients(
  comparison: Comparison,
  gradient: (name: string, size: number) => Float32Array,
  golden: GoldenNode,
  params: readonly ParamSpec[],
  floorOf: (name: string) => number = () => 1e-5,
): void {
  const known = new Map(params.map((param) => [param.name, param]));
  for (const [name, each] of golden.entries()) {
    const param = known.get(name);
    if (param === undefined) {
      comparison.note(`${name} is no parameter`).add(name, Number.POSITIVE_INFINITY, 0);
      continue;
    }
    const values = gradient(
      name,
      param.shape.reduce((product, side) => product * side, 1),
    );
    const scale = each.get('maxabs').number();
    const noise = each.get('f32_vs_f64_maxabs').number();
    const floor = floorOf(name);
    const tolerance = relativeTolerance(noise, scale, { floor });
    const first = each.get('first').numbers();
    const own = firstOf(toTorch(param, values), first.length);
    comparison.array(`gradient of ${name}, values`, own, first, tolerance, scale);
    const [exact, recorded] = [each.get('l2_f64').number(), each.get('l2').number()];
    const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    const allowed = relativeTolerance(Math.abs(recorded - exact), exact, { floor });
    comparison.scalar(`gradient of ${name}, norm`, norm, exact, allowed);
  }
}

/** Losses of every level by the names of their terms, out of terms called `NAME_LEVEL`. */
export function levelTerms(
  outputs: ArrayMap,
  names: readonly string[],
  levels: number,
): Record<string, number[]> {
  const level = (name: string) => (_: unknown, at: number) =>
    outputs[`loss/${name}_${at}`]?.[0] as number;
  return Object.fromEntries(
    names.map((name) => [name, Array.from({ length: levels }, level(name))]),
  );
}

/** Compares loss terms that a case has in float32 and float64. */
export function compareTerms(
  comparison: Comparison,
  outputs: ArrayMap,
  node: GoldenNode,
  names: readonly string[],
): void {
  let total = 0;
  for (const name of names) {
    const own = outputs[`loss/${name}`]?.[0] as number;
    total += own;
    const exact = node.get('losses_f64').get(name).number();
    const noise = Math.abs(node.get('losses').get(name).number() - exact);
    comparison.scalar(name, own, exact, relativeTolerance(noise, Math.abs(exact)));
  }
  const exact = node.get('total_f64').number();
  const noise = Math.abs(node.get('total').number() - exact);
  comparison.scalar('total', total, exact, relativeTolerance(noise, Math.abs(exact)));
}

/** What a case's losses know of its pictures. */
export function headTruths(node: GoldenNode): Truth[] {
  const labels = node.get('gt_labels').list().map(integersOf);
  const boxes = node.get('gt_bboxes').list().map(boxesOf);
  return node
    .get('metas')
    .list()
    .map((meta, picture) => {
      const own = boxes[picture] as Float32Array;
      return {
        boxes: own,
        labels: labels[picture] ?? new Int32Array(boxCount(own)),
        imgShape: sizeOf(meta.get('img_shape')),
        padShape: sizeOf(meta.get('pad_shape')),
      };
    });
}

/** What decoding knows of a case's pictures; in the network's pixels. */
export function decodedPictures(node: GoldenNode): DecodedPicture[] {
  return node
    .get('metas')
    .list()
    .map((meta) => ({ imgShape: sizeOf(meta.get('img_shape')), scaleFactor: null }));
}

/** Compares what is detected among the candidates that a program gave, where a case has it. */
export function compareCandidates(
  comparison: Comparison,
  node: GoldenNode,
  candidates: ArrayMap,
  pictures: readonly DecodedPicture[],
  test: DenseTestConfig,
): void {
  node
    .optional('detections')
    ?.list()
    .forEach((golden, index) => {
      const picture = pictures[index] as DecodedPicture;
      const part = (name: keyof CandidateRows) => {
        const whole = candidates[name] as Float32Array;
        const size = whole.length / pictures.length;
        return whole.subarray(index * size, (index + 1) * size);
      };
      const found = decodeCandidates(
        { boxes: part('boxes'), scores: part('scores'), labels: part('labels') },
        picture,
        { ...test, maxPerPicture: test.maxPerPicture + spares },
      );
      compareDetections(comparison, `picture ${index}`, found, golden, test.maxPerPicture);
    });
}
