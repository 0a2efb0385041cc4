import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { UsageError } from '../../common/errors.ts';
import { gelu, repeated, selfAttention } from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import { plus } from './drop-path.ts';
import type { LayerNormLayer, LinearOptions, ModuleScope } from './modules.ts';
import type { Forward, Network } from './types.ts';

/*
 * Layers that networks of tokens share, named and ordered as timm 0.6.5 has them. A sequence of
 * tokens is [B, tokens, C].
 */

export type TokenLayer = (context: Forward, x: Tensor3D) => Tensor3D;

/** How timm starts linear layers of vision transformers: its bounds cut nothing off. */
export const transformerStart: LinearOptions = { weight: { kind: 'normal', std: 0.02 }, bias: 0 };

/** [height, width] in tokens. */
export type Grid = readonly [number, number];

/**
 * The grid of tokens that a network makes of pictures.
 *
 * @param multiple what the height and width of pictures must be multiples of, in pixels
 * @throws UsageError `MODEL_INPUT` for pictures of another size
 */
export function tokenGrid(
  name: string,
  [height, width]: Network['inputShape'],
  patch: number,
  multiple = patch,
): Grid {
  if (height % multiple !== 0 || width % multiple !== 0 || height === 0 || width === 0) {
    throw new UsageError(
      'MODEL_INPUT',
      `${name} takes pictures whose height and width are multiples of ${multiple} pixels, not ${height} x ${width}.`,
      { hint: `Give the recipe an input of such a size, for instance ${7 * multiple} pixels.` },
    );
  }
  return [height / patch, width / patch];
}

/**
 * The patches of a picture as tokens, row by row: a convolution with the patch as kernel and stride
 * (timm's `PatchEmbed`, without its norm).
 *
 * @param start how its weights start; default: PyTorch's own start
 */
export function patchTokens(
  scope: ModuleScope,
  channels: number,
  patch: number,
  width: number,
  start: LinearOptions = {},
): (context: Forward, images: Tensor4D) => Tensor3D {
  const project = scope.conv('proj', {
    inputs: channels,
    outputs: width,
    kernel: patch,
    stride: patch,
    bias: true,
    start,
  });
  return (context, images) => {
    const map = project(context, images);
    const [batch, height, wide] = map.shape;
    return map.reshape([batch, height * wide, width]);
  };
}

/** Trained tokens [1, n, C] in front of those of every picture, [B, N, C]. */
export function withTokens(trained: readonly Tensor[], tokens: Tensor3D): Tensor3D {
  const [batch] = tokens.shape;
  const ofAll = trained.map((token) => repeated(token as Tensor3D, batch));
  return tf.concat([...ofAll, tokens], 1);
}

/** The class token of [B, tokens, C]: [B, C]. */
export const firstToken = (tokens: Tensor3D): Tensor2D => tokenAt(tokens, 0);

/** One token of every picture of [B, tokens, C]: [B, C]. */
export function tokenAt(tokens: Tensor3D, place: number): Tensor2D {
  const [batch, , width] = tokens.shape;
  return tf.slice(tokens, [0, place, 0], [batch, 1, width]).reshape<Tensor2D>([batch, width]);
}

/**
 * Two linear layers with a GELU between (timm's `Mlp`), behind a layer norm where one is given that
 * is declared already.
 */
export function mlp(
  scope: ModuleScope,
  width: number,
  hidden: number,
  {
    starts: [first, second] = [transformerStart, transformerStart],
    norm = null,
  }: {
    readonly starts?: readonly [LinearOptions, LinearOptions];
    readonly norm?: LayerNormLayer | null;
  } = {},
): TokenLayer {
  const plain = scope.linear('fc1', width, hidden, first);
  const widen: TokenLayer = norm === null ? plain : plain.after(norm);
  const narrow = scope.linear('fc2', hidden, width, second);
  return (context, x) => narrow(context, gelu(widen(context, x)));
}

export interface TransformerBlockSpec {
  readonly width: number;
  readonly heads: number;
  /** Of the layer norms. */
  readonly epsilon: number;
  /** Whether queries, keys and values have a bias. */
  readonly qkvBias: boolean;
  /** Width inside of the MLP, in multiples of `width`. Default: 4. */
  readonly mlpRatio?: number;
  /** How its linear layers start. Default: as timm's vision transformers. */
  readonly start?: LinearOptions;
}

/**
 * A pre-norm transformer block: x + attention(norm(x)), then x + mlp(norm(x)) (timm 0.6.5
 * `vision_transformer.Block`).
 */
export function transformerBlock(
  scope: ModuleScope,
  { width, heads, epsilon, qkvBias, mlpRatio = 4, start = transformerStart }: TransformerBlockSpec,
): TokenLayer {
  const beforeAttention = scope.layerNorm('norm1', width, epsilon);
  const attention = scope.child('attn');
  const qkv = attention
    .linear('qkv', width, 3 * width, { ...start, biased: qkvBias })
    .after(beforeAttention);
  const project = attention.linear('proj', width, width, start);
  const norm = scope.layerNorm('norm2', width, epsilon);
  const starts = [start, start] as const;
  const mix = mlp(scope.child('mlp'), width, mlpRatio * width, { starts, norm });
  return (context, x) => {
    const attended = selfAttention(qkv(context, x), heads);
    const sum = plus(context, x, project(context, attended));
    return plus(context, sum, mix(context, sum));
  };
}
