import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import type { Hyper } from '../../../contract/spec.ts';
import { resolveHyper } from '../../distillers/hyper.ts';
import { type LogitSource, logitLoss } from '../../distillers/logit-loss.ts';
import { logitParts } from '../../distillers/logit-parts.ts';
import { parseMethod } from '../../distillers/method-id.ts';
import { valuesOf } from '../../distillers/option-values.ts';
import { regionWeights, sddOptions } from '../../distillers/plugins/sdd.ts';
import type { TensorMap } from '../../engine/types.ts';
import type { GoldenNode, GoldenTensor } from '../golden.ts';
import { Comparison } from '../tolerance.ts';
import { compareLoss, type Summands, standardizationGain } from './bounds.ts';
import { lossCases } from './cases.ts';
import { type LossFunction, modes, runLoss } from './run.ts';

/** Hyper-parameters that golden files give under the names that they have here. */
const givenNumbers = ['temperature', 'alpha', 'beta', 'gamma', 'exponent'] as const;
const givenWords = ['weighting'] as const;
type Given = Readonly<
  Partial<
    Record<(typeof givenNumbers)[number], number> & Record<(typeof givenWords)[number], string>
  >
>;

/**
 * Check of a file of losses on logits (`logits_*`) or patch logits (`patch_*`) with the method `id`
 * names.
 */
export function logitCheck(id: string): ParityCheck {
  return (file) => lossCases(file, (node) => checkCase(file.path, id, node));
}

/** The file's method; a case says whether it standardizes the logits. */
function methodOf(fileId: string, node: GoldenNode): string {
  const standardized = node.get('hyper').optional('logit_stand')?.flag();
  if (standardized === undefined) return fileId;
  const [method, ...plugins] = fileId.split('+').filter((part) => part !== 'lskd');
  return [method, ...(standardized ? ['lskd'] : []), ...plugins].join('+');
}

function checkCase(path: string, fileId: string, node: GoldenNode): ParityCase {
  const id = methodOf(fileId, node);
  const comparison = new Comparison(path, node.get('name').text());
  const hyper = givenBy(node);
  const forms = id.startsWith('dkd') ? ['stable', 'official'] : [null];
  for (const form of forms) {
    const definition = lossOf(id, form === null ? hyper : { ...hyper, form }, node);
    if (form === 'stable' && !officialIsFinite(node)) compareStable(comparison, definition, node);
    else compareOfficial(comparison, definition, node, summandsOf(id, hyper, node), form);
  }
  if (!officialIsFinite(node)) {
    comparison.note(
      'the official result is not finite (recorded as such); the stable form is the default here',
    );
  }
  return comparison.result();
}

function givenBy(node: GoldenNode): Given {
  const hyper = node.get('hyper');
  const given = <Value>(names: readonly string[], read: (node: GoldenNode) => Value) =>
    names.flatMap((name) => {
      const node = hyper.optional(name);
      return node === null ? [] : [[name, read(node)] as const];
    });
  return Object.fromEntries<number | string>([
    ...given(givenNumbers, (node) => node.number()),
    ...given(givenWords, (node) => node.text()),
  ]);
}

/**
 * Whether the official code had a finite result of its own. SDD replaces what is not finite by 0
 * and then has no gradient, while the file's float64 result is far from 0.
 */
function officialIsFinite(node: GoldenNode): boolean {
  const replaced = node.get('grads').entries().length === 0;
  return Number.isFinite(node.get('outputs').get('loss').number()) && !replaced;
}

/**
 * The stable form where the official one overflows: finite, and equal to the official code in
 * float64.
 */
function compareStable(comparison: Comparison, definition: LossFunction, node: GoldenNode): void {
  const double = node.get('outputs').get('loss_f64').number();
  for (const mode of modes) {
    const result = runLoss(definition, mode);
    if (Number.isFinite(double))
      comparison.scalar(`${mode} stable loss, against float64`, result.loss, double, 1e-5);
    else comparison.equal(`${mode} stable loss is finite`, Number.isFinite(result.loss), true);
    for (const [name, grad] of Object.entries(result.grads)) {
      comparison.equal(`${mode} stable gradient of ${name} is finite`, allFinite(grad), true);
    }
    if (result.others['weights'] !== undefined)
      compareWeights(comparison, mode, result.others['weights'], node);
  }
}

function compareOfficial(
  comparison: Comparison,
  definition: LossFunction,
  node: GoldenNode,
  summands: Summands,
  form: string | null,
): void {
  const expected = node.get('outputs').get('loss').number();
  const replaced = node.get('grads').entries().length === 0;
  for (const mode of modes) {
    const label = form === null ? mode : (`${mode} ${form}` as const);
    const result = runLoss(definition, mode);
    if (result.others['weights'] !== undefined)
      compareWeights(comparison, mode, result.others['weights'], node);
    if (!Number.isFinite(expected)) {
      comparison.equal(`${label} loss is finite`, Number.isFinite(result.loss), false);
      for (const [name, golden] of node.get('grads').entries()) {
        const own = result.grads[name] as GoldenTensor;
        comparison.equal(
          `${label}, elements of the gradient of ${name} that are finite`,
          Array.from(own.data, Number.isFinite),
          Array.from(golden.tensor().data, Number.isFinite),
        );
      }
    } else if (replaced) {
      comparison.scalar(`${label} loss, replaced`, result.loss, expected, 0, 1);
      for (const [name, grad] of Object.entries(result.grads)) {
        const none = grad.data.every((value) => value === 0);
        comparison.equal(`${label} gradient of ${name} is none`, none, true);
      }
      comparison.equal(`${label} counts the replacement`, result.others['zeroed']?.[0], 1);
    } else {
      compareLoss(comparison, label, result, node, summands);
    }
  }
}

function compareWeights(
  comparison: Comparison,
  mode: string,
  weights: Float32Array | Int32Array,
  node: GoldenNode,
): void {
  const golden = node.get('outputs').get('region_weights').tensor();
  comparison.array(`${mode} region weights`, weights, golden.data, 0);
}

/** The product's loss on the tensors of a case. */
function lossOf(id: string, overrides: Hyper, node: GoldenNode): LossFunction {
  const inputs = node.get('inputs');
  const patches = inputs.has('patch_student');
  const [student, teacher] = patches
    ? ['patch_student', 'patch_teacher']
    : ['logits_student', 'logits_teacher'];
  const tensors: Record<string, GoldenTensor> = {
    [student as string]: inputs.get(student as string).tensor(),
    [teacher as string]: inputs.get(teacher as string).tensor(),
  };
  const batch = (tensors[student as string] as GoldenTensor).shape[0] as number;
  const target = inputs.optional('target')?.tensor() ?? noTarget(batch);
  const parsed = parseMethod(id);
  // A case with one region is SDD's own code on one region, not the shortcut that `M = [1]` takes
  // in training.
  const hyper = resolveHyper(parsed, { ...overrides, ...(patches ? { M: '[1,2,4]' } : {}) });
  const [method, plugins] = logitParts(parsed, hyper);
  const loss = (given: TensorMap, monitor: (name: string, value: Scalar) => void) =>
    logitLoss(method, plugins, goldenSource(given, student as string, teacher as string, monitor));
  return {
    tensors: { ...tensors, target },
    differentiate: [student as string],
    loss: (given) => loss(given, () => {}),
    others: (given) => {
      if (!patches) return {};
      const seen: Record<string, Tensor> = {};
      loss(given, (name, value) => {
        seen[name] = value;
      });
      return {
        weights: regionWeights(
          given['patch_teacher'] as Tensor3D,
          given['target'] as Tensor1D,
          valuesOf(sddOptions, hyper).complementaryWeight,
        ),
        zeroed: seen['sdd.zeroed'] as Tensor,
      };
    },
  };
}

/**
 * What a step would give, out of a case's tensors: patch logits where it has them, and then no
 * others.
 */
function goldenSource(
  given: TensorMap,
  student: string,
  teacher: string,
  monitor: (name: string, value: Scalar) => void,
): LogitSource {
  const unused = (name: string): never => {
    throw new TypeError(`A golden case of logits has no "${name}".`);
  };
  const patches = student.startsWith('patch');
  const whole = (name: string) =>
    patches
      ? (tf.squeeze(tf.slice(given[name] as Tensor, [0, 0, 0], [-1, -1, 1]), [2]) as Tensor2D)
      : (given[name] as Tensor2D);
  return {
    student: whole(student),
    teacher: whole(teacher),
    labels: given['target'] as Tensor1D,
    patches: () => ({ student: given[student] as Tensor3D, teacher: given[teacher] as Tensor3D }),
    param: unused,
    scalar: unused,
    monitor,
  };
}

/** KD needs no labels, and its files have none. */
function noTarget(batch: number): GoldenTensor {
  return { shape: [batch], data: new Float64Array(batch), dtype: 'int' };
}

/**
 * T^2 w ln C for the loss, T w / R for the gradient, times 2 for complementary regions and the gain
 * of LSKD.
 */
function summandsOf(
  id: string,
  { temperature = 1, alpha = 1, beta = 0, gamma = 0 }: Given,
  node: GoldenNode,
): Summands {
  const inputs = node.get('inputs');
  const name = inputs.has('patch_student') ? 'patch_student' : 'logits_student';
  const { shape, data } = inputs.get(name).tensor();
  const [batch, classes, regions = 1] = shape as [number, number, number?];
  const weight = alpha + beta + gamma;
  const most = regions > 1 ? 2 : 1;
  const gain = id.includes('lskd') ? standardizationGain(data, classes) : 1;
  return {
    loss: temperature ** 2 * weight * Math.log(classes) * most,
    grads: { [name]: (temperature * weight * most * gain) / (batch * regions) },
  };
}

function allFinite(tensor: GoldenTensor): boolean {
  return tensor.data.every(Number.isFinite);
}
