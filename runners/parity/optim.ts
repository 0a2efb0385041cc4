import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../contract/parity.ts';
import { linear, lossAndGradients } from '../engine/ops/index.ts';
import {
  adam,
  adamW,
  learningRate,
  type Optimizer,
  type ScheduledRecipe,
  sgd,
} from '../engine/optim/index.ts';
import { createProgram } from '../engine/program.ts';
import { tf } from '../engine/tensorflow.ts';
import type { ArrayMap, TensorMap, TensorSpec } from '../engine/types.ts';
import { GoldenNode, type GoldenTensor } from './golden.ts';
import type { Mode } from './networks.ts';
import { Comparison, relativeTolerance } from './tolerance.ts';

/**
 * A small problem: parameters, and the loss as a function of them. Constants are part of the
 * problem.
 */
export interface SmallProblem {
  readonly initial: Readonly<Record<string, GoldenTensor>>;
  loss(params: TensorMap): Scalar;
  /** A second loss, for an optimizer that gets its gradients apart. Absent: there is one. */
  distilled?(params: TensorMap): Scalar;
  /** Whether weight decay acts on a tensor of this shape. Absent: on all. */
  readonly decays?: (shape: readonly number[]) => boolean;
}

/**
 * Optimizers against torch: losses before and parameters after every step of a quadratic and a
 * small perceptron. The file records no rounding noise, so every quantity may be off by 1e-5 of its
 * largest value.
 */
export const optimizerCheck =
  (mode: Mode): ParityCheck =>
  (file) => {
    const root = GoldenNode.of(file);
    const problems = { quadratic: quadratic(root), mlp: perceptron(root) };
    return root
      .get('runs')
      .list()
      .flatMap((run) => {
        const optimizer = optimizerOf(run);
        return (['quadratic', 'mlp'] as const)
          .filter((name) => run.has(name))
          .map((name) => {
            const comparison = new Comparison(file.path, `${run.get('name').text()} ${name}`);
            compareRun(comparison, problems[name], optimizer, run, run.get(name), mode);
            return comparison.result();
          });
      });
  };

function compareRun(
  comparison: Comparison,
  problem: SmallProblem,
  optimizer: Optimizer,
  run: GoldenNode,
  golden: GoldenNode,
  mode: Mode,
): void {
  const losses = golden.get('loss_before_each_step').numbers();
  const own = trajectory(
    problem,
    optimizer,
    run.get('hyper').get('lr').number(),
    losses.length,
    mode,
  );
  const tolerance = relativeTolerance(0, 1);
  comparison.array('losses', own.losses, losses, tolerance);
  const single = golden.optional('w_after_each_step')?.list();
  single?.forEach((values, step) => {
    comparison.array(
      `w after step ${step + 1}`,
      own.params[step]?.['w'] ?? [],
      values.numbers(),
      tolerance,
    );
  });
  const several = golden.optional('params_after_each_step')?.list();
  several?.forEach((params, step) => {
    for (const [name, values] of params.entries()) {
      comparison.array(
        `${name} after step ${step + 1}`,
        own.params[step]?.[name] ?? [],
        values.numbers(),
        tolerance,
      );
    }
  });
  if (single === undefined && several === undefined) {
    throw golden.malformed('has neither w_after_each_step nor params_after_each_step');
  }
}

/** Losses before, and parameters after, each of `steps` steps. */
export function trajectory(
  problem: SmallProblem,
  optimizer: Optimizer,
  rate: number,
  steps: number,
  mode: Mode,
): { losses: number[]; params: ArrayMap[] } {
  const names = Object.keys(problem.initial);
  const slots = names.map((key) => ({
    key,
    spec: { shape: (problem.initial[key] as GoldenTensor).shape },
  }));
  const buffers = optimizer.initialState(slots);
  const state: Record<string, TensorSpec> = {};
  const initial: Record<string, Float32Array> = {};
  for (const [name, { shape, data }] of Object.entries(problem.initial)) {
    state[name] = { shape, dtype: 'float32' };
    initial[name] = Float32Array.from(data);
  }
  for (const [name, { shape, values }] of Object.entries(buffers)) {
    state[name] = { shape, dtype: 'float32' };
    initial[name] = values;
  }
  const program = createProgram({
    mode,
    state,
    initial,
    functions: {
      step: {
        inputs: { lr: { shape: [], dtype: 'float32' } },
        run(current, inputs) {
          const params = Object.fromEntries(names.map((name) => [name, current[name] as Tensor]));
          const { loss, gradients } = lossAndGradients(params, () => ({
            loss: problem.loss(params),
            aux: {},
          }));
          const second = problem.distilled?.bind(problem);
          const distilled =
            second === undefined
              ? {}
              : lossAndGradients(params, () => ({ loss: second(params), aux: {} })).gradients;
          const next = optimizer.update({
            parameters: names.map((key) => ({
              key,
              value: params[key] as Tensor,
              gradient: gradients[key],
              distilled: distilled[key],
              decays: problem.decays?.((problem.initial[key] as GoldenTensor).shape) ?? true,
            })),
            state: current,
            learningRate: inputs['lr'] as Scalar,
          });
          return { outputs: { loss }, state: { ...next.parameters, ...next.state } };
        },
      },
    },
  });
  try {
    const losses: number[] = [];
    const params: ArrayMap[] = [];
    for (let step = 0; step < steps; step += 1) {
      const { loss } = program.call('step', { lr: Float32Array.of(rate) });
      losses.push(loss?.[0] as number);
      params.push(program.readState(names));
    }
    return { losses, params };
  } finally {
    program.dispose();
  }
}

/** 0.5 w.A.w - b.w */
function quadratic(root: GoldenNode): SmallProblem {
  const golden = root.get('quadratic_problem');
  const [matrix, offset] = [golden.get('A').tensor(), golden.get('b').tensor()];
  return {
    initial: { w: golden.get('w0').tensor() },
    loss(params) {
      const w = params['w'] as Tensor1D;
      const row = tf.reshape(w, [1, -1]) as Tensor2D;
      const product = tf.reshape(tf.matMul(row, constant(matrix) as Tensor2D, false, true), [-1]);
      const curvature = tf.mul(tf.sum(tf.mul(product, w)), 0.5);
      return tf.sub(curvature, tf.sum(tf.mul(constant(offset), w)));
    },
  };
}

/**
 * Linear, tanh, linear; mean squared error over all elements. Weights stay in PyTorch's layout
 * [out, in].
 */
function perceptron(root: GoldenNode): SmallProblem {
  const golden = root.get('mlp_problem');
  const [inputs, targets] = [golden.get('X').tensor(), golden.get('Y').tensor()];
  const params = golden.get('params0');
  const names = ['0.weight', '0.bias', '2.weight', '2.bias'];
  return {
    initial: Object.fromEntries(names.map((name) => [name, params.get(name).tensor()])),
    loss(given) {
      const layer = (x: Tensor2D, index: number) =>
        linear(
          x,
          tf.transpose(given[`${index}.weight`] as Tensor2D),
          given[`${index}.bias`] as Tensor1D,
        );
      const output = layer(tf.tanh(layer(constant(inputs) as Tensor2D, 0)), 2);
      return tf.mean(tf.squaredDifference(output, constant(targets)));
    },
  };
}

export const constant = ({ data, shape }: GoldenTensor): Tensor =>
  tf.tensor(Float32Array.from(data), [...shape]);

/** The optimizer of a run; hyper-parameters that the file leaves out have torch's defaults. */
function optimizerOf(run: GoldenNode): Optimizer {
  const kind = run.get('optimizer').text();
  const hyper = run.get('hyper');
  const known = kind === 'SGD' ? sgdKeys : adamKeys;
  const unknown = hyper.entries().find(([key]) => !known.includes(key));
  if (unknown !== undefined) {
    throw hyper.malformed(`has "${unknown[0]}", which Redistill's ${kind} does not know`);
  }
  const number = (key: string, fallback: number) => hyper.optional(key)?.number() ?? fallback;
  if (kind === 'SGD') {
    return sgd({
      momentum: number('momentum', 0),
      dampening: number('dampening', 0),
      weightDecay: number('weight_decay', 0),
      nesterov: hyper.optional('nesterov')?.flag() ?? false,
    });
  }
  const [beta1 = 0.9, beta2 = 0.999] = hyper.optional('betas')?.numbers() ?? [];
  const adaptive = { beta1, beta2, epsilon: number('eps', 1e-8) };
  if (kind === 'AdamW') return adamW({ ...adaptive, weightDecay: number('weight_decay', 0.01) });
  if (kind === 'Adam') return adam({ ...adaptive, weightDecay: number('weight_decay', 0) });
  throw run.get('optimizer').malformed(`is "${kind}", which Redistill does not have`);
}

const sgdKeys = ['lr', 'momentum', 'dampening', 'weight_decay', 'nesterov'];
const adamKeys = ['lr', 'betas', 'eps', 'weight_decay'];

/**
 * Learning rates against torch, timm, mdistiller and mmcv. Both sides compute in double precision
 * and the file rounds to nine digits: each rate may be off by 1e-8 of itself, or 1e-15 of the base
 * rate where it ends at zero.
 */
export const scheduleCheck: ParityCheck = (file) => {
  const repeated = new Map<string, number>();
  return GoldenNode.of(file)
    .get('schedules')
    .list()
    .map((node) => {
      const name = node.get('name').text();
      const count = (repeated.get(name) ?? 0) + 1;
      repeated.set(name, count);
      return scheduleCase(file.path, count === 1 ? name : `${name} (${count})`, node);
    });
};

function scheduleCase(path: string, label: string, node: GoldenNode): ParityCase {
  const expected = node.get('lr').numbers();
  const rateAt = scheduleOf(node, expected.length);
  const comparison = new Comparison(path, label);
  const base = node.get('base_lr').number();
  expected.forEach((value, index) => {
    const scale = value === 0 ? base * 1e-7 : Math.abs(value);
    comparison.scalar(`lr[${index}]`, rateAt(index), value, 1e-8, scale);
  });
  return comparison.result();
}

/** The rate at position `index` of the file's list. */
function scheduleOf(node: GoldenNode, length: number): (index: number) => number {
  const number = (key: string) => node.get(key).number();
  const optimizer = { lr: number('base_lr') };
  const warmupEpochs = 0;
  const first = Number(/^\d+/.exec(node.optional('epochs')?.text() ?? '')?.[0] ?? Number.NaN);
  // mdistiller counts epochs from 1, as here; torch and timm from 0.
  const counted = node.get('name').text().startsWith('mdistiller') ? 0 : 1;
  const epochOf = (index: number) => (Number.isNaN(first) ? 1 : first + counted) + index;
  const byEpoch = (recipe: ScheduledRecipe) => (index: number) =>
    learningRate(recipe, epochOf(index), 0, 1);
  const byStep = (recipe: ScheduledRecipe, stepsPerEpoch: number) => {
    const steps = node.get('iters').numbers();
    return (index: number) => learningRate(recipe, 1, steps[index] as number, stepsPerEpoch);
  };
  const timmWarmup = () => ({
    warmupEpochs: number('warmup_epochs'),
    warmup: { by: 'epoch', startLr: number('warmup_lr') } as const,
  });
  const name = node.get('name').text();
  switch (name) {
    case 'mdistiller_multistep':
    case 'torch_multistep': {
      const official = name === 'mdistiller_multistep';
      const milestones = [...node.get(official ? 'stages' : 'milestones').numbers()];
      const gamma = number(official ? 'rate' : 'gamma');
      return byEpoch({
        optimizer,
        epochs: length,
        schedule: { kind: 'multistep', milestones, gamma, warmupEpochs },
      });
    }
    case 'torch_cosine_annealing':
      return byEpoch({
        optimizer,
        epochs: number('T_max'),
        schedule: { kind: 'cosine', minLr: number('eta_min'), warmupEpochs },
      });
    case 'timm_cosine_warmup':
      return byEpoch({
        optimizer,
        epochs: number('t_initial'),
        schedule: { kind: 'cosine', minLr: number('min_lr'), ...timmWarmup() },
      });
    case 'timm_step_warmup': {
      const every = number('decay_epochs');
      const milestones = Array.from(
        { length: Math.floor(length / every) },
        (_, index) => (index + 1) * every,
      );
      return byEpoch({
        optimizer,
        epochs: length,
        schedule: { kind: 'multistep', milestones, gamma: number('decay_rate'), ...timmWarmup() },
      });
    }
    case 'poly':
      return byStep(
        {
          optimizer,
          epochs: 1,
          schedule: {
            kind: 'poly',
            power: number('power'),
            minLr: node.optional('min_lr')?.number() ?? 0,
            warmupEpochs,
          },
        },
        number('max_iter'),
      );
    case 'mm_linear_warmup_iters':
      return byStep(
        {
          optimizer,
          epochs: 1,
          schedule: {
            kind: 'constant',
            warmupEpochs,
            warmup: {
              by: 'step',
              startFactor: number('warmup_ratio'),
              steps: number('warmup_iters'),
            },
          },
        },
        1,
      );
    default:
      throw node.get('name').malformed(`is "${name}", a schedule that Redistill does not have`);
  }
}
