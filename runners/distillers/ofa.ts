import type { Scalar, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { globalAverage, relu } from '../engine/ops/index.ts';
import { type Layer, ModuleScope } from '../networks/modules.ts';
import type { Forward, ParamSpec } from '../networks/types.ts';
import { defineMethod } from './define.ts';
import { targetMask } from './divergence.ts';
import { sumOf } from './feature-ops.ts';
import { unless, unlessAny } from './idle.ts';
import { underflowing } from './log-softmax.ts';
import * as option from './option.ts';
import { numbersOf } from './option-values.ts';
import { partsContext, refuseNetworks } from './parts.ts';

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
export const ofa = defineMethod({
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
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', `${args} (--gt-loss-weight)`),
    kdWeight: option.weight(1, "Weight of the network's own logits", `${args} (--kd-loss-weight)`),
    ofaWeight: option.weight(1, 'Weight of the exit heads', `${args} (--ofa-loss-weight)`),
    eps: option.numbers({
      default: [1],
      min: 0,
      about:
        "Exponent of the target: one, or one per exit head and one for the network's own logits",
      source: `${args} (--ofa-eps)`,
      same: oneForAll,
    }),
    stages: option.choice({
      default: 'all',
      choices: ['all', '[1,2,3,4]', '[1,2,3]', '[2,3,4]', '[2,4]', '[3,4]', '[4]', '[3]'],
      about: 'Stages with an exit head, from 1; all of them in the official default of four',
      source: `${args} (--ofa-stage)`,
    }),
    temperature: option.temperature(1, `${args} (--ofa-temperature)`),
    form: option.choice({
      default: 'stable',
      choices: ['stable', 'official'],
      about: 'Logarithm of the probabilities: finite at extreme logits, or log(softmax)',
      source:
        'Redistill, docs/decisions/008: the stable form is equal wherever the official one is finite',
    }),
  },
  idle: {
    eps: unlessAny('kdWeight', 'ofaWeight'),
    stages: unless('ofaWeight'),
    temperature: unlessAny('kdWeight', 'ofaWeight'),
    form: unlessAny('kdWeight', 'ofaWeight'),
  },
  refuses: () => 'ofa gives the teacher a target of its own and no softened logits',
  build: (values, { student, teacher, classes }) => {
    const last = student.features.length - 1;
    const stages =
      values.stages === 'all'
        ? Array.from({ length: last }, (_, index) => index + 1)
        : numbersOf(values.stages);
    if (last < 1 || stages.some((stage) => stage > last)) {
      return refuseNetworks('ofa', `${student.name} has ${last} stages, not [${stages}]`);
    }
    const exponents = exponentsOf(values.eps, stages.length);
    const scope = new ModuleScope();
    const width = Math.max(student.pooled, teacher.pooled);
    const heads = stages.map((stage) => {
      const channels = (student.features[stage] as readonly number[])[2] as number;
      return exitHead(scope.child(`projector.${stage}`), channels, last - stage, width, classes);
    });
    const loss = (logits: Tensor2D, target: AdaptiveTarget, index: number) =>
      ofaLoss(logits, target, exponents[index] as number, values);
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
          kd: tf.mul<Scalar>(loss(step.student.logits, target, heads.length), values.kdWeight),
          ofa: tf.mul<Scalar>(sumOf(exits), values.ofaWeight),
        };
      },
    };
  },
});

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
  { temperature, form }: { readonly temperature: number; readonly form: 'stable' | 'official' },
): Scalar {
  const mask = targetMask(labels, logits.shape[1]);
  const stable = tf.logSoftmax(tf.div<Tensor2D>(logits, temperature));
  const log = form === 'official' ? underflowing(stable) : stable;
  const share = tf.softmax(tf.div<Tensor2D>(teacher, temperature));
  const target = tf.sub(tf.pow(tf.add(share, mask), eps), mask);
  return tf.neg(tf.div(tf.sum(tf.mul(target, log)), logits.shape[0]));
}

/** Equal exponents in one number. */
function oneForAll(exponents: readonly number[]): readonly number[] {
  return exponents.every((each) => each === exponents[0]) ? exponents.slice(0, 1) : exponents;
}

function exponentsOf(given: readonly number[], heads: number): readonly number[] {
  if (given.length === 1) return Array.from({ length: heads + 1 }, () => given[0] as number);
  if (given.length === heads + 1) return given;
  return refuseNetworks(
    'ofa',
    `eps [${given}] has ${given.length} numbers for ${heads} exit heads and the logits`,
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
