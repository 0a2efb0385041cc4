import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tensorflow.ts';
import { growingRates } from './drop-path.ts';
import { membersOf } from './members.ts';
import { classifierOf, ModuleScope } from './modules.ts';
import {
  firstToken,
  patchTokens,
  type TokenLayer,
  tokenAt,
  tokenGrid,
  transformerBlock,
  transformerStart,
  withTokens,
} from './tokens.ts';
import type { Init, Network, NetworkOptions } from './types.ts';

export interface VitSpec {
  readonly width: number;
  readonly heads: number;
  /** Default: 16 pixels. */
  readonly patch?: number;
  /** Blocks. Default: 12. */
  readonly depth?: number;
  /** Places of the four stages' blocks, from 0. Default: as OFAKD counts those of 12 blocks. */
  readonly stages?: readonly number[];
  /** Whether a second token learns from the teacher. Default: no. */
  readonly distilled?: boolean;
  /**
   * How class token and heads start. `tiny-transformers`: token normal, heads zero. Default: as
   * timm has them.
   */
  readonly start?: 'timm' | 'tiny-transformers';
}

const epsilon = 1e-6;
const usual: Init = { kind: 'normal', std: 0.02 };
const zeros = { weight: { kind: 'constant', value: 0 }, bias: 0 } as const;

/**
 * Vision transformer with a class token (Dosovitskiy et al. 2021, arXiv:2010.11929; DeiT without
 * distillation token, Touvron et al. 2021, arXiv:2012.12877, is the same function). Checked against
 * timm 0.6.5 timm/models/vision_transformer.py and, for its features, Hao840/OFAKD@f7bb896
 * custom_forward/vision_transformer.py.
 *
 * With a distillation token it has two heads. In training the class token's head learns from labels
 * and the other one from the teacher; afterwards the network's logits are the mean of both (timm's
 * timm/models/deit.py; sunshangquan/logit-standardization-KD@f6e5aa5
 * tiny-transformers/pycls/models/transformers/deit.py).
 */
export function vit(
  name: string,
  {
    width,
    heads,
    patch = 16,
    depth = 12,
    stages = [1, 3, 9, 11],
    distilled = false,
    start = 'timm',
  }: VitSpec,
  { classes, inputShape }: NetworkOptions,
): Network {
  const scope = ModuleScope.startingWith({ convolution: 'uniform' });
  const timm = start === 'timm';
  const [down, across] = tokenGrid(name, inputShape, patch);
  const classToken = scope.trainedTensor(
    'cls_token',
    'bias',
    [1, 1, width],
    timm ? { kind: 'normal', std: 1e-6 } : usual,
  );
  const ownTokens = distilled ? 2 : 1;
  const count = ownTokens + down * across;
  const positions = scope.trainedTensor('pos_embed', 'bias', [1, count, width], usual);
  const taughtToken = distilled
    ? scope.trainedTensor('dist_token', 'bias', [1, 1, width], usual)
    : null;
  const embed = patchTokens(scope.child('patch_embed'), inputShape[2], patch, width);
  const blocks: TokenLayer[] = Array.from({ length: depth }, (_, index) =>
    transformerBlock(scope.child('blocks').child(index), {
      width,
      heads,
      epsilon,
      qkvBias: true,
    }),
  );
  const norm = scope.layerNorm('norm', width, epsilon);
  const startOfHeads = timm ? transformerStart : zeros;
  const head = scope.linear('head', width, classes, startOfHeads);
  const taughtHead = distilled ? scope.linear('head_dist', width, classes, startOfHeads) : null;

  return {
    name,
    classes,
    inputShape,
    params: scope.params,
    stages: { of: 'tokens', places: stages },
    classTokens: ownTokens,
    dropPath: (rate) => growingRates(depth, rate),
    forward(context, images) {
      const own = taughtToken === null ? [classToken] : [classToken, taughtToken];
      const first = own.map((token) => token(context));
      let x = tf.add<Tensor3D>(withTokens(first, embed(context, images)), positions(context));
      const tokens = blocks.map((block) => {
        x = block(context, x);
        return x;
      });
      const last = norm(context, x);
      const pooled = firstToken(last);
      const classify = classifierOf(head, context);
      const ofLabels = classify(pooled);
      const taughtLogits = taughtHead === null ? null : taughtHead(context, tokenAt(last, 1));
      const parts = { features: [], preactFeatures: [], tokens, pooled, lastMap: null, classify };
      if (taughtLogits === null) return { logits: ofLabels, ...parts };
      if (context.training) return { logits: ofLabels, taughtLogits, ...parts };
      return { logits: tf.mul<Tensor2D>(tf.add(ofLabels, taughtLogits), 0.5), ...parts };
    },
  };
}

export const vitOf = membersOf(vit, 224);
/** Ours, for pictures of 32 pixels. */
export const smallVitOf = membersOf(vit, 32);
