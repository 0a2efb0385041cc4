import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ParamSpec } from '../../networks/types.ts';
import { definePlugin } from '../define.ts';
import * as option from '../option.ts';
import type { NumberOption, ValuesOf } from '../option-types.ts';
import { defineRowOp, detach } from '../row-op.ts';

const script = 'zhengli97/CTKD@7d52522 scripts/run_cifar_distill.sh';
const args = 'zhengli97/CTKD@7d52522 train_student.py';

const options = {
  mode: option.choice({
    default: 'global',
    choices: ['global', 'instance'],
    about: 'One temperature, or one per picture (its predictor is not official)',
    source: `${script} (--mlp_name global)`,
  }),
  tStart: option.number({
    default: 1,
    min: 0,
    open: true,
    about: 'Least temperature',
    source: `${args} (--t_start)`,
  }),
  tEnd: option.number({
    default: 20,
    min: 0,
    about: 'Range of the temperature',
    source: `${args} (--t_end)`,
  }),
  decay: option.choice({
    default: 'cosine',
    choices: ['cosine', 'linear'],
    about: 'Shape of the curriculum of lambda',
    source: `${script} (--cosine_decay 1)`,
  }),
  decayMax: lambda(0, 'Lambda at the start', `${script} (--decay_max)`),
  decayMin: lambda(-1, 'Lambda from epoch decayLoops on', `${script} (--decay_min)`),
  decayLoops: option.number({
    default: 10,
    min: 1,
    integer: true,
    about: 'Epochs over which lambda changes',
    source: `${script} (--decay_loops)`,
  }),
};

type Values = ValuesOf<typeof options>;

/**
 * Curriculum temperature: T = tStart + tEnd * sigmoid(raw) with a learnable `raw` that starts at 1
 * and sits behind a gradient reversal layer, so that the student's optimizer (weight decay
 * included) drives it to make the task harder.
 *
 * The layer multiplies the gradient by lambda and has no minus of its own: the sign is in the
 * schedule, from `decayMax` 0 to `decayMin` -1 in `decayLoops` epochs, evaluated at the epoch
 * counted from 1 (so epoch 1 is not exactly 0). The gradient runs through the student's and the
 * teacher's softmax and through T^2.
 *
 * `mode: instance` gives every row a temperature of its own, with the loss of CTKD's README (1e-7
 * added to the teacher's probabilities). The perceptron that predicts it was never published in the
 * repository; ours, two layers over the detached logits of both networks, is not official.
 */
export const ctkd = definePlugin({
  id: 'ctkd',
  title: 'Curriculum temperature',
  reference: {
    paper:
      'Li et al.: Curriculum Temperature for Knowledge Distillation, AAAI 2023, arXiv 2211.16231',
    equations: 'Equations 3 to 7 (adversarial temperature, gradient reversal, cosine curriculum)',
    official:
      'zhengli97/CTKD@7d52522 models/temp_global.py, helper/loops.py, train_student.py (CosineDecay, LinearDecay), README.md (instance-wise loss)',
  },
  options,
  idle: { decay: fixed, decayMax: startPassedOver, decayMin: endNotReached, decayLoops: still },
  replaces: ['temperature'],
  refusal: ({ mode }, { method, plugins, klWeight }) => {
    if (mode === 'instance' && (method !== 'kd' || plugins.length > 1)) {
      return 'the instance-wise temperature is defined for kd alone (CTKD, README)';
    }
    return klWeight === 0 ? 'klWeight is 0, so the loss has no temperature' : null;
  },
  params: ({ mode }, classes) => (mode === 'instance' ? perceptron(classes) : [globalTemperature]),
  scalars: (values, epoch) => ({ lambda: lambdaOfEpoch(values, epoch) }),
  monitors: ['ctkd.temperature'],
  rows: (rows, values, step) => {
    const lambda = step.scalar('lambda');
    const instance = values.mode === 'instance';
    const raw: Scalar | Tensor2D = instance
      ? predict(rows.student, rows.teacher, step.param)
      : (tf.reshape(step.param('mlp.global_T'), []) as Scalar);
    const temperature = learnedTemperature(raw, lambda, values);
    step.monitor('ctkd.temperature', tf.mean(temperature));
    return { ...rows, temperature, ...(instance ? { teacherOffset: 1e-7 } : {}) };
  },
});

/** Why the temperature is never moved by the loss, whatever the curriculum is. */
function fixed({ tEnd }: Values): string | null {
  return tEnd === 0 ? 'tEnd is 0, so the temperature is tStart throughout' : null;
}

/** Why lambda is the same in every epoch. */
function still(values: Values): string | null {
  if (fixed(values) !== null) return fixed(values);
  const { decayMax, decayMin } = values;
  return decayMax === decayMin ? `decayMax and decayMin are both ${decayMax}` : null;
}

/**
 * Why it does not matter where lambda starts: the first epoch counts as the end of a decay over
 * one.
 */
function startPassedOver(values: Values): string | null {
  if (fixed(values) !== null) return fixed(values);
  return values.decayLoops === 1 ? 'the decay over one epoch is over in the first' : null;
}

/** Why it does not matter where lambda ends: the official linear decay stops one step early. */
function endNotReached(values: Values): string | null {
  if (fixed(values) !== null) return fixed(values);
  const { decay, decayLoops } = values;
  return decay === 'linear' && decayLoops === 1 ? 'a linear decay over one epoch stays at 0' : null;
}

function lambda(standard: number, about: string, source: string): NumberOption {
  return option.number({ default: standard, min: -100, max: 100, about, source });
}

/**
 * Factor of the gradient reversal in an epoch counted from 1. The linear schedule is the official
 * one with its two oddities: it stops one step early (at decayLoops - 1) and leaves out `decayMax`
 * as an offset.
 */
export function lambdaOfEpoch(
  { decay, decayMax: max, decayMin: min, decayLoops: loops }: CurriculumOptions,
  epoch: number,
): number {
  if (decay === 'linear') {
    const step = Math.max(0, Math.min(epoch, loops - 1));
    return ((min - max) / loops) * step;
  }
  const step = Math.max(0, Math.min(epoch, loops));
  return 0.5 * (1 + Math.cos((Math.PI * step) / loops)) * (max - min) + min;
}

/** The options that decide over lambda. */
export type CurriculumOptions = Pick<Values, 'decay' | 'decayMax' | 'decayMin' | 'decayLoops'>;

/** tStart + tEnd * sigmoid(raw), the gradient to `raw` multiplied by lambda. Any shape. */
export function learnedTemperature<T extends Tensor>(
  raw: T,
  lambda: Scalar,
  { tStart, tEnd }: Pick<Values, 'tStart' | 'tEnd'>,
): T {
  const reversed = reversalOp({ values: raw, lambda }, {});
  return tf.add(tf.mul(tf.sigmoid(reversed), tEnd), tStart) as T;
}

const reversalOp = defineRowOp<'values' | 'lambda', object>('GradientReversal', {
  saves: ['lambda'],
  results: 1,
  forward: ({ values }) => [tf.clone(values)],
  gradient: (dy, saved) => ({
    values: () => tf.mul(dy, saved[0] as Tensor),
    lambda: () => tf.zerosLike(saved[0] as Tensor),
  }),
});

const globalTemperature: ParamSpec = {
  name: 'mlp.global_T',
  torchShape: [1],
  shape: [1],
  kind: 'weight',
  layout: 'flat',
  trainable: true,
  init: { kind: 'constant', value: 1 },
};

/**
 * concat(teacher, student) -> fc1 -> ReLU -> fc2, with PyTorch's default initialisation of a linear
 * layer.
 */
function perceptron(classes: number): ParamSpec[] {
  const hidden = 2 * classes;
  return [...linear('mlp.fc1', 2 * classes, hidden), ...linear('mlp.fc2', hidden, 1)];
}

function linear(name: string, inputs: number, outputs: number): ParamSpec[] {
  const init = { kind: 'uniform', bound: 1 / Math.sqrt(inputs) } as const;
  const base = { trainable: true, init };
  return [
    {
      ...base,
      name: `${name}.weight`,
      torchShape: [outputs, inputs],
      shape: [inputs, outputs],
      kind: 'weight',
      layout: 'oi',
    },
    {
      ...base,
      name: `${name}.bias`,
      torchShape: [outputs],
      shape: [outputs],
      kind: 'bias',
      layout: 'flat',
    },
  ];
}

/** Raw temperatures [R, 1]. No gradient reaches the logits through the perceptron. */
function predict(student: Tensor2D, teacher: Tensor2D, param: (name: string) => Tensor): Tensor2D {
  const logits = detach(tf.concat([teacher, student], 1));
  const layer = (name: string, input: Tensor) =>
    tf.add(tf.matMul(input, param(`${name}.weight`)), param(`${name}.bias`));
  return layer('mlp.fc2', tf.relu(layer('mlp.fc1', logits))) as Tensor2D;
}
