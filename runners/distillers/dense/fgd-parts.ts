import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { relu } from '../../engine/ops/index.ts';
import { type Layer, ModuleScope } from '../../networks/modules.ts';
import type { Forward, Init, ParamSpec } from '../../networks/types.ts';
import { absolute } from '../feature-ops.ts';
import type { Level } from './levels.ts';
import { perPicture, squaresPerPicture } from './reduce.ts';

/** FGD's unweighted losses of one level per picture, [B]. */
export interface FgdLosses {
  readonly foreground: Tensor1D;
  readonly background: Tensor1D;
  readonly attention: Tensor1D;
  readonly relation: Tensor1D;
}

/** Masks [B, H, W]: see `regionMasks`. */
export interface FgdMasks {
  readonly foreground: Tensor3D;
  readonly background: Tensor3D;
}

/** The learned parts of one level and what they give. */
export interface FgdParts {
  readonly params: readonly ParamSpec[];
  losses(context: Forward, student: Tensor4D, teacher: Tensor4D, masks: FgdMasks): FgdLosses;
}

/**
 * Attention of a map [B, H, W, C]: over positions [B, H, W] and over channels [B, C], each with
 * mean 1.
 */
export interface Attention {
  readonly spatial: Tensor3D;
  readonly channel: Tensor2D;
}

/** Equations 5 to 8: softmax of the mean magnitudes at a temperature. */
export function attentionOf(map: Tensor4D, temperature: number): Attention {
  const [batch, height, width, channels] = map.shape;
  const magnitudes = tf.reshape(absolute(map), [batch, height * width, channels]);
  const shares = (means: Tensor) => tf.softmax(tf.div(means, temperature)) as Tensor2D;
  const spatial = tf.mul<Tensor2D>(shares(tf.mean(magnitudes, 2)), height * width);
  return {
    spatial: tf.reshape(spatial, [batch, height, width]),
    channel: tf.mul(shares(tf.mean(magnitudes, 1)), channels),
  };
}

export function fgdParts({ inputs, outputs, path }: Level, temperature: number): FgdParts {
  const root = new ModuleScope();
  const scope = path.split('.').reduce((parent, name) => parent.child(name), root);
  const align: Layer =
    inputs === outputs
      ? (_, x) => x
      : scope.conv('align', { inputs, outputs, kernel: 1, bias: true });
  const maskS = scope.conv('conv_mask_s', { inputs: outputs, outputs: 1, kernel: 1, bias: true });
  const maskT = scope.conv('conv_mask_t', { inputs: outputs, outputs: 1, kernel: 1, bias: true });
  const addS = channelAdd(scope, `${path}.channel_add_conv_s`, 'channel_add_conv_s', outputs);
  const addT = channelAdd(scope, `${path}.channel_add_conv_t`, 'channel_add_conv_t', outputs);
  return {
    params: root.params.map(initialised),
    losses: (context, student, teacher, { foreground, background }) => {
      const own = align(context, student);
      const ours = attentionOf(own, temperature);
      const theirs = attentionOf(teacher, temperature);
      // Equation 9 with the teacher's attention: official code multiplies both maps by the roots of
      // these weights.
      const weighted = tf.mul(
        tf.sum(
          tf.mul(
            tf.squaredDifference(own, teacher),
            tf.reshape(theirs.channel, [-1, 1, 1, outputs]),
          ),
          3,
        ),
        theirs.spatial,
      );
      const between = (mine: Tensor, other: Tensor) => perPicture(absolute(tf.sub(mine, other)));
      return {
        foreground: perPicture(tf.mul(weighted, foreground)),
        background: perPicture(tf.mul(weighted, background)),
        attention: tf.add(
          between(ours.channel, theirs.channel),
          between(ours.spatial, theirs.spatial),
        ),
        relation: squaresPerPicture(
          tf.add(own, addS(context, contextOf(context, maskS, own))),
          tf.add(teacher, addT(context, contextOf(context, maskT, teacher))),
        ),
      };
    },
  };
}

/** GcBlock's context: the positions' average by a learned attention, [B, 1, 1, C]. */
function contextOf(context: Forward, mask: Layer, map: Tensor4D): Tensor4D {
  const [batch, height, width, channels] = map.shape;
  const shares = tf.softmax(tf.reshape(mask(context, map), [batch, height * width]));
  const pooled = tf.matMul(
    tf.reshape(shares, [batch, 1, height * width]) as Tensor3D,
    tf.reshape(map, [batch, height * width, channels]) as Tensor3D,
  );
  return tf.reshape(pooled, [batch, 1, 1, channels]);
}

const layerNormEpsilon = 1e-5;

/**
 * GcBlock's transform of the context: 1x1 convolution to half the channels, layer norm, ReLU, 1x1
 * convolution.
 */
function channelAdd(scope: ModuleScope, path: string, name: string, channels: number): Layer {
  const half = Math.floor(channels / 2);
  const own = scope.child(name);
  const narrow = own.conv(0, { inputs: channels, outputs: half, kernel: 1, bias: true });
  own.params.push(
    normParam(`${path}.1.weight`, 'bn_weight', half, 1),
    normParam(`${path}.1.bias`, 'bias', half, 0),
  );
  const widen = own.conv(3, { inputs: half, outputs: channels, kernel: 1, bias: true });
  return (context, x) => {
    const narrowed = narrow(context, x);
    const { mean, variance } = tf.moments(narrowed, 3, true);
    const centred = tf.sub(narrowed, mean);
    const unit = tf.mul(centred, tf.rsqrt(tf.add(variance, layerNormEpsilon)));
    const flat = (kind: string) => tf.reshape(context.param(`${path}.1.${kind}`), [half]);
    const normed = tf.add<Tensor4D>(tf.mul(unit, flat('weight')), flat('bias'));
    return widen(context, relu(normed));
  };
}

/** `nn.LayerNorm([half, 1, 1])`. */
function normParam(
  name: string,
  kind: 'bn_weight' | 'bias',
  channels: number,
  value: number,
): ParamSpec {
  const shape = [channels, 1, 1];
  const init = { kind: 'constant', value } as const;
  return { name, torchShape: shape, shape, kind, layout: 'flat', trainable: true, init };
}

/**
 * As the official constructor has it: the masks' convolutions Kaiming normal over fan-in with bias
 * 0 (mmcv's `kaiming_init`), the last convolution of the transform 0, so that the context starts
 * without influence; the others PyTorch's default.
 */
function initialised(spec: ParamSpec): ParamSpec {
  const starting = (init: Init): ParamSpec => ({ ...spec, init });
  const convolution = spec.torchShape.length === 4;
  const inputs = spec.torchShape[1] as number;
  if (spec.name.includes('.conv_mask_')) {
    return starting(
      convolution ? { kind: 'normal', std: Math.sqrt(2 / inputs) } : { kind: 'constant', value: 0 },
    );
  }
  if (/channel_add_conv_[st]\.3\./.test(spec.name)) return starting({ kind: 'constant', value: 0 });
  return convolution ? starting({ kind: 'uniform', bound: 1 / Math.sqrt(inputs) }) : spec;
}
