import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { crossAttention } from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import { growingRates, plus } from './drop-path.ts';
import { membersOf } from './members.ts';
import { classifierOf, ModuleScope } from './modules.ts';
import { stageEnds } from './stages.ts';
import {
  firstToken,
  type Grid,
  mlp,
  patchTokens,
  type TokenLayer,
  tokenGrid,
  transformerStart,
  withTokens,
} from './tokens.ts';
import type { Network, NetworkOptions } from './types.ts';

export interface PvtSpec {
  /** Of every stage, as all that follow. */
  readonly widths: readonly number[];
  /** Blocks. */
  readonly depths: readonly number[];
  readonly heads: readonly number[];
  /** Width inside of the MLPs, in multiples of the stage's width. */
  readonly mlpRatios: readonly number[];
  /** Tokens along a side that keys and values merge into one; 1: none. */
  readonly reductions: readonly number[];
}

const epsilon = 1e-6;
/** Pixels of the first stage's patches; those of the others are two tokens of the stage before. */
const patch = 4;

/**
 * Pyramid vision transformer, first version (Wang et al. 2021, arXiv:2102.12122): keys and values
 * are of a reduced grid, and the class token enters in the last stage. Checked against
 * sunshangquan/logit-standardization-KD@f6e5aa5
 * tiny-transformers/pycls/models/transformers/pvt.py.
 */
export function pvt(
  name: string,
  { widths, depths, heads, mlpRatios, reductions }: PvtSpec,
  { classes, inputShape }: NetworkOptions,
): Network {
  const scope = ModuleScope.startingWith({ convolution: 'uniform' });
  const count = widths.length;
  const usual = { kind: 'normal', std: 0.02 } as const;
  const coarsest = Math.max(...reductions.map((reduction, stage) => reduction * 2 ** stage));
  const multiple = patch * Math.max(coarsest, 2 ** (count - 1));
  const whole = tokenGrid(name, inputShape, patch, multiple);
  const gridOf = (stage: number): Grid => [whole[0] / 2 ** stage, whole[1] / 2 ** stage];
  const ownTokens = (stage: number) => (stage === count - 1 ? 1 : 0);
  const positions = widths.map((width, stage) => {
    const [down, across] = gridOf(stage);
    const places = down * across + ownTokens(stage);
    return scope.trainedTensor(`pos_embed${stage + 1}`, 'bias', [1, places, width], usual);
  });
  const finalWidth = widths[count - 1] as number;
  const classToken = scope.trainedTensor('cls_token', 'bias', [1, 1, finalWidth], usual);
  const stages = widths.map((width, stage) => {
    const first = scope.child(`patch_embed${stage + 1}`);
    const inputs = stage === 0 ? inputShape[2] : (widths[stage - 1] as number);
    const project = patchTokens(first, inputs, stage === 0 ? patch : 2, width);
    const norm = first.layerNorm('norm', width, epsilon);
    const blocks = Array.from({ length: depths[stage] as number }, (_, index) =>
      block(scope.child(`block${stage + 1}`).child(index), {
        width,
        heads: heads[stage] as number,
        mlpRatio: mlpRatios[stage] as number,
        reduction: reductions[stage] as number,
        grid: gridOf(stage),
      }),
    );
    return { project, norm, blocks };
  });
  const norm = scope.layerNorm('norm', finalWidth, epsilon);
  const head = scope.linear('head', finalWidth, classes, transformerStart);
  const ends = stageEnds(depths);

  return {
    name,
    classes,
    inputShape,
    params: scope.params,
    stages: { of: 'tokens', places: ends },
    classTokens: 1,
    dropPath: (rate) => growingRates((ends.at(-1) ?? 0) + 1, rate),
    forward(context, images) {
      let map = images;
      let x: Tensor3D | null = null;
      const tokens: Tensor3D[] = [];
      stages.forEach(({ project, norm: afterPatches, blocks }, stage) => {
        const pictures = afterPatches(context, project(context, map));
        const own = ownTokens(stage) === 0 ? pictures : withTokens([classToken(context)], pictures);
        x = tf.add<Tensor3D>(own, (positions[stage] as (typeof positions)[number])(context));
        for (const each of blocks) {
          x = each(context, x);
          tokens.push(x);
        }
        if (stage < count - 1) {
          map = x.reshape<Tensor4D>([x.shape[0], ...gridOf(stage), widths[stage] as number]);
        }
      });
      const pooled = firstToken(norm(context, x as unknown as Tensor3D));
      const classify = classifierOf(head, context);
      const logits = classify(pooled);
      return { logits, features: [], preactFeatures: [], tokens, pooled, lastMap: null, classify };
    },
  };
}

export const pvtOf = membersOf(pvt, 224);

interface BlockSpec {
  readonly width: number;
  readonly heads: number;
  readonly mlpRatio: number;
  readonly reduction: number;
  readonly grid: Grid;
}

/** A pre-norm block whose keys and values are of the tokens after a strided convolution. */
function block(
  scope: ModuleScope,
  { width, heads, mlpRatio, reduction, grid }: BlockSpec,
): TokenLayer {
  const beforeAttention = scope.layerNorm('norm1', width, epsilon);
  const inner = scope.child('attn');
  const queries = inner.linear('q', width, width, transformerStart);
  const keysAndValues = inner.linear('kv', width, 2 * width, transformerStart);
  const project = inner.linear('proj', width, width, transformerStart);
  const reduce = reduction === 1 ? null : reducing(inner, width, reduction, grid);
  const norm = scope.layerNorm('norm2', width, epsilon);
  const mix = mlp(scope.child('mlp'), width, mlpRatio * width, { norm });
  return (context, x) => {
    const normal = beforeAttention(context, x);
    const fewer = reduce === null ? normal : reduce(context, normal);
    const pairs = keysAndValues(context, fewer);
    const attended = crossAttention(queries(context, normal), pairs, heads);
    const sum = plus(context, x, project(context, attended));
    return plus(context, sum, mix(context, sum));
  };
}

function reducing(scope: ModuleScope, width: number, reduction: number, grid: Grid): TokenLayer {
  const merge = scope.conv('sr', {
    inputs: width,
    outputs: width,
    kernel: reduction,
    stride: reduction,
    bias: true,
  });
  const norm = scope.layerNorm('norm', width, epsilon);
  return (context, x) => {
    const [batch] = x.shape;
    const map = merge(context, x.reshape<Tensor4D>([batch, ...grid, width]));
    return norm(context, map.reshape<Tensor3D>([batch, -1, width]));
  };
}
