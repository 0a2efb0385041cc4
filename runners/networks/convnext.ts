import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { gelu, globalAverage } from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import { growingRates, plus } from './drop-path.ts';
import { membersOf } from './members.ts';
import { classifierOf, type Layer, ModuleScope } from './modules.ts';
import { tokenGrid, transformerStart } from './tokens.ts';
import type { Network, NetworkOptions } from './types.ts';

export interface ConvnextSpec {
  /** Blocks of every stage. */
  readonly depths: readonly [number, number, number, number];
  readonly widths: readonly [number, number, number, number];
}

const epsilon = 1e-6;

/**
 * ConvNeXt (Liu et al. 2022, arXiv:2201.03545): depthwise 7x7, layer norm, two linear layers, a
 * scale per channel. The classifier takes the norm of the mean over the map, so patches of the map
 * have no logits. Checked against timm 0.6.5 timm/models/convnext.py and, for its features,
 * Hao840/OFAKD@f7bb896 custom_forward/convnext.py.
 */
export function convnext(
  name: string,
  { depths, widths }: ConvnextSpec,
  { classes, inputShape }: NetworkOptions,
): Network {
  tokenGrid(name, inputShape, 4, 32);
  const scope = new ModuleScope();
  const stem = scope.child('stem');
  const embed = downsampling(stem, 0, inputShape[2], widths[0], 4);
  const norm = stem.layerNorm(1, widths[0], epsilon);
  const stages = depths.map((depth, index) => {
    const width = widths[index] as number;
    const stage = scope.child('stages').child(index);
    const halve = index === 0 ? null : halving(stage, widths[index - 1] as number, width);
    const blocks = Array.from({ length: depth }, (_, place) =>
      block(stage.child('blocks').child(place), width),
    );
    return (halve === null ? [] : [halve]).concat(blocks);
  });
  const head = scope.child('head');
  const beforeHead = head.layerNorm('norm', widths[3], epsilon);
  const classifier = head.linear('fc', widths[3], classes, transformerStart);

  return {
    name,
    classes,
    inputShape,
    params: scope.params,
    stages: { of: 'features', places: [0, 1, 2, 3] },
    dropPath: (rate) =>
      growingRates(
        depths.reduce((all, depth) => all + depth, 0),
        rate,
        1,
      ),
    forward(context, images) {
      let x = norm(context, embed(context, images));
      const features = stages.map((layers) => {
        for (const layer of layers) x = layer(context, x);
        return x;
      });
      const pooled = beforeHead(context, globalAverage(x));
      const classify = classifierOf(classifier, context);
      return {
        logits: classify(pooled),
        features,
        preactFeatures: [],
        pooled,
        lastMap: null,
        classify,
      };
    },
  };
}

export const convnextOf = membersOf(convnext, 224);

function downsampling(
  scope: ModuleScope,
  name: number,
  inputs: number,
  outputs: number,
  stride: number,
): Layer {
  return scope.conv(name, {
    inputs,
    outputs,
    kernel: stride,
    stride,
    bias: true,
    start: transformerStart,
  });
}

/** A layer norm and a convolution that halves the map. */
function halving(stage: ModuleScope, inputs: number, outputs: number): Layer {
  const scope = stage.child('downsample');
  const norm = scope.layerNorm(0, inputs, epsilon);
  const convolution = downsampling(scope, 1, inputs, outputs, 2);
  return (context, x) => convolution(context, norm(context, x));
}

function block(scope: ModuleScope, width: number): Layer {
  const scale = scope.trainedTensor('gamma', 'bias', [width], { kind: 'constant', value: 1e-6 });
  const depthwise = scope.conv('conv_dw', {
    inputs: width,
    outputs: width,
    kernel: 7,
    padding: 3,
    groups: width,
    bias: true,
    start: transformerStart,
  });
  const norm = scope.layerNorm('norm', width, epsilon);
  const inner = scope.child('mlp');
  const widen = inner.linear('fc1', width, 4 * width, transformerStart).after(norm);
  const narrow = inner.linear('fc2', 4 * width, width, transformerStart);
  return (context, x) => {
    const rows = depthwise(context, x).reshape<Tensor2D>([-1, width]);
    const moved = narrow(context, gelu(widen(context, rows))).reshape<Tensor4D>(x.shape);
    return plus(context, x, tf.mul<Tensor4D>(moved, scale(context) as Tensor1D));
  };
}
