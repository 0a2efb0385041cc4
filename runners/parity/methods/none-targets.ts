import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ParityCheck } from '../../../contract/parity.ts';
import { mixLabels } from '../../data/augment/mix.ts';
import { type LabelLossSettings, labelLoss, smoothed } from '../../distillers/label-loss.ts';
import type { GoldenNode, GoldenTensor } from '../golden.ts';
import { compareLoss } from '../losses/bounds.ts';
import { lossCases } from '../losses/cases.ts';
import { modes, runLoss } from '../losses/run.ts';
import { Comparison } from '../tolerance.ts';

/**
 * timm's losses with labels: smoothed, mixed (`hyper.lam`), and the binary cross-entropy, with the
 * targets that they make of labels.
 */
export const targetsCheck: ParityCheck = (file) =>
  lossCases(file, (node) => {
    const name = node.get('name').text();
    const comparison = new Comparison(file.path, name);
    const inputs = node.get('inputs');
    const logits = inputs.get('logits_student').tensor();
    const [batch, classes] = logits.shape as [number, number];
    const hyper = node.get('hyper');
    const share = hyper.optional('lam')?.number() ?? null;
    const stated = hyper.optional('num_classes')?.number();
    if (stated !== undefined) comparison.equal('the number of classes', classes, stated);
    const form = binary(hyper);
    const settings: LabelLossSettings = {
      smoothing: hyper.optional('smoothing')?.number() ?? 0,
      ...(name.startsWith('bce') && { form }),
    };
    const labels = inputs.optional('labels')?.tensor() ?? null;
    const given = inputs.optional('targets')?.tensor() ?? null;
    const mixed = share === null || labels === null ? null : mixedOf(labels, classes, share);
    const shares = given ?? mixed?.shares ?? null;
    const tensors = {
      logits_student: logits,
      labels: mixed?.labels ?? labels ?? noLabels(batch),
      ...(shares !== null && { shares }),
    };
    for (const mode of modes) {
      const result = runLoss(
        {
          tensors,
          differentiate: ['logits_student'],
          loss: (each) =>
            labelLoss(
              {
                labels: each['labels'] as Tensor1D,
                ...(shares !== null && { shares: each['shares'] as Tensor2D }),
              },
              each['logits_student'] as Tensor2D,
              settings,
            ),
          others: (each) =>
            mixed === null
              ? {}
              : {
                  targets: smoothed(each['shares'] as Tensor2D, settings.smoothing),
                  labels: tf.add(each['labels'] as Tensor1D, tf.scalar(0, 'int32')),
                },
        },
        mode,
      );
      compareLoss(comparison, mode, result, node, {
        loss: Math.log(classes),
        grads: { logits_student: 1 / batch },
      });
      const targets = node.get('outputs').optional('targets')?.tensor();
      if (targets === undefined) continue;
      const own = result.others['targets'] ?? [];
      const largest = node.get('outputs').get('argmax_of_targets').tensor();
      comparison
        .array(`${mode} targets`, own, targets.data, 1e-6)
        .array(`${mode} largest targets`, result.others['labels'] ?? [], largest.data, 0);
    }
    return comparison.result();
  });

function binary(hyper: GoldenNode): LabelLossSettings['form'] {
  const threshold = hyper.optional('target_threshold')?.number();
  return { kind: 'binary', ...(threshold !== undefined && { threshold }) };
}

function mixedOf(labels: GoldenTensor, classes: number, share: number) {
  const mixed = mixLabels(Int32Array.from(labels.data), classes, share);
  const count = mixed.labels.length;
  return {
    labels: { shape: [count], dtype: 'int', data: Float64Array.from(mixed.labels) },
    shares: { shape: [count, classes], dtype: 'float', data: Float64Array.from(mixed.shares) },
  } as const;
}

const noLabels = (batch: number): GoldenTensor => ({
  shape: [batch],
  dtype: 'int',
  data: new Float64Array(batch),
});
