import type { Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { gelu, globalAverage, relu } from '../engine/ops/index.ts';
import type { Layer, ModuleScope } from '../networks/modules.ts';
import { patchMerging } from '../networks/swin.ts';
import {
  firstToken,
  type TokenLayer,
  transformerBlock,
  transformerStart,
} from '../networks/tokens.ts';
import type { Forward } from '../networks/types.ts';
import { refuseNetworks } from './parts.ts';

/*
 * OFA's exit heads: a student's stage to logits. Convolutions start Kaiming normal over the
 * fan-out, linear layers from a normal of deviation 0.02 with biases of 0. Official code:
 * Hao840/OFAKD@f7bb896 distillers/ofa.py (OFA.__init__), distillers/utils.py.
 */

export interface MapHeadSpec {
  /** Separable convolutions in front of the classifier; 0 on the last stage. */
  readonly halvings: number;
  /** Inputs of the classifier: the wider of the two networks' own. */
  readonly width: number;
  readonly classes: number;
}

/**
 * The head of a map [B, H, W, C]: separable convolutions halve it until it has the size of the last
 * stage, where a 1x1 convolution takes their place; then mean and classifier.
 */
export function mapHead(
  scope: ModuleScope,
  channels: number,
  { halvings, width, classes }: MapHeadSpec,
): (context: Forward, map: Tensor4D) => Tensor2D {
  const layers: Layer[] = [];
  if (halvings === 0) {
    layers.push(scope.conv(0, { inputs: channels, outputs: width, kernel: 1, bias: true }));
  }
  for (let block = 0; block < halvings; block += 1) {
    const inputs = channels * 2 ** block;
    const outputs = block === halvings - 1 ? width : 2 * inputs;
    layers.push(separable(scope.child(`${block}.op`), inputs, outputs));
  }
  // Average pooling and flattening have numbers of their own in PyTorch's sequence.
  const classifier = scope.linear(layers.length + 2, width, classes, transformerStart);
  return (context, map) => {
    const last = layers.reduce((x, layer) => layer(context, x), map);
    return classifier(context, globalAverage(last));
  };
}

/**
 * Twice depthwise 3x3, pointwise, batch norm, ReLU; the first halves the map, the second changes
 * the channels.
 */
function separable(scope: ModuleScope, inputs: number, outputs: number): Layer {
  const half = (index: number, stride: number, to: number): Layer => {
    const spec = { inputs, kernel: 3, padding: 1, stride, outputs: inputs, groups: inputs };
    const depthwise = scope.conv(index, spec);
    const pointwise = scope.convNorm(index + 1, index + 2, { inputs, outputs: to, kernel: 1 });
    return (context, x) => relu(pointwise(context, depthwise(context, x)));
  };
  const [first, second] = [half(0, 2, inputs), half(4, 1, outputs)];
  return (context, x) => second(context, first(context, x));
}

export interface TokenHeadSpec {
  /** Counted from 1; the earlier, the more blocks. */
  readonly stage: number;
  readonly classTokens: number;
  /** Inputs of the student's own classifier, to which the first merging goes. */
  readonly width: number;
  readonly classes: number;
  /** For messages. */
  readonly student: string;
}

/** Side of the grid of tokens on which heads end: 49 patches. */
const finalGrid = 7;
/** The defaults of timm 0.6.5's `Block`, whatever the student's own blocks are. */
export const tokenHeadBlocks = { heads: 4, epsilon: 1e-5, qkvBias: false } as const;

/**
 * The head of tokens [B, tokens, C]: mergings of four neighbours make the grid at most 7x7, then
 * 4 - stage transformer blocks (at least one), the class token or the mean over tokens, and a
 * classifier. Class tokens pass the mergings by, so a merging must not change their width.
 *
 * @throws UsageError `METHOD_NETWORKS` for a grid or a width that no blocks can follow
 */
export function tokenHead(
  scope: ModuleScope,
  [count, channels]: readonly [number, number],
  { stage, classTokens, width, classes, student }: TokenHeadSpec,
): (context: Forward, tokens: Tensor3D) => Tensor2D {
  const grid = Math.floor(Math.sqrt(count));
  const mergings = Math.max(Math.floor(Math.log2(grid / finalGrid)), 0);
  checkGrid({ student, stage, grid, mergings, count, classTokens, channels, width });
  const merge = Array.from({ length: mergings }, (_, index): TokenLayer => {
    const side = grid / 2 ** index;
    const activates = index === 0 || index < mergings - 1;
    const inputs = index === 0 ? channels : width;
    const own = scope.child('0').child('fn').child(index);
    return patchMerging(own, [side, side], inputs, width, activates ? gelu : undefined);
  });
  const blocks = Array.from({ length: Math.max(4 - stage, 1) }, (_, index) =>
    transformerBlock(scope.child('1').child(index), { width, ...tokenHeadBlocks }),
  );
  const classifier = scope.linear(3, width, classes, transformerStart);
  return (context, tokens) => {
    const [own, pictures] = parted(tokens, classTokens);
    const merged = merge.reduce((x, layer) => layer(context, x), pictures);
    const whole = own === null ? merged : tf.concat([own, merged], 1);
    const last = blocks.reduce((x, block) => block(context, x), whole);
    const read = classTokens === 0 ? tf.mean<Tensor2D>(last, 1) : firstToken(last);
    return classifier(context, read);
  };
}

/** Class tokens, null where there are none, and the others. */
function parted(tokens: Tensor3D, classTokens: number): readonly [Tensor3D | null, Tensor3D] {
  if (classTokens === 0) return [null, tokens];
  const [, count] = tokens.shape;
  const [own, pictures] = tf.split(tokens, [classTokens, count - classTokens], 1);
  return [own as Tensor3D, pictures as Tensor3D];
}

interface GridFacts {
  readonly student: string;
  readonly stage: number;
  readonly grid: number;
  readonly mergings: number;
  readonly count: number;
  readonly classTokens: number;
  readonly channels: number;
  readonly width: number;
}

function checkGrid(facts: GridFacts): void {
  const { student, stage, grid, mergings, count, classTokens, channels, width } = facts;
  const problem = (reason: string) =>
    refuseNetworks('ofa', `${reason} (${student}, stage ${stage})`);
  if (grid * grid !== count - classTokens) {
    problem(`${count - classTokens} tokens are no square grid`);
  }
  if (mergings > 0 && grid % 2 ** mergings !== 0) {
    problem(`a grid of ${grid} x ${grid} tokens cannot be halved ${mergings} times`);
  }
  if (channels !== width && (mergings === 0 || classTokens > 0)) {
    problem(`tokens of ${channels} channels do not become the classifier's ${width}`);
  }
  const { heads } = tokenHeadBlocks;
  if (width % heads !== 0) problem(`${width} channels cannot be parted into ${heads} heads`);
}
