import type { Scalar, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Hyper, HyperValue } from '../../contract/spec.ts';
import { globalAverage, relu } from '../engine/ops/index.ts';
import { type Layer, ModuleScope } from '../networks/modules.ts';
import type { Forward, ParamSpec } from '../networks/types.ts';
import { targetMask } from './divergence.ts';
import { sumOf } from './feature-ops.ts';
import * as fields from './fields.ts';
import { underflowing } from './log-softmax.ts';
import { partsContext, refuseNetworks } from './parts.ts';
import type { NetworkMethod } from './types.ts';

const args = 'Hao840/OFAKD@f7bb896 train.py';

/**
 * One-for-all distillation with a convolutional student: an exit head on every stage turns its map
 * into logits, and all of them, the network's own included, are compared with the teacher's logits
 * by an adaptive target, -sum ((p_t + y)^eps - y) log p_s with y the one-hot label: eps above 1
 * strengthens what the teacher is sure of.
 *
 * A head halves the map with separable convolutions until it has the size of the last stage, then
 * averages and classifies; on the last stage it is a 1x1 convolution. With label smoothing y stays
 * one-hot; only the cross-entropy is smoothed. `form: official` takes log(softmax), which is
 * -infinity once a probability underflows; `stable` (default) is equal elsewhere. `eps` is one
 * number, or one per head and a last one for the network's own logits.
 */
export const ofa: NetworkMethod = {
  kind: 'network',
  id: 'ofa',
  title: 'One-for-all distillation',
  reference: {
    paper:
      'Hao et al.: One-for-All: Bridge the Gap Between Heterogeneous Architectures in Knowledge Distillation, NeurIPS 2023, arXiv 2310.19444',
    equations: 'Equations 3 to 8 (exit branches, adaptive target enhancement)',
    official:
      'Hao840/OFAKD@f7bb896 distillers/ofa.py (OFA, ofa_loss), distillers/utils.py (SepConv)',
  },
  defaults: {
    ceWeight: 1,
    kdWeight: 1,
    ofaWeight: 1,
    eps: '[1]',
    stages: 'all',
    temperature: 1,
    form: 'stable',
  },
  fields: {
    ceWeight: fields.weight('Weight of the cross-entropy', `${args} (--gt-loss-weight)`),
    kdWeight: fields.weight("Weight of the network's own logits", `${args} (--kd-loss-weight)`),
    ofaWeight: fields.weight('Weight of the exit heads', `${args} (--ofa-loss-weight)`),
    eps: {
      kind: 'numbers',
      min: 0,
      about:
        "Exponent of the target: one, or one per exit head and one for the network's own logits",
      source: `${args} (--ofa-eps)`,
      same: oneForAll,
    },
    stages: {
      kind: 'choice',
      choices: ['all', '[1,2,3,4]', '[1,2,3]', '[2,3,4]', '[2,4]', '[3,4]', '[4]', '[3]'],
      about: 'Stages with an exit head, from 1; all of them in the official default of four',
      source: `${args} (--ofa-stage)`,
    },
    temperature: fields.temperature(`${args} (--ofa-temperature)`),
    form: {
      kind: 'choice',
      choices: ['stable', 'official'],
      about: 'Logarithm of the probabilities: finite at extreme logits, or log(softmax)',
      source:
        'Redistill, docs/decisions/008: the stable form is equal wherever the official one is finite',
    },
  },
  idle: {
    eps: fields.unlessAny('kdWeight', 'ofaWeight'),
    stages: fields.unless('ofaWeight'),
    temperature: fields.unlessAny('kdWeight', 'ofaWeight'),
    form: fields.unlessAny('kdWeight', 'ofaWeight'),
  },
  refuses: () => 'ofa gives the teacher a target of its own and no softened logits',
  scalars: () => ({}),
  build: (hyper, { student, teacher, classes }) => {
    const last = student.features.length - 1;
    const stages =
      hyper['stages'] === 'all'
        ? Array.from({ length: last }, (_, index) => index + 1)
        : (JSON.parse(String(hyper['stages'])) as number[]);
    if (last < 1 || stages.some((stage) => stage > last)) {
      return refuseNetworks('ofa', `${student.name} has ${last} stages, not [${stages}]`);
    }
    const exponents = exponentsOf(String(hyper['eps']), stages.length);
    const scope = new ModuleScope();
    const width = Math.max(student.pooled, teacher.pooled);
    const heads = stages.map((stage) => {
      const channels = (student.features[stage] as readonly number[])[2] as number;
      return exitHead(scope.child(`projector.${stage}`), channels, last - stage, width, classes);
    });
    const loss = (logits: Tensor2D, target: AdaptiveTarget, index: number) =>
      ofaLoss(logits, target, exponents[index] as number, hyper);
    return {
      params: scope.params.map(initial),
      terms: (step) => {
        const context = partsContext(step);
        const target: AdaptiveTarget = { teacher: step.teacher.logits, labels: step.labels };
        const exits = heads.map((head, index) =>
          loss(
            head(context, step.student.features[stages[index] as number] as Tensor4D),
            target,
            index,
          ),
        );
        return {
          kd: tf.mul<Scalar>(
            loss(step.student.logits, target, heads.length),
            Number(hyper['kdWeight']),
          ),
          ofa: tf.mul<Scalar>(sumOf(exits), Number(hyper['ofaWeight'])),
        };
      },
    };
  },
};

export interface AdaptiveTarget {
  /** [B, classes] */
  readonly teacher: Tensor2D;
  readonly labels: Tensor1D;
}

/** Mean over the batch of -sum ((p_t + y)^eps - y) log p_s. */
export function ofaLoss(
  logits: Tensor2D,
  { teacher, labels }: AdaptiveTarget,
  eps: number,
  hyper: Hyper,
): Scalar {
  const temperature = Number(hyper['temperature']);
  const mask = targetMask(labels, logits.shape[1]);
  const stable = tf.logSoftmax(tf.div<Tensor2D>(logits, temperature));
  const log = hyper['form'] === 'official' ? underflowing(stable) : stable;
  const share = tf.softmax(tf.div<Tensor2D>(teacher, temperature));
  const target = tf.sub(tf.pow(tf.add(share, mask), eps), mask);
  return tf.neg(tf.div(tf.sum(tf.mul(target, log)), logits.shape[0]));
}

/** Equal exponents in one number. */
function oneForAll(value: HyperValue): HyperValue {
  const numbers = [JSON.parse(String(value)) as number | number[]].flat();
  return numbers.every((each) => each === numbers[0]) ? `[${numbers[0]}]` : value;
}

function exponentsOf(text: string, heads: number): number[] {
  const given = JSON.parse(text) as number[];
  if (given.length === 1) return Array.from({ length: heads + 1 }, () => given[0] as number);
  if (given.length === heads + 1) return given;
  return refuseNetworks(
    'ofa',
    `eps ${text} has ${given.length} numbers for ${heads} exit heads and the logits`,
    `Give one number, or ${heads + 1}.`,
  );
}

/** An exit head with `halvings` separable convolutions in front of its classifier. */
function exitHead(
  scope: ModuleScope,
  channels: number,
  halvings: number,
  width: number,
  classes: number,
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
  const classifier = scope.linear(layers.length + 2, width, classes);
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

/**
 * The official heads start classifiers from a (truncated) normal of deviation 0.02 and biases of 0.
 */
function initial(spec: ParamSpec): ParamSpec {
  if (spec.layout === 'oi') return { ...spec, init: { kind: 'normal', std: 0.02 } };
  const ofLinear = /projector\.\d+\.\d+\.bias$/.test(spec.name) && !/\.0\.bias$/.test(spec.name);
  return ofLinear ? { ...spec, init: { kind: 'constant', value: 0 } } : spec;
}
