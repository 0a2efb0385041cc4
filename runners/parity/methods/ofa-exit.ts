import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { ofaLoss } from '../../distillers/ofa.ts';
import type { GoldenNode, GoldenTensor } from '../golden.ts';
import { compareLoss } from '../losses/bounds.ts';
import { lossCases } from '../losses/cases.ts';
import { summandsOf } from '../losses/features.ts';
import { type LossFunction, modes, runLoss } from '../losses/run.ts';
import { Comparison } from '../tolerance.ts';

/** OFA's loss of one exit, with hard and with smoothed labels, in both forms. */
export const exitCheck: ParityCheck = (file) =>
  lossCases(file, (node) => adaptiveCase(file.path, node));

function adaptiveCase(path: string, node: GoldenNode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const outputs = node.get('outputs');
  const finite = Number.isFinite(outputs.get('loss').number());
  compareSmoothing(comparison, node);
  for (const mode of modes) {
    for (const form of ['stable', 'official'] as const) {
      const result = runLoss(lossOf(form, node), mode);
      const gradient = (result.grads['logits_student'] as GoldenTensor).data;
      const label = `${mode} ${form}`;
      if (finite) {
        compareLoss(comparison, label, result, node, summandsOf(node, 0));
      } else if (form === 'stable') {
        const double = outputs.get('loss_f64').number();
        comparison.scalar(`${label} loss, against float64`, result.loss, double, 1e-5);
        comparison.equal(`${label} gradient is finite`, gradient.every(Number.isFinite), true);
      } else {
        const expected = node.get('grads').get('logits_student').tensor().data;
        comparison.equal(`${label} loss is finite`, Number.isFinite(result.loss), false);
        comparison.equal(
          `${label}, elements of the gradient that are finite`,
          Array.from(gradient, Number.isFinite),
          Array.from(expected, Number.isFinite),
        );
      }
    }
  }
  if (!finite) {
    comparison.note(
      'the official result is not finite (recorded as such); the stable form is the default here',
    );
  }
  return comparison.result();
}

function lossOf(form: 'stable' | 'official', node: GoldenNode): LossFunction {
  const inputs = node.get('inputs');
  const eps = node.get('hyper').get('eps').number();
  const temperature = node.get('hyper').get('temperature').number();
  return {
    tensors: {
      logits_student: inputs.get('logits_student').tensor(),
      logits_teacher: inputs.get('logits_teacher').tensor(),
      target: labelsOf(inputs),
    },
    differentiate: ['logits_student'],
    loss: (given) =>
      ofaLoss(
        given['logits_student'] as Tensor2D,
        { teacher: given['logits_teacher'] as Tensor2D, labels: given['target'] as Tensor1D },
        eps,
        { temperature, form },
      ),
  };
}

/**
 * Smoothed labels are what the product's smoothing makes of the label: 1 - s + s / C there, s / C
 * elsewhere.
 */
function compareSmoothing(comparison: Comparison, node: GoldenNode): void {
  const smoothing = node.get('hyper').optional('smoothing')?.number();
  const given = node.get('inputs').optional('soft_label')?.tensor();
  if (smoothing === undefined || given === undefined) return;
  const classes = given.shape[1] as number;
  const labels = labelsOf(node.get('inputs')).data;
  const own = Array.from(given.data, (_, at) => {
    const right = labels[Math.floor(at / classes)] === at % classes;
    return smoothing / classes + (right ? 1 - smoothing : 0);
  });
  comparison.array('smoothed labels', own, given.data, 1e-6);
}

/**
 * Of smoothed labels the official code takes the largest: the label itself, which is what our
 * batches hold.
 */
function labelsOf(inputs: GoldenNode): GoldenTensor {
  const hard = inputs.optional('target')?.tensor();
  if (hard !== undefined) return hard;
  const { shape, data } = inputs.get('soft_label').tensor();
  const [batch, classes] = shape as [number, number];
  const labels = Float64Array.from({ length: batch }, (_, row) => {
    const values = data.subarray(row * classes, (row + 1) * classes);
    return values.indexOf(Math.max(...values));
  });
  return { shape: [batch], data: labels, dtype: 'int' };
}
