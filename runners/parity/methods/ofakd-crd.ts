import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import type { TensorMap } from '../../engine/types.ts';
import { GoldenNode, type GoldenTensor } from '../golden.ts';
import { compareLoss, gradientsOf } from '../losses/bounds.ts';
import { summandsOf } from '../losses/features.ts';
import { number, smoothingOf } from '../losses/inputs.ts';
import { buildGolden, type GoldenMethod, goldenStep, tensorsOf } from '../losses/networks.ts';
import { type LossFunction, modes, runLoss } from '../losses/run.ts';
import { Comparison, relativeTolerance } from '../tolerance.ts';

/**
 * CRD as OFA-KD's whole distiller, step after step: a case starts with the memory and the constants
 * that the case before it left, and with the parameters of the first.
 */
export const ofakdCrdCheck: ParityCheck = (file) => {
  const cases = GoldenNode.of(file).get('cases').list();
  return cases.map((node, index) => stepCase(file.path, node, cases.slice(0, index)));
};

const memories = ['memory_v1', 'memory_v2'] as const;
const constants = ['Z_v1', 'Z_v2'] as const;

function stepCase(path: string, node: GoldenNode, before: readonly GoldenNode[]): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const outputs = node.get('outputs');
  const loss = outputs.get('loss').number();
  // No noise is recorded for the parts and the memory: that of the loss.
  const noise = Math.abs(loss - outputs.get('loss_f64').number());
  const definition = stepOf(node, before);
  for (const mode of modes) {
    const result = runLoss(definition, mode);
    compareLoss(comparison, mode, result, node, summandsOf(node, 0));
    const tolerance = relativeTolerance(noise, loss);
    for (const name of ['loss_gt', 'loss_kd', ...constants]) {
      const own = result.others[name]?.[0] as number;
      comparison.scalar(`${mode} ${name}`, own, outputs.get(name).number(), tolerance);
    }
    for (const name of memories) {
      const golden = outputs.get(name).tensor().data;
      comparison.array(`${mode} ${name}`, result.others[name] ?? [], golden, tolerance);
    }
  }
  return comparison.result();
}

function stepOf(node: GoldenNode, before: readonly GoldenNode[]): LossFunction {
  const first = before[0] ?? node;
  // Settings that a later step leaves out are those of the first.
  const setting = (name: string) => number(node.get('hyper').has(name) ? node : first, name);
  const hyper = node.get('hyper');
  const drawn = node.get('inputs').get('contrast_index').tensor().shape[1] as number;
  // The negatives are given; their number is the method's only where it draws them.
  hyper.get('crd_k').fixed(drawn - 1);
  const method: GoldenMethod = {
    id: 'crd',
    hyper: {
      ceWeight: weight(node, 'gt_loss_weight'),
      featWeight: weight(node, 'kd_loss_weight'),
      featDim: setting('crd_feat_dim'),
      nceK: setting('crd_k'),
      nceTemperature: setting('crd_temperature'),
      nceMomentum: setting('crd_momentum'),
    },
    student: { pooled: 'pooled_student', logits: 'logits_student' },
    teacher: { pooled: 'pooled_teacher', logits: 'logits_teacher' },
    target: 'target',
    ...smoothingOf(node),
    indices: 'index',
    draws: { contrast: 'contrast_index' },
    // Which pictures are negatives is given; their classes do not matter.
    trainLabels: new Int32Array(setting('num_data')),
    whole: true,
    golden: (param) => param,
  };
  const tensors = { ...paramsOf(first), ...tensorsOf(node), ...stateBefore(node, before.at(-1)) };
  const built = buildGolden(method, tensors);
  const run = (given: TensorMap) =>
    goldenStep(
      method,
      built,
      given,
      Object.fromEntries(
        [...memories, ...constants].map((name) => [
          `contrast.${name}`,
          given[`state:${name}`] as Tensor,
        ]),
      ),
    );
  return {
    tensors,
    differentiate: gradientsOf(node).map(([name]) => name),
    loss: (given) => tf.addN(Object.values(run(given).terms)) as Scalar,
    others: (given) => {
      const { terms, updates } = run(given);
      return {
        loss_gt: terms['ce'] as Tensor,
        loss_kd: terms['crd'] as Tensor,
        ...Object.fromEntries(
          [...memories, ...constants].map((name) => [name, updates[`contrast.${name}`] as Tensor]),
        ),
      };
    },
  };
}

/** 1 where a case does not state it. */
const weight = (node: GoldenNode, name: string): number =>
  node.get('hyper').optional(name)?.number() ?? 1;

function paramsOf(node: GoldenNode): Record<string, GoldenTensor> {
  return Object.fromEntries(
    node
      .get('params')
      .entries()
      .map(([name, each]) => [`param:${name}`, each.tensor()]),
  );
}

/** The memory and the constants before a step; -1 means that there is no constant yet. */
function stateBefore(
  node: GoldenNode,
  previous: GoldenNode | undefined,
): Record<string, GoldenTensor> {
  const given = previous === undefined ? node.get('memory_before') : previous.get('outputs');
  const constant = (name: string): GoldenTensor => ({
    shape: [1],
    data: Float64Array.of(previous === undefined ? -1 : given.get(name).number()),
    dtype: 'float',
  });
  return Object.fromEntries([
    ...memories.map((name) => [`state:${name}`, given.get(name).tensor()]),
    ...constants.map((name) => [`state:${name}`, constant(name)]),
  ]);
}
