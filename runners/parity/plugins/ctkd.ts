import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import type { Hyper } from '../../../contract/spec.ts';
import { resolveHyper } from '../../distillers/hyper.ts';
import { kdRows } from '../../distillers/kd-rows.ts';
import { logitLoss } from '../../distillers/logit-loss.ts';
import { logitParts } from '../../distillers/logit-parts.ts';
import { parseMethod } from '../../distillers/method-id.ts';
import { lambdaOfEpoch, learnedTemperature } from '../../distillers/plugins/ctkd.ts';
import type { ActingPlugin } from '../../distillers/types.ts';
import type { TensorMap } from '../../engine/types.ts';
import type { ParityDriver } from '../driver.ts';
import { GoldenNode, type GoldenTensor } from '../golden.ts';
import { compareLoss, type Summands, standardizationGain } from '../losses/bounds.ts';
import { lossCases } from '../losses/cases.ts';
import { type LossFunction, modes, runLoss } from '../losses/run.ts';
import { Comparison, largest, relativeTolerance } from '../tolerance.ts';

/**
 * CTKD: the schedules of lambda, and losses with their gradients to the logits and to the
 * temperature's parameters.
 */
const check: ParityCheck = (file) => {
  const root = GoldenNode.of(file);
  return [
    ...root
      .get('schedule')
      .list()
      .map((node, index) => scheduleCase(file.path, node, index)),
    ...lossCases(file, (node) => lossCase(file.path, node)),
  ];
};

export const ctkd: ParityDriver = { 'losses/ctkd.json': check };

function scheduleCase(path: string, node: GoldenNode, index: number): ParityCase {
  const comparison = new Comparison(path, `schedule_${index}`);
  const epochs = node.get('epochs').numbers();
  for (const decay of ['cosine', 'linear'] as const) {
    const golden = node.optional(`lambda_${decay}`);
    if (golden === null) continue;
    const schedule = {
      decay,
      decayMax: node.get('decay_max').number(),
      decayMin: node.get('decay_min').number(),
      decayLoops: node.get('decay_loops').number(),
    };
    const own = Array.from(epochs, (epoch) => lambdaOfEpoch(schedule, epoch));
    // The file rounds to nine digits, and lambda is a number of JavaScript: no float32 in between.
    comparison.array(`lambda, ${decay}`, own, golden.numbers(), 1e-8, 1);
  }
  return comparison.result();
}

/**
 * The factor of the gradient reversal: that of the case's epoch and schedule, or where it names
 * none, the one given.
 */
function lambdaOf(node: GoldenNode): number {
  const golden = node.get('hyper');
  const given = golden.get('lambda').number();
  const decay = golden.optional('decay');
  if (decay === null) return given;
  const words = /^(cosine|linear) max (\S+) min (\S+) loops (\d+)$/.exec(decay.text());
  if (words === null) throw decay.malformed('must be such as "cosine max 0 min -1 loops 10"');
  const [, shape, decayMax, decayMin, decayLoops] = words as unknown as [
    string,
    string,
    ...string[],
  ];
  const parsed = parseMethod('kd+ctkd');
  const hyper = resolveHyper(parsed, {
    ...rangeOf(node),
    decay: shape,
    decayMax: Number(decayMax),
    decayMin: Number(decayMin),
    decayLoops: Number(decayLoops),
  });
  const [, [ctkd]] = logitParts(parsed, hyper);
  return ctkd?.scalars(golden.get('epoch').number())['lambda'] as number;
}

function lossCase(path: string, node: GoldenNode): ParityCase {
  const name = node.get('name').text();
  const comparison = new Comparison(path, name);
  const definition = definitionOf(node);
  const lambda = node.get('hyper').get('lambda').number();
  // The file rounds to nine digits.
  comparison.scalar('lambda', lambdaOf(node), lambda, 1e-8, 1);
  for (const mode of modes) {
    const result = runLoss(definition, mode);
    compareLoss(comparison, mode, result, node, summandsOf(result.others['temperature'], node));
    compareTemperature(comparison, mode, result.others['temperature'], node);
  }
  if (node.get('hyper').optional('official')?.flag() === false)
    comparison.note('the perceptron is not official: it was never in the repository');
  return comparison.result();
}

function compareTemperature(
  comparison: Comparison,
  mode: string,
  own: ArrayLike<number> | undefined,
  node: GoldenNode,
): void {
  const golden = node.get('outputs').get('temperature');
  const expected = golden.has('shape') ? golden.tensor().data : [golden.number()];
  comparison.array(`${mode} temperature`, own ?? [], expected, relativeTolerance(0, 1));
}

function definitionOf(node: GoldenNode): LossFunction {
  const params = node.get('params');
  if (params.has('mlp.global_T')) return globalLoss(node);
  if (params.has('raw')) return rawLoss(node);
  if (params.has('fc1.weight')) return perceptronLoss(node);
  throw params.malformed('has none of mlp.global_T, raw and fc1.weight');
}

/**
 * Whether the case is of DKD. All cases of one temperature carry DKD's weights, which the official
 * script had set; those of KD do not use them, so that only the name tells.
 */
function isDecoupled(node: GoldenNode): boolean {
  const golden = node.get('hyper');
  for (const name of ['dkd_alpha', 'dkd_beta']) golden.optional(name)?.number();
  return /(^|_)dkd(_|$)/.test(node.get('name').text());
}

/** The plug-in as it trains, on KD or DKD, with standardization where the case has it. */
function globalLoss(node: GoldenNode): LossFunction {
  const golden = node.get('hyper');
  const base = isDecoupled(node) ? 'dkd' : 'kd';
  const standardized = golden.optional('logit_stand')?.flag() ?? false;
  return composed(node, `${base}${standardized ? '+lskd' : ''}+ctkd`, {
    ...(base === 'dkd'
      ? { alpha: golden.get('dkd_alpha').number(), beta: golden.get('dkd_beta').number() }
      : {}),
  });
}

/** The plug-in's instance mode: a perceptron gives every row its temperature. */
function perceptronLoss(node: GoldenNode): LossFunction {
  return composed(node, 'kd+ctkd', { mode: 'instance' });
}

function composed(node: GoldenNode, id: string, overrides: Hyper): LossFunction {
  const parsed = parseMethod(id);
  const hyper = resolveHyper(parsed, { ...overrides, ...rangeOf(node) });
  const [method, plugins] = logitParts(parsed, hyper);
  // It is the last of the plug-ins in canonical order.
  const ctkd = plugins.at(-1) as ActingPlugin;
  return {
    ...tensorsOf(node),
    loss: (given) => logitLoss(method, plugins, sourceOf(given)),
    others: (given) => {
      const { student, teacher, labels, ...step } = sourceOf(given);
      const rows = { student, teacher, target: labels, temperature: tf.scalar(1), weights: null };
      return { temperature: ctkd.rows(rows, step).temperature as Tensor };
    },
  };
}

/** What a step would give, out of a case's tensors. */
function sourceOf(given: TensorMap) {
  return {
    student: given['logits_student'] as Tensor2D,
    teacher: given['logits_teacher'] as Tensor2D,
    labels: given['target'] as Tensor1D,
    patches: (): never => {
      throw new TypeError('CTKD has no patches.');
    },
    param: (name: string) => paramOf(given, name),
    scalar: () => given['lambda'] as Scalar,
    monitor: () => {},
  };
}

/** The loss of the README on given raw temperatures. */
function rawLoss(node: GoldenNode): LossFunction {
  const range = rangeOf(node);
  const temperature = (given: TensorMap) =>
    learnedTemperature(
      tf.reshape(given['param:raw'] as Tensor, [-1, 1]) as Tensor2D,
      given['lambda'] as Scalar,
      range,
    );
  return {
    ...tensorsOf(node),
    loss: (given) =>
      tf.mean(
        kdRows({
          student: given['logits_student'] as Tensor2D,
          teacher: given['logits_teacher'] as Tensor2D,
          target: given['target'] as Tensor1D,
          temperature: temperature(given),
          teacherOffset: 1e-7,
        }),
      ),
    others: (given) => ({ temperature: temperature(given) }),
  };
}

/**
 * `mlp.fc1.weight` of the plug-in is `param:fc1.weight` of the file, [out, in] there and [in, out]
 * here.
 */
function paramOf(given: TensorMap, name: string): Tensor {
  const own = given[`param:${name}`];
  if (own !== undefined) return own;
  const golden = given[`param:${name.replace(/^mlp\./, '')}`] as Tensor;
  return golden.rank === 2 ? tf.transpose(golden) : golden;
}

function rangeOf(node: GoldenNode): Readonly<Record<'tStart' | 'tEnd', number>> {
  const hyper = node.get('hyper');
  return { tStart: hyper.get('t_start').number(), tEnd: hyper.get('t_end').number() };
}

function tensorsOf(node: GoldenNode): Pick<LossFunction, 'tensors' | 'differentiate'> {
  const inputs = node.get('inputs');
  const student = inputs.get('logits_student').tensor();
  const batch = student.shape[0] as number;
  const params = node
    .get('params')
    .entries()
    .map(([name, value]): [string, GoldenTensor] => [`param:${name}`, value.tensor()]);
  const lambda = lambdaOf(node);
  return {
    tensors: {
      logits_student: student,
      logits_teacher: inputs.get('logits_teacher').tensor(),
      target: inputs.optional('target')?.tensor() ?? {
        shape: [batch],
        data: new Float64Array(batch),
        dtype: 'int',
      },
      lambda: { shape: [], data: Float64Array.of(lambda), dtype: 'float' },
      ...Object.fromEntries(params),
    },
    differentiate: ['logits_student', ...params.map(([name]) => name)],
  };
}

/**
 * T^2 w ln C for the loss; T w / B times the gain of standardization for the logits. The gradient
 * to the raw temperature is a difference, too: of 2 T KL, from T^2, and of what the softened
 * distributions lose, each T w ln C at most, times tEnd lambda / 4 from the sigmoid and the
 * reversal; divided by B where each row has its own.
 */
function summandsOf(temperatures: ArrayLike<number> | undefined, node: GoldenNode): Summands {
  const { shape, data } = node.get('inputs').get('logits_student').tensor();
  const [batch, classes] = shape as [number, number];
  const temperature = largest(temperatures ?? [1]);
  const hyper = node.get('hyper');
  const weight = isDecoupled(node)
    ? Math.max(1, hyper.get('dkd_alpha').number() + hyper.get('dkd_beta').number())
    : 1;
  const gain =
    hyper.optional('logit_stand')?.flag() === true ? standardizationGain(data, classes) : 1;
  const reversal = (hyper.get('t_end').number() * Math.abs(hyper.get('lambda').number())) / 4;
  const ofRaw = 2 * temperature * weight * Math.log(classes) * reversal;
  return {
    loss: temperature ** 2 * weight * Math.log(classes),
    grads: {
      logits_student: (temperature * weight * gain) / batch,
      'param:mlp.global_T': ofRaw,
      'param:raw': ofRaw / batch,
      // Sums over the batch of raw gradients times activations, which are of the order of 1.
      'param:fc1.weight': ofRaw,
      'param:fc1.bias': ofRaw,
      'param:fc2.weight': ofRaw,
      'param:fc2.bias': ofRaw,
    },
  };
}
