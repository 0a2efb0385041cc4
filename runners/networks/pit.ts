import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { UsageError } from '../../common/errors.ts';
import { tf } from '../engine/tensorflow.ts';
import { membersOf } from './members.ts';
import { classifierOf, ModuleScope } from './modules.ts';
import { stageEnds } from './stages.ts';
import { firstToken, type TokenLayer, transformerBlock, withTokens } from './tokens.ts';
import type { Network, NetworkOptions } from './types.ts';

export interface PitSpec {
  /** Of every stage. */
  readonly widths: readonly number[];
  /** Blocks of every stage. */
  readonly depths: readonly number[];
  readonly heads: readonly number[];
  /** Default: 16 pixels. */
  readonly patch?: number;
  /** Pixels between two patches. Default: 8. */
  readonly stride?: number;
}

const epsilon = 1e-6;

/**
 * Pooling-based vision transformer (Heo et al. 2021, arXiv:2103.16302): overlapping patches, and
 * between stages a depthwise convolution that halves the grid, with a linear layer for the class
 * token. Checked against sunshangquan/logit-standardization-KD@f6e5aa5
 * tiny-transformers/pycls/models/transformers/pit.py; timm 0.6.5 timm/models/pit.py is the same
 * function.
 */
export function pit(
  name: string,
  { widths, depths, heads, patch = 16, stride = 8 }: PitSpec,
  { classes, inputShape }: NetworkOptions,
): Network {
  const [height, wide, channels] = inputShape;
  if (height < patch || wide < patch) {
    throw new UsageError(
      'MODEL_INPUT',
      `${name} takes pictures of at least ${patch} x ${patch} pixels, not ${height} x ${wide}.`,
      { hint: 'Give the recipe a larger input.' },
    );
  }
  const scope = ModuleScope.startingWith({ convolution: 'uniform' });
  const first = widths[0] as number;
  const last = widths.at(-1) as number;
  const places = [height, wide].map((side) => Math.floor((side - patch) / stride) + 1);
  const usual = { kind: 'normal', std: 0.02 } as const;
  const positions = scope.trainedTensor(
    'pos_embed',
    'bias',
    [1, first, places[0] as number, places[1] as number],
    usual,
  );
  const classToken = scope.trainedTensor('cls_token', 'bias', [1, 1, first], usual);
  const embed = scope.child('patch_embed').conv('conv', {
    inputs: channels,
    outputs: first,
    kernel: patch,
    stride,
    bias: true,
  });
  const stages: readonly (readonly TokenLayer[])[] = widths.map((width, stage) => {
    const blocks = scope.child('transformers').child(stage).child('blocks');
    return Array.from({ length: depths[stage] as number }, (_, index) =>
      transformerBlock(blocks.child(index), {
        width,
        heads: heads[stage] as number,
        epsilon,
        qkvBias: true,
        start: {},
      }),
    );
  });
  const pools = widths.slice(1).map((width, stage) => {
    const pool = scope.child('pools').child(stage);
    const before = widths[stage] as number;
    const halve = pool.conv('conv', {
      inputs: before,
      outputs: width,
      groups: before,
      kernel: 3,
      stride: 2,
      padding: 1,
      bias: true,
    });
    return { halve, widen: pool.linear('fc', before, width) };
  });
  const total = depths.reduce((sum, depth) => sum + depth, 0);
  const norm = scope.layerNorm('norm', last, epsilon);
  const head = scope.linear('head', last, classes);
  const ends = stageEnds(depths);

  return {
    name,
    classes,
    inputShape,
    params: scope.params,
    stages: { of: 'tokens', places: ends },
    classTokens: 1,
    // Divided by the number of blocks, not by one less as timm has it: none has the whole rate.
    dropPath: (rate) =>
      Array.from({ length: 2 * total }, (_, branch) => (rate * Math.floor(branch / 2)) / total),
    forward(context, images) {
      const start = tf.transpose(positions(context), [0, 2, 3, 1]);
      let map = tf.add<Tensor4D>(embed(context, images), start);
      let own: Tensor3D | null = null;
      let x: Tensor3D | null = null;
      const tokens: Tensor3D[] = [];
      stages.forEach((blocks, stage) => {
        const [batch, down, across, width] = map.shape;
        const pictures = map.reshape<Tensor3D>([batch, down * across, width]);
        x =
          own === null
            ? withTokens([classToken(context)], pictures)
            : tf.concat([own, pictures], 1);
        for (const block of blocks) {
          x = block(context, x as Tensor3D);
          tokens.push(x);
        }
        const pool = pools[stage];
        if (pool === undefined) return;
        const [token, others] = tf.split(x as Tensor3D, [1, down * across], 1) as [
          Tensor3D,
          Tensor3D,
        ];
        own = pool.widen(context, token);
        map = pool.halve(context, others.reshape([batch, down, across, width]));
      });
      const pooled = firstToken(norm(context, x as unknown as Tensor3D));
      const classify = classifierOf(head, context);
      const logits = classify(pooled);
      return { logits, features: [], preactFeatures: [], tokens, pooled, lastMap: null, classify };
    },
  };
}

export const pitOf = membersOf(pit, 224);
