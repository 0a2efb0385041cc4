import type { Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { rollMap, selfAttention, takeRows } from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import { growingRates, plus } from './drop-path.ts';
import { membersOf } from './members.ts';
import { classifierOf, ModuleScope } from './modules.ts';
import { stageEnds } from './stages.ts';
import {
  type Grid,
  mlp,
  patchTokens,
  type TokenLayer,
  tokenGrid,
  transformerStart,
} from './tokens.ts';
import type { Forward, Network, NetworkOptions } from './types.ts';

export interface SwinSpec {
  /** Default: 4 pixels. */
  readonly patch?: number;
  /** Default: 7 tokens. */
  readonly window?: number;
  /** Of the first stage; it doubles from stage to stage. */
  readonly width: number;
  /** Blocks of every stage. Default: 2. */
  readonly depths?: readonly [number, number, number, number];
  /** Of every stage. Default: 2, 4, 8 and 16. */
  readonly heads?: readonly [number, number, number, number];
}

const epsilon = 1e-5;

/**
 * Swin transformer (Liu et al. 2021, arXiv:2103.14030): attention within windows, which every
 * second block shifts by half a window; a grid that is no larger than the window is one window.
 * Checked against timm 0.6.5 timm/models/swin_transformer.py and, for its features,
 * Hao840/OFAKD@f7bb896 custom_forward/swin_transformer.py; its nano and pico sizes are those of
 * custom_model/swin_transformer.py there. As there, the tokens after the last norm close the list
 * of features.
 */
export function swin(
  name: string,
  { width, patch = 4, window = 7, depths = [2, 2, 2, 2], heads = [2, 4, 8, 16] }: SwinSpec,
  { classes, inputShape }: NetworkOptions,
): Network {
  const scope = ModuleScope.startingWith({ convolution: 'uniform' });
  const whole = tokenGrid(name, inputShape, patch, smallestPicture(patch, window, inputShape));
  const first = scope.child('patch_embed');
  const embed = patchTokens(first, inputShape[2], patch, width);
  const afterEmbedding = first.layerNorm('norm', width, epsilon);
  const stages = depths.map((depth, index) => {
    const layer = scope.child('layers').child(index);
    const grid: Grid = [whole[0] / 2 ** index, whole[1] / 2 ** index];
    const blocks = Array.from({ length: depth }, (_, place) =>
      swinBlock(layer.child('blocks').child(place), {
        width: width * 2 ** index,
        heads: heads[index] as number,
        grid,
        window,
        shifted: place % 2 === 1,
      }),
    );
    const last = index === depths.length - 1;
    const merge = last
      ? null
      : patchMerging(layer.child('downsample'), grid, width * 2 ** index, width * 2 ** (index + 1));
    return { blocks, merge };
  });
  const finalWidth = width * 8;
  const norm = scope.layerNorm('norm', finalWidth, epsilon);
  const head = scope.linear('head', finalWidth, classes, transformerStart);
  const ends = stageEnds(depths);

  return {
    name,
    classes,
    inputShape,
    params: scope.params,
    stages: { of: 'tokens', places: ends },
    dropPath: (rate) => growingRates((ends.at(-1) ?? 0) + 1, rate),
    forward(context, images) {
      let x = afterEmbedding(context, embed(context, images));
      const tokens: Tensor3D[] = [];
      for (const { blocks, merge } of stages) {
        for (const block of blocks) {
          x = block(context, x);
          tokens.push(x);
        }
        if (merge !== null) x = merge(context, x);
      }
      const whole = norm(context, x);
      tokens.push(whole);
      const pooled = tf.mean<Tensor2D>(whole, 1);
      const classify = classifierOf(head, context);
      const logits = classify(pooled);
      return { logits, features: [], preactFeatures: [], tokens, pooled, lastMap: null, classify };
    },
  };
}

export const swinOf = membersOf(swin, 224);

/**
 * What sides of pictures must be multiples of: patches that can be halved three times, and whole
 * windows in every stage whose grid is larger than the window.
 */
function smallestPicture(patch: number, window: number, [height, wide]: Network['inputShape']) {
  const sides = [height, wide].map((side) => Math.floor(side / patch));
  const parted = [0, 1, 2, 3].filter((stage) => Math.min(...sides) / 2 ** stage > window);
  return patch * leastCommonMultiple(8, ...parted.map((stage) => window * 2 ** stage));
}

function leastCommonMultiple(...numbers: readonly number[]): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  return numbers.reduce((all, each) => (all * each) / divisor(all, each), 1);
}

interface SwinBlockSpec {
  readonly width: number;
  readonly heads: number;
  readonly grid: Grid;
  readonly window: number;
  readonly shifted: boolean;
}

function swinBlock(
  scope: ModuleScope,
  { width, heads, grid, window: asked, shifted }: SwinBlockSpec,
): TokenLayer {
  const whole = Math.min(...grid) <= asked;
  const window = whole ? Math.min(...grid) : asked;
  const shift = shifted && !whole ? Math.floor(window / 2) : 0;
  const beforeAttention = scope.layerNorm('norm1', width, epsilon);
  const attention = scope.child('attn');
  const table = attention.trainedTensor(
    'relative_position_bias_table',
    'bias',
    [(2 * window - 1) ** 2, heads],
    { kind: 'normal', std: 0.02 },
  );
  const qkv = attention.linear('qkv', width, 3 * width, transformerStart);
  const project = attention.linear('proj', width, width, transformerStart);
  const norm = scope.layerNorm('norm2', width, epsilon);
  const mix = mlp(scope.child('mlp'), width, 4 * width, { norm });
  const places = relativePositions(window);
  const mask = shift === 0 ? null : shiftMask(grid, window, shift);
  const bias = (context: Forward): Tensor4D => {
    const area = window * window;
    const taken = takeRows(table(context) as Tensor2D, tf.tensor1d(places, 'int32'));
    const ofHeads = tf.transpose(taken.reshape<Tensor3D>([area, area, heads]), [2, 0, 1]);
    const ofAll = ofHeads.reshape<Tensor4D>([1, heads, area, area]);
    if (mask === null) return ofAll;
    return tf.add(ofAll, tf.tensor4d(mask, [mask.length / area / area, 1, area, area]));
  };
  return (context, x) => {
    const [batch] = x.shape;
    const map = beforeAttention(context, x).reshape<Tensor4D>([batch, ...grid, width]);
    const moved = shift === 0 ? map : rollMap(map, -shift, -shift);
    const windows = inWindows(moved, window);
    const attended = project(context, selfAttention(qkv(context, windows), heads, bias(context)));
    const joined = fromWindows(attended, [batch, ...grid, width], window);
    const back = shift === 0 ? joined : rollMap(joined, shift, shift);
    const sum = plus(context, x, back.reshape<Tensor3D>(x.shape));
    return plus(context, sum, mix(context, sum));
  };
}

/** [B, H, W, C] as windows one after the other, [B * windows, window^2, C]. */
function inWindows(map: Tensor4D, window: number): Tensor3D {
  const [batch, height, wide, width] = map.shape;
  const parts = map.reshape([batch, height / window, window, wide / window, window, width]);
  return tf.transpose(parts, [0, 1, 3, 2, 4, 5]).reshape([-1, window * window, width]);
}

function fromWindows(
  windows: Tensor3D,
  shape: readonly [number, number, number, number],
  window: number,
): Tensor4D {
  const [batch, height, wide, width] = shape;
  const parts = windows.reshape([batch, height / window, wide / window, window, window, width]);
  return tf.transpose(parts, [0, 1, 3, 2, 4, 5]).reshape([...shape]);
}

/** For every pair of tokens of a window the row of the table for their relative position. */
function relativePositions(window: number): Int32Array {
  const area = window * window;
  const side = 2 * window - 1;
  return Int32Array.from({ length: area * area }, (_, index) => {
    const [from, to] = [Math.floor(index / area), index % area];
    const down = Math.floor(from / window) - Math.floor(to / window) + window - 1;
    const right = (from % window) - (to % window) + window - 1;
    return down * side + right;
  });
}

/**
 * -100 where two tokens of a shifted window were no neighbours before the shift, else 0: [windows,
 * window^2, window^2].
 */
function shiftMask([height, wide]: Grid, window: number, shift: number): Float32Array {
  const band = (place: number, size: number) =>
    place < size - window ? 0 : place < size - shift ? 1 : 2;
  const across = wide / window;
  const area = window * window;
  const regionOf = (index: number, token: number) => {
    const row = Math.floor(index / across) * window + Math.floor(token / window);
    const column = (index % across) * window + (token % window);
    return 3 * band(row, height) + band(column, wide);
  };
  return Float32Array.from({ length: (height / window) * across * area * area }, (_, place) => {
    const index = Math.floor(place / (area * area));
    const [from, to] = [Math.floor(place / area) % area, place % area];
    return regionOf(index, from) === regionOf(index, to) ? 0 : -100;
  });
}

/**
 * Four neighbours as one token: their channels side by side, (even row, even column), (odd, even),
 * (even, odd), (odd, odd), a layer norm, and a linear layer without bias.
 *
 * @param activate acts on the result; default: nothing does
 */
export function patchMerging(
  scope: ModuleScope,
  [height, wide]: Grid,
  width: number,
  outputs: number,
  activate: (x: Tensor3D) => Tensor3D = (x) => x,
): TokenLayer {
  const norm = scope.layerNorm('norm', 4 * width, epsilon);
  const reduce = scope
    .linear('reduction', 4 * width, outputs, { ...transformerStart, biased: false })
    .after(norm);
  return (context, x) => {
    const [batch] = x.shape;
    const cells = x.reshape([batch, height / 2, 2, wide / 2, 2, width]);
    const joined = tf
      .transpose(cells, [0, 1, 3, 4, 2, 5])
      .reshape<Tensor3D>([batch, (height / 2) * (wide / 2), 4 * width]);
    return activate(reduce(context, joined));
  };
}
