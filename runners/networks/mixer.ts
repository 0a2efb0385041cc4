import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tensorflow.ts';
import { plus } from './drop-path.ts';
import { membersOf } from './members.ts';
import {
  type AnyRankLayer,
  classifierOf,
  type LayerNormLayer,
  type LinearOptions,
  ModuleScope,
} from './modules.ts';
import { mlp, patchTokens, type TokenLayer, tokenGrid } from './tokens.ts';
import type { Forward, Network, NetworkOptions } from './types.ts';

export interface MixerSpec {
  /** `mixer` mixes tokens by an MLP behind layer norms, `resmlp` by one linear layer. */
  readonly kind: 'mixer' | 'resmlp';
  readonly width: number;
  /** Default: 16 pixels. */
  readonly patch?: number;
  /** Blocks. Default: 12. */
  readonly depth?: number;
  /** Places of the four stages' blocks, from 0. Default: as OFAKD counts those of 12 blocks. */
  readonly stages?: readonly [number, number, number, number];
}

const epsilon = 1e-6;

/** Xavier's uniform start of a linear layer, with the bias that timm gives it. */
const xavier = (inputs: number, outputs: number, bias: LinearOptions['bias']): LinearOptions => ({
  weight: { kind: 'uniform', bound: Math.sqrt(6 / (inputs + outputs)) },
  bias: bias ?? 0,
});
const almostZero: LinearOptions['bias'] = { kind: 'normal', std: 1e-6 };

const startOfMlp = (width: number, hidden: number) =>
  [xavier(width, hidden, almostZero), xavier(hidden, width, almostZero)] as const;

/** Applies a layer to the tokens of each channel instead of the channels of each token. */
const acrossTokens =
  (layer: TokenLayer): TokenLayer =>
  (context, x) =>
    tf.transpose(layer(context, tf.transpose(x, [0, 2, 1])), [0, 2, 1]);

/**
 * MLP-Mixer (Tolstikhin et al. 2021, arXiv:2105.01601) and ResMLP (Touvron et al. 2021,
 * arXiv:2105.03404). Checked against timm 0.6.5 timm/models/mlp_mixer.py and, for their features,
 * Hao840/OFAKD@f7bb896 custom_forward/mlp_mixer.py.
 */
export function mixer(
  name: string,
  { kind, width, patch = 16, depth = 12, stages = [1, 3, 9, 11] }: MixerSpec,
  { classes, inputShape }: NetworkOptions,
): Network {
  const scope = new ModuleScope();
  const channels = inputShape[2];
  const [down, across] = tokenGrid(name, inputShape, patch);
  const count = down * across;
  const fanIn = channels * patch * patch;
  // LeCun's normal start; the divisor is the deviation of a normal that is cut at two deviations.
  const lecun: LinearOptions = {
    weight: { kind: 'truncated', std: Math.sqrt(1 / fanIn) / 0.879_625_661_034_239_78 },
    bias: 0,
  };
  const embed = patchTokens(scope.child('stem'), channels, patch, width, lecun);
  const blockOf = kind === 'mixer' ? mixerBlock : resmlpBlock;
  const blocks = Array.from({ length: depth }, (_, index) =>
    blockOf(scope.child('blocks').child(index), width, count),
  );
  const norm = normOf(kind, scope, 'norm', width);
  const zeros: LinearOptions = { weight: { kind: 'constant', value: 0 }, bias: 0 };
  const head = scope.linear('head', width, classes, zeros);

  return {
    name,
    classes,
    inputShape,
    params: scope.params,
    stages: { of: 'tokens', places: stages },
    // timm gives all blocks the same.
    dropPath: (rate) => Array.from({ length: 2 * depth }, () => rate),
    forward(context, images) {
      let x = embed(context, images);
      const tokens = blocks.map((block) => {
        x = block(context, x);
        return x;
      });
      const pooled = tf.mean<Tensor2D>(norm(context, x), 1);
      const classify = classifierOf(head, context);
      const logits = classify(pooled);
      return { logits, features: [], preactFeatures: [], tokens, pooled, lastMap: null, classify };
    },
  };
}

export const mixerOf = membersOf(mixer, 224);

function normOf(
  kind: MixerSpec['kind'],
  scope: ModuleScope,
  name: string,
  width: number,
): AnyRankLayer {
  return kind === 'mixer'
    ? scope.layerNorm(name, width, epsilon)
    : affine(scope.child(name), width);
}

/** timm's `Affine`: a scale and an offset per channel. */
function affine(scope: ModuleScope, width: number): AnyRankLayer {
  const scale = scope.trainedTensor('alpha', 'bn_weight', [1, 1, width], one);
  const offset = scope.trainedTensor('beta', 'bias', [1, 1, width], zero);
  return (context, x) => tf.add(tf.mul(x, scale(context)), offset(context));
}

function mixerBlock(scope: ModuleScope, width: number, count: number): TokenLayer {
  const half = Math.floor(width / 2);
  const beforeTokens = scope.layerNorm('norm1', width, epsilon);
  const ofTokens = mlp(scope.child('mlp_tokens'), count, half, {
    starts: startOfMlp(count, half),
  });
  const ofChannels = channelMlp(scope, width, scope.layerNorm('norm2', width, epsilon));
  return (context, x) => {
    const mixed = acrossTokens(ofTokens)(context, beforeTokens(context, x));
    const sum = plus(context, x, mixed);
    return plus(context, sum, ofChannels(context, sum));
  };
}

function resmlpBlock(scope: ModuleScope, width: number, count: number): TokenLayer {
  const scales = ['ls1', 'ls2'].map((name) =>
    scope.trainedTensor(name, 'bias', [width], { kind: 'constant', value: 1e-4 }),
  );
  const beforeTokens = normOf('resmlp', scope, 'norm1', width);
  const ofTokens = scope.linear('linear_tokens', count, count, xavier(count, count, 0));
  const beforeChannels = normOf('resmlp', scope, 'norm2', width);
  const ofChannels = channelMlp(scope, width);
  const scaled = (context: Forward, index: number, x: Tensor3D) =>
    tf.mul<Tensor3D>(x, (scales[index] as (typeof scales)[number])(context));
  return (context, x) => {
    const mixed = acrossTokens(ofTokens)(context, beforeTokens(context, x));
    const sum = plus(context, x, scaled(context, 0, mixed));
    return plus(
      context,
      sum,
      scaled(context, 1, ofChannels(context, beforeChannels(context, sum))),
    );
  };
}

const channelMlp = (
  scope: ModuleScope,
  width: number,
  norm: LayerNormLayer | null = null,
): TokenLayer =>
  mlp(scope.child('mlp_channels'), width, 4 * width, {
    starts: startOfMlp(width, 4 * width),
    norm,
  });

const one = { kind: 'constant', value: 1 } as const;
const zero = { kind: 'constant', value: 0 } as const;
