import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import type { TensorMap } from '../../engine/types.ts';
import type { ParityDriver } from '../driver.ts';
import type { GoldenNode } from '../golden.ts';
import { compareLoss, gradientsOf } from '../losses/bounds.ts';
import { lossCases } from '../losses/cases.ts';
import { summandsOf } from '../losses/features.ts';
import { buildGolden, type GoldenMethod, goldenStep, tensorsOf } from '../losses/networks.ts';
import { type LossFunction, modes, runLoss } from '../losses/run.ts';
import { Comparison, relativeTolerance } from '../tolerance.ts';
import { ofakdCrdCheck } from './ofakd-crd.ts';

/**
 * CRD over two steps: losses, the constants set by the first, and the memory as it leaves it to the
 * second.
 */
const check: ParityCheck = (file) => lossCases(file, (node) => contrastCase(file.path, node));

export const crd: ParityDriver = {
  'losses/crd.json': check,
  'losses/ofakd_crd.json': ofakdCrdCheck,
};

function contrastCase(path: string, node: GoldenNode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const outputs = node.get('outputs');
  for (const mode of modes) {
    const result = runLoss(twoSteps(node), mode);
    compareLoss(comparison, mode, result, node, summandsOf(node, 0));
    // No noise is recorded for these: that of the loss.
    const tolerance = relativeTolerance(
      Math.abs(outputs.get('loss').number() - outputs.get('loss_f64').number()),
      outputs.get('loss').number(),
    );
    for (const name of ['loss_step1', 'loss_step2', 'Z_v1', 'Z_v2']) {
      const own = result.others[name]?.[0] as number;
      comparison.scalar(`${mode} ${name}`, own, outputs.get(name).number(), tolerance);
    }
    for (const name of ['memory_v1', 'memory_v2']) {
      const golden = outputs.get(`${name}_after_step1`).tensor();
      comparison.array(`${mode} ${name}`, result.others[name] ?? [], golden.data, tolerance);
    }
  }
  return comparison.result();
}

function twoSteps(node: GoldenNode): LossFunction {
  const hyper = node.get('hyper');
  const number = (name: string) => hyper.get(name).number();
  // The negatives are given; their number is the method's only where it draws them.
  const drawn = node.get('inputs').get('contrast_index').tensor().shape[1] as number;
  hyper.get('nce_k').fixed(drawn - 1);
  const method = (suffix: string): GoldenMethod => ({
    id: 'crd',
    hyper: {
      featWeight: 1,
      featDim: number('feat_dim'),
      nceK: number('nce_k'),
      nceTemperature: number('temperature'),
      nceMomentum: number('momentum'),
    },
    student: { pooled: `feat_student${suffix}` },
    teacher: { pooled: `feat_teacher${suffix}` },
    indices: `index${suffix}`,
    draws: { contrast: `contrast_index${suffix}` },
    // Which pictures are negatives is given; their classes do not matter.
    trainLabels: new Int32Array(number('num_data')),
    golden: (param) => param,
  });
  const tensors = tensorsOf(node);
  const built = buildGolden(method(''), tensors);
  const run = (given: TensorMap) => {
    const start = {
      'contrast.memory_v1': given['memory_v1'] as Tensor,
      'contrast.memory_v2': given['memory_v2'] as Tensor,
      'contrast.Z_v1': tf.tensor1d([-1]),
      'contrast.Z_v2': tf.tensor1d([-1]),
    };
    const first = goldenStep(method(''), built, given, start);
    const second = goldenStep(method('_step2'), built, given, first.updates);
    return { first, second };
  };
  return {
    tensors,
    differentiate: gradientsOf(node).map(([name]) => name),
    loss: (given) => {
      const { first, second } = run(given);
      return tf.add(first.terms['crd'] as Scalar, second.terms['crd'] as Scalar);
    },
    others: (given) => {
      const { first, second } = run(given);
      return {
        loss_step1: first.terms['crd'] as Tensor,
        loss_step2: second.terms['crd'] as Tensor,
        Z_v1: first.updates['contrast.Z_v1'] as Tensor,
        Z_v2: second.updates['contrast.Z_v2'] as Tensor,
        memory_v1: first.updates['contrast.memory_v1'] as Tensor,
        memory_v2: first.updates['contrast.memory_v2'] as Tensor,
      };
    },
  };
}
