import type { Scalar, Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Hyper } from '../../../contract/spec.ts';
import { createDenseDistiller } from '../../distillers/dense/create.ts';
import type {
  DenseDistiller,
  DenseFamily,
  DenseMethodStep,
  DenseOutput,
  DenseShapes,
} from '../../distillers/dense/types.ts';
import type { TensorMap } from '../../engine/types.ts';
import type { ParamSpec } from '../../networks/types.ts';
import type { GoldenNode, GoldenTensor } from '../golden.ts';
import { gradientsOf } from './bounds.ts';
import { tensorsOf, turned } from './networks.ts';
import type { LossFunction } from './run.ts';

/** Names of a network's maps among the tensors of a case, which are in PyTorch's layout. */
export interface GoldenMaps {
  readonly features?: readonly string[];
  readonly embedding?: string;
  readonly logits?: string;
}

/** How a method of detection and segmentation meets the tensors of a golden case. */
export interface GoldenDense {
  readonly id: string;
  readonly family: DenseFamily;
  readonly hyper: Hyper;
  readonly student: GoldenMaps;
  readonly teacher: GoldenMaps;
  /** Names of the tensors that hold the method's random inputs, [N, 1, H, W]. */
  readonly draws?: Readonly<Record<string, string>>;
  /** Name of the tensor of labels, [N, H, W]. */
  readonly labels?: string;
  /** How many classes segmenters have, where no logits say it. */
  readonly classes?: number;
  /** Inputs made of the boxes, row-major with their shape. */
  readonly regions?: Readonly<Record<string, { shape: readonly number[]; data: Float32Array }>>;
  /** A parameter's name in the golden file, from the method's own name for it. */
  golden(param: string): string;
}

/** The method built for the shapes of a case. */
export function buildDense(
  golden: GoldenDense,
  tensors: Readonly<Record<string, GoldenTensor>>,
): DenseDistiller {
  const shapes = (name: string, maps: GoldenMaps): DenseShapes => {
    const channels = (each: string | undefined) => tensors[each ?? '']?.shape[1] ?? 0;
    const classes = maps.logits === undefined ? golden.classes : channels(maps.logits);
    return {
      name,
      family: golden.family,
      features: (maps.features ?? []).map(channels),
      strides: (maps.features ?? []).map((_, index) => 8 * 2 ** index),
      embedding: maps.embedding === undefined ? null : channels(maps.embedding),
      logits: classes === undefined ? [] : [classes],
    };
  };
  return createDenseDistiller(golden.id, golden.hyper, {
    student: shapes('student', golden.student),
    teacher: shapes('teacher', golden.teacher),
  });
}

/** The sum of the method's terms on the tensors of a case, with the gradients that the case has. */
export function denseLoss(golden: GoldenDense, node: GoldenNode): LossFunction {
  const tensors = tensorsOf(node);
  const distiller = buildDense(golden, tensors);
  return {
    tensors,
    differentiate: gradientsOf(node).map(([name]) => name),
    loss: (given) =>
      tf.addN(Object.values(distiller.terms(denseStep(golden, distiller, given)))) as Scalar,
  };
}

/**
 * What the method sees of a case. Parameters come in PyTorch's layout, and are turned so that
 * gradients go back in it.
 */
export function denseStep(
  golden: GoldenDense,
  distiller: DenseDistiller,
  given: TensorMap,
): DenseMethodStep {
  const specs = new Map(distiller.params.map((spec) => [spec.name, spec]));
  const find = (name: string): Tensor => {
    const tensor = given[name];
    if (tensor === undefined) throw new TypeError(`The golden case has no ${name}.`);
    return tensor;
  };
  const map = (name: string) => tf.transpose(find(name), [0, 2, 3, 1]) as Tensor4D;
  const output = (maps: GoldenMaps): DenseOutput => ({
    features: (maps.features ?? []).map(map),
    embedding: maps.embedding === undefined ? null : map(maps.embedding),
    logits: maps.logits === undefined ? [] : [map(maps.logits)],
  });
  return {
    student: output(golden.student),
    teacher: output(golden.teacher),
    present: null,
    labels: golden.labels === undefined ? null : (find(golden.labels) as Tensor3D),
    scalar: (name) => find(`scalar ${name}`) as Scalar,
    rate: () => tf.scalar(1),
    draw: (name) => map(golden.draws?.[name] ?? name),
    region: (name) => {
      const region = golden.regions?.[name];
      if (region === undefined) throw new TypeError(`The golden case has no region ${name}.`);
      return tf.tensor(region.data, [...region.shape]);
    },
    param: (name) => turned(find(`param:${golden.golden(name)}`), specs.get(name) as ParamSpec),
    update: () => {},
  };
}
