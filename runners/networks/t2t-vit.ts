import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { unfold } from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import { growingRates } from './drop-path.ts';
import { membersOf } from './members.ts';
import { classifierOf, ModuleScope } from './modules.ts';
import {
  firstToken,
  mlp,
  type TokenLayer,
  tokenGrid,
  transformerBlock,
  withTokens,
} from './tokens.ts';
import type { Network, NetworkOptions } from './types.ts';

export interface T2tSpec {
  readonly width: number;
  readonly heads: number;
  /** Blocks. */
  readonly depth: number;
  /** Width of tokens before they are joined. Default: 64. */
  readonly tokenWidth?: number;
}

const epsilon = 1e-6;
/** Soft splits: overlapping windows of the picture, then twice of the tokens. */
const splits = [
  { kernel: 7, stride: 4, padding: 2 },
  { kernel: 3, stride: 2, padding: 1 },
  { kernel: 3, stride: 2, padding: 1 },
] as const;
/** Pixels of a token's side after all splits. */
const reach = splits.reduce((product, { stride }) => product * stride, 1);
const usual = { weight: { kind: 'normal', std: 0.02 }, bias: 0 } as const;

/**
 * Tokens-to-token vision transformer (Yuan et al. 2021, arXiv:2101.11986) with Performer layers in
 * its first module. Checked against sunshangquan/logit-standardization-KD@f6e5aa5
 * tiny-transformers/pycls/models/transformers/t2t_vit.py. As there, positions and the Performer's
 * random projections are not trained.
 */
export function t2tVit(
  name: string,
  { width, heads, depth, tokenWidth = 64 }: T2tSpec,
  { classes, inputShape }: NetworkOptions,
): Network {
  const scope = new ModuleScope();
  const [down, across] = tokenGrid(name, inputShape, reach);
  const classToken = scope.trainedTensor('cls_token', 'bias', [1, 1, width], usual.weight);
  const count = 1 + down * across;
  const positions = scope
    .frozen()
    .trainedTensor('pos_embed', 'bias', [1, count, width], { kind: 'sinusoid' });
  const join = tokensToToken(scope.child('t2t_module'), inputShape[2], tokenWidth, width);
  const blocks = Array.from({ length: depth }, (_, index) =>
    transformerBlock(scope.child('blocks').child(index), {
      width,
      heads,
      epsilon,
      qkvBias: false,
      mlpRatio: 2,
      start: usual,
    }),
  );
  const norm = scope.layerNorm('norm', width, epsilon);
  const head = scope.linear('head', width, classes, usual);

  return {
    name,
    classes,
    inputShape,
    params: scope.params,
    // Four about evenly: the paper has no stages.
    stages: { of: 'tokens', places: [1, 2, 3, 4].map((n) => Math.ceil((n * depth) / 4) - 1) },
    classTokens: 1,
    dropPath: (rate) => growingRates(depth, rate),
    forward(context, images) {
      const pictures = join(context, images);
      let x = tf.add<Tensor3D>(withTokens([classToken(context)], pictures), positions(context));
      const tokens = blocks.map((block) => {
        x = block(context, x);
        return x;
      });
      const pooled = firstToken(norm(context, x));
      const classify = classifierOf(head, context);
      const logits = classify(pooled);
      return { logits, features: [], preactFeatures: [], tokens, pooled, lastMap: null, classify };
    },
  };
}

export const t2tVitOf = membersOf(t2tVit, 224);

/** Windows become tokens, which a Performer layer narrows; three times over, the last linear. */
function tokensToToken(scope: ModuleScope, channels: number, narrow: number, width: number) {
  const inputs = splits.map(({ kernel }, index) => (index === 0 ? channels : narrow) * kernel ** 2);
  const layers = splits
    .slice(1)
    .map((_, index) =>
      performerLayer(scope.child('attention').child(index), inputs[index] as number, narrow),
    );
  const project = scope.linear('proj', inputs.at(-1) as number, width, usual);
  return (context: Parameters<TokenLayer>[0], images: Tensor4D): Tensor3D => {
    let map = images;
    let x: Tensor3D | null = null;
    splits.forEach((window, index) => {
      const windows = unfold(map, window);
      const [batch, down, across, joined] = windows.shape;
      const rows = windows.reshape<Tensor3D>([batch, down * across, joined]);
      const layer = layers[index];
      x = layer === undefined ? project(context, rows) : layer(context, rows);
      if (layer !== undefined) map = x.reshape<Tensor4D>([batch, down, across, narrow]);
    });
    return x as unknown as Tensor3D;
  };
}

/**
 * A layer whose attention is linear in the number of tokens (Choromanski et al. 2021,
 * arXiv:2009.14794, section 2): softmax's kernel by positive random features, one head, the values
 * in place of the input on the way around it.
 */
function performerLayer(scope: ModuleScope, inputs: number, width: number): TokenLayer {
  const features = Math.floor(width / 2);
  const beforeAttention = scope.layerNorm('norm1', inputs, epsilon);
  const inner = scope.child('attn');
  const projections = inner
    .frozen()
    .trainedTensor('w', 'weight', [features, width], { kind: 'orthogonal', gain: features ** 0.5 });
  const kqv = inner.linear('qkv', inputs, 3 * width, usual).after(beforeAttention);
  const project = inner.linear('proj', width, width, usual);
  const norm = scope.layerNorm('norm2', width, epsilon);
  const mix = mlp(scope.child('mlp'), width, width, { starts: [usual, usual], norm });
  return (context, x) => {
    const random = projections(context);
    const positive = (rows: Tensor3D): Tensor3D => {
      const [batch, count] = rows.shape;
      const flat = rows.reshape([batch * count, width]);
      const along = tf.matMul(flat, random as never, false, true).reshape([batch, count, features]);
      const half = tf.mul(tf.sum(tf.square(rows), -1, true), 0.5);
      return tf.mul(tf.exp(tf.sub(along, half)), features ** -0.5);
    };
    const parts = tf.split(kqv(context, x), 3, -1);
    const [keys, queries, values] = parts as [Tensor3D, Tensor3D, Tensor3D];
    const [ofKeys, ofQueries] = [positive(keys), positive(queries)];
    const total = tf.sum<Tensor3D>(ofKeys, 1, true);
    const weights = tf.matMul<Tensor3D>(ofQueries, total, false, true);
    const sums = tf.matMul(ofQueries, tf.matMul(ofKeys, values, true, false));
    const mixed = tf.div<Tensor3D>(sums, tf.add(weights, 1e-8));
    const sum = tf.add<Tensor3D>(values, project(context, mixed));
    return tf.add(sum, mix(context, sum));
  };
}
