import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { resolveHyper } from '../../distillers/hyper.ts';
import { logitLoss } from '../../distillers/logit-loss.ts';
import { logitParts } from '../../distillers/logit-parts.ts';
import { parseMethod } from '../../distillers/method-id.ts';
import type { TensorMap } from '../../engine/types.ts';
import { patchLogits } from '../../networks/patch-logits.ts';
import type { NetworkOutput } from '../../networks/types.ts';
import type { GoldenNode, GoldenTensor } from '../golden.ts';
import { compareLoss } from '../losses/bounds.ts';
import { lossCases } from '../losses/cases.ts';
import { type LossFunction, type LossResult, type Mode, modes, runLoss } from '../losses/run.ts';
import { Comparison, relativeTolerance } from '../tolerance.ts';

/**
 * SDD from the feature map on: pyramid pooling, the shared classifier, SDD-KD; and plain KD where M
 * is [1].
 */
export const pyramidCheck: ParityCheck = (file) =>
  lossCases(file, (node) => checkCase(file.path, node));

function checkCase(path: string, node: GoldenNode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const pyramid = node.get('hyper').get('M').text();
  const levels = levelsOf(node.get('hyper').get('M'));
  const temperature = node.get('hyper').get('temperature').number();
  // A pyramid of one level is SDD's own code on one region, not the shortcut that `M = [1]` takes
  // in training.
  const patched = definitionOf(node, temperature, pyramid === '[1]' ? null : pyramid, levels);
  const plain = definitionOf(node, temperature, '[1]', levels);
  const { shape } = node.get('inputs').get('feat_student').tensor();
  const classes = (node.get('params').get('student_fc.bias').tensor().shape[0] ?? 2) as number;
  for (const mode of modes) {
    const result = runLoss(patched, mode);
    compareLoss(comparison, mode, result, node, {
      loss: temperature ** 2 * Math.log(classes) * 2,
      grads: { feat_student: (temperature * 2) / (shape[0] as number) },
    });
    compareOthers(comparison, mode, result, node);
    const global = node.get('outputs').optional('loss_plain_kd_global');
    if (global !== null) {
      const expected = global.number();
      const noise = Math.abs(
        node.get('outputs').get('loss').number() - node.get('outputs').get('loss_f64').number(),
      );
      const tolerance = relativeTolerance(noise, Math.abs(expected));
      comparison.scalar(`${mode} plain KD`, runLoss(plain, mode).loss, expected, tolerance);
    }
  }
  return comparison.result();
}

function levelsOf(node: GoldenNode): number[] {
  if (!/^\[\d+(,\d+)*\]$/.test(node.text())) throw node.malformed('must be such as "[1,2,4]"');
  return JSON.parse(node.text()) as number[];
}

/** Pooled features, patch logits and global logits, all without recorded noise. */
function compareOthers(
  comparison: Comparison,
  mode: Mode,
  result: LossResult,
  node: GoldenNode,
): void {
  const outputs = node.get('outputs');
  for (const [name, own] of Object.entries(result.others)) {
    const golden = outputs.optional(name);
    if (golden !== null)
      comparison.array(`${mode} ${name}`, own, golden.tensor().data, relativeTolerance(0, 1));
  }
}

/**
 * SDD-KD over the pyramid that is chosen; with `M = [1]` what training does then: KD of the global
 * logits. Without a choice over `levels`.
 */
function definitionOf(
  node: GoldenNode,
  temperature: number,
  choice: string | null,
  levels: readonly number[],
): LossFunction {
  const parsed = parseMethod('kd+sdd');
  const hyper = resolveHyper(parsed, { temperature, ...(choice !== null && { M: choice }) });
  const [method, plugins] = logitParts(parsed, hyper);
  const inputs = node.get('inputs');
  const tensors: Record<string, GoldenTensor> = {
    feat_student: inputs.get('feat_student').tensor(),
    feat_teacher: inputs.get('feat_teacher').tensor(),
    target: inputs.get('target').tensor(),
    ...Object.fromEntries(
      node
        .get('params')
        .entries()
        .map(([name, value]) => [`param:${name}`, value.tensor()]),
    ),
  };
  return {
    tensors,
    differentiate: ['feat_student', 'param:student_fc.weight', 'param:student_fc.bias'],
    loss: (given) => {
      const student = network(given, 'student');
      const teacher = network(given, 'teacher');
      return logitLoss(method, plugins, {
        student: student.logits,
        teacher: teacher.logits,
        labels: given['target'] as Tensor1D,
        patches: (chosen) => ({
          student: patchLogits(student, choice === null ? levels : chosen),
          teacher: patchLogits(teacher, choice === null ? levels : chosen),
        }),
        param: unused,
        scalar: unused,
        monitor: () => {},
      });
    },
    others: (given) => {
      const student = network(given, 'student');
      const teacher = network(given, 'teacher');
      return {
        pooled_student: patchLogits({ ...student, classify: identity }, levels),
        patch_student: patchLogits(student, levels),
        patch_teacher: patchLogits(teacher, levels),
        global_logits_student: student.logits,
        global_logits_teacher: teacher.logits,
      };
    },
  };
}

function unused(name: string): never {
  throw new TypeError(`SDD on KD has no "${name}".`);
}

function identity(pooled: Tensor2D): Tensor2D;
function identity(pooled: Tensor3D): Tensor3D;
function identity(pooled: Tensor): Tensor {
  return pooled;
}

/** A network that ends in the given feature map [B, C, H, W] and linear classifier [K, C]. */
function network(given: TensorMap, which: 'student' | 'teacher'): NetworkOutput {
  const lastMap = tf.transpose(given[`feat_${which}`] as Tensor4D, [0, 2, 3, 1]);
  const weight = tf.transpose(given[`param:${which}_fc.weight`] as Tensor2D);
  const bias = given[`param:${which}_fc.bias`] as Tensor1D;
  const rows = (pooled: Tensor2D) => tf.add<Tensor2D>(tf.matMul(pooled, weight), bias);
  function classify(pooled: Tensor2D): Tensor2D;
  function classify(pooled: Tensor3D): Tensor3D;
  function classify(pooled: Tensor2D | Tensor3D): Tensor {
    const [channels] = weight.shape;
    const flat = rows(tf.reshape(pooled as Tensor, [-1, channels]));
    return tf.reshape(flat, [...pooled.shape.slice(0, -1), bias.shape[0]]);
  }
  const pooled = tf.mean<Tensor2D>(lastMap, [1, 2]);
  return {
    logits: rows(pooled),
    features: [],
    preactFeatures: [],
    pooled,
    lastMap,
    classify,
  };
}
