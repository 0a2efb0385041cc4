import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { conv2dAnyOrder, detach, softmaxAnyOrder } from '../../engine/ops/index.ts';
import type { Init, ParamKind, ParamSpec } from '../../networks/types.ts';

export interface DiscriminatorSpec {
  /** Channels of the maps that it judges. */
  readonly inputs: number;
  /** Convolutions that halve the map. */
  readonly strides: number;
  /** Channels after the first of them; each further one doubles them. */
  readonly width: number;
}

/** Values of the discriminator's state by name. */
export type Values = Readonly<Record<string, Tensor>>;

/** What a pass gives. */
export interface Judgement {
  /** [B, h, w, 1] how real each part of a map looks; one number per map of the official size. */
  readonly scores: Tensor4D;
  /** New values of the vectors of spectral normalization, by name. */
  readonly vectors: Values;
}

/**
 * The discriminator of holistic distillation, a small SAGAN (Zhang et al. 2019, arXiv:1805.08318):
 * batch norm of the map, convolutions of 4 x 4 and stride 2 with spectral normalization and leaky
 * ReLU of 1/10, self-attention behind the last two of them, and a convolution of 4 x 4 to one
 * number.
 *
 * The official one has four strides, for maps of 65 x 65, and cannot be built otherwise.
 *
 * Official files: irfanICMLL/TorchDistiller@78bac7c SemSeg-distill/networks/sagan_models.py
 * (`Discriminator`), networks/spectral.py (`SpectralNorm`).
 */
export class Discriminator {
  /** Trained by its own optimizer, in the order of their use. */
  readonly weights: readonly ParamSpec[];
  /** What spectral normalization keeps from pass to pass. */
  readonly vectors: readonly ParamSpec[];
  private readonly layers: readonly Layer[];

  constructor({ inputs, strides, width }: DiscriminatorSpec) {
    this.layers = Array.from({ length: strides }, (_, index) => ({
      path: `l${index + 1}`,
      inputs: index === 0 ? inputs : width * 2 ** (index - 1),
      outputs: width * 2 ** index,
      attention: index >= strides - 2 ? `attn${index - Math.max(strides - 2, 0) + 1}` : null,
    }));
    const last = (this.layers.at(-1) as Layer).outputs;
    this.weights = [
      ofNorm('preprocess.weight', 'bn_weight', inputs, 1),
      ofNorm('preprocess.bias', 'bias', inputs, 0),
      ...this.layers.flatMap(({ path, inputs: from, outputs: to, attention }) => [
        ...convolution(path, from, to, 4),
        ...(attention === null ? [] : attentionParams(attention, to)),
      ]),
      ...convolution('last', last, 1, 4),
    ];
    this.vectors = this.layers.map(({ path, outputs }) =>
      param(`${path}.u`, 'buffer', [outputs], { kind: 'normal', std: 1 }),
    );
  }

  /** Height or width of the smallest map that it can judge. */
  get smallest(): number {
    return 4 * 2 ** this.layers.length;
  }

  /** @param map [B, H, W, C] logits */
  judge(values: Values, map: Tensor4D): Judgement {
    const of = <T extends Tensor>(name: string) => values[name] as T;
    const vectors: Record<string, Tensor> = {};
    let x = normalised(map, of('preprocess.weight'), of('preprocess.bias'));
    for (const { path, attention } of this.layers) {
      const { weight, vector } = spectral(of(`${path}.weight`), of(`${path}.u`));
      vectors[`${path}.u`] = vector;
      const convolved = conv2dAnyOrder(x, weight, { stride: 2, padding: 1 });
      x = leaky(tf.add(convolved, of(`${path}.bias`)));
      if (attention !== null) x = attended(x, attention, of);
    }
    const scores = tf.add(conv2dAnyOrder(x, of('last.weight')), of('last.bias')) as Tensor4D;
    return { scores, vectors };
  }
}

interface Layer {
  readonly path: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Name of the self-attention behind it. */
  readonly attention: string | null;
}

function param(
  name: string,
  kind: ParamKind,
  torchShape: readonly number[],
  init: Init,
): ParamSpec {
  const convolves = torchShape.length === 4;
  const [outputs, inputs, height, width] = torchShape as [number, number, number, number];
  return {
    ...{ name, kind, torchShape, init },
    shape: convolves ? [height, width, inputs, outputs] : torchShape,
    layout: convolves ? 'oihw' : 'flat',
    // The student's optimizer leaves it alone.
    trainable: false,
  };
}

const ofNorm = (name: string, kind: ParamKind, channels: number, value: number) =>
  param(name, kind, [channels], { kind: 'constant', value });

/** Weight and bias that start as PyTorch's `Conv2d` does. */
function convolution(path: string, inputs: number, outputs: number, kernel: number): ParamSpec[] {
  const start: Init = { kind: 'uniform', bound: 1 / Math.sqrt(inputs * kernel * kernel) };
  return [
    param(`${path}.weight`, 'weight', [outputs, inputs, kernel, kernel], start),
    param(`${path}.bias`, 'bias', [outputs], start),
  ];
}

function attentionParams(path: string, channels: number): ParamSpec[] {
  const narrow = Math.floor(channels / 8);
  return [
    param(`${path}.gamma`, 'bias', [1], { kind: 'constant', value: 0 }),
    ...convolution(`${path}.query`, channels, narrow, 1),
    ...convolution(`${path}.key`, channels, narrow, 1),
    ...convolution(`${path}.value`, channels, channels, 1),
  ];
}

const normEpsilon = 1e-5;

/** Batch norm by the batch's own statistics, in operations that can be differentiated twice. */
function normalised(map: Tensor4D, weight: Tensor1D, bias: Tensor1D): Tensor4D {
  const centred = tf.sub(map, tf.mean(map, [0, 1, 2]));
  const deviation = tf.sqrt(tf.add(tf.mean(tf.square(centred), [0, 1, 2]), normEpsilon));
  return tf.add(tf.mul(tf.div(centred, deviation), weight), bias);
}

/** x where it is positive, else x / 10. The slope is a constant, so that its gradient has one. */
function leaky(x: Tensor4D): Tensor4D {
  const positive = tf.cast(tf.greater(detach(x), 0), 'float32');
  return tf.mul(x, tf.add(tf.mul(positive, 0.9), 0.1));
}

/**
 * A weight [kh, kw, I, O] over its largest singular value, which one step of power iteration from
 * `u` estimates. Both vectors are constants in the gradient.
 */
function spectral(
  weight: Tensor4D,
  u: Tensor1D,
): { readonly weight: Tensor4D; readonly vector: Tensor1D } {
  const outputs = weight.shape[3];
  const matrix = tf.reshape(weight, [-1, outputs]) as Tensor2D;
  const fixed = detach(matrix);
  const right = unit(tf.matMul(fixed, tf.reshape(u, [outputs, 1]) as Tensor2D));
  const left = unit(tf.matMul(fixed, right, true, false));
  const sigma = tf.sum(tf.mul(left, tf.matMul(matrix, right, true, false))) as Scalar;
  return { weight: tf.div(weight, sigma), vector: tf.reshape(left, [outputs]) as Tensor1D };
}

function unit(column: Tensor2D): Tensor2D {
  return tf.div(column, tf.add(tf.sqrt(tf.sum(tf.square(column))), 1e-12));
}

/** x + gamma * attention of all positions to all, with 1 x 1 convolutions as matrix products. */
function attended(x: Tensor4D, path: string, of: <T extends Tensor>(name: string) => T): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const rows = tf.reshape(x, [batch * height * width, channels]) as Tensor2D;
  const projected = (name: string) => {
    const weight = of<Tensor4D>(`${path}.${name}.weight`);
    const [, , inputs, outputs] = weight.shape;
    const product = tf.matMul(rows, tf.reshape(weight, [inputs, outputs]) as Tensor2D);
    const biased = tf.add(product, of<Tensor1D>(`${path}.${name}.bias`));
    return tf.reshape(biased, [batch, height * width, outputs]) as Tensor3D;
  };
  const energy = tf.matMul(projected('query'), projected('key'), false, true);
  const seen = tf.matMul(softmaxAnyOrder(energy), projected('value'));
  return tf.add(tf.mul(tf.reshape(seen, x.shape), of<Tensor1D>(`${path}.gamma`)), x);
}
