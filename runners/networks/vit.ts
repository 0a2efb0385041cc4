import type { Tensor3D } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tensorflow.ts';
import { membersOf } from './members.ts';
import { classifierOf, ModuleScope } from './modules.ts';
import {
  firstToken,
  patchTokens,
  type TokenLayer,
  tokenGrid,
  transformerBlock,
  transformerStart,
} from './tokens.ts';
import type { Network, NetworkOptions } from './types.ts';

export interface VitSpec {
  readonly width: number;
  readonly heads: number;
  /** Default: 16 pixels. */
  readonly patch?: number;
  /** Blocks. Default: 12. */
  readonly depth?: number;
  /** Places of the four stages' blocks, from 0. Default: as OFAKD counts those of 12 blocks. */
  readonly stages?: readonly [number, number, number, number];
}

const epsilon = 1e-6;

/**
 * Vision transformer with a class token (Dosovitskiy et al. 2021, arXiv:2010.11929; DeiT without
 * distillation token, Touvron et al. 2021, arXiv:2012.12877, is the same function). Checked against
 * timm 0.6.5 timm/models/vision_transformer.py and, for its features, Hao840/OFAKD@f7bb896
 * custom_forward/vision_transformer.py.
 */
export function vit(
  name: string,
  { width, heads, patch = 16, depth = 12, stages = [1, 3, 9, 11] }: VitSpec,
  { classes, inputShape }: NetworkOptions,
): Network {
  const scope = new ModuleScope();
  const [down, across] = tokenGrid(name, inputShape, patch);
  const classToken = scope.trainedTensor('cls_token', 'bias', [1, 1, width], {
    kind: 'normal',
    std: 1e-6,
  });
  const positions = scope.trainedTensor('pos_embed', 'bias', [1, 1 + down * across, width], {
    kind: 'normal',
    std: 0.02,
  });
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
  const head = scope.linear('head', width, classes, transformerStart);

  return {
    name,
    classes,
    inputShape,
    params: scope.params,
    stages: { of: 'tokens', places: stages },
    classTokens: 1,
    forward(context, images) {
      const pictures = embed(context, images);
      const batch = pictures.shape[0];
      const first = tf.tile(classToken(context) as Tensor3D, [batch, 1, 1]);
      let x = tf.add<Tensor3D>(tf.concat([first, pictures], 1), positions(context));
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

export const vitOf = membersOf(vit, 224);
