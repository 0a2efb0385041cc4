import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { ParityCheck } from '../../../contract/parity.ts';
import { crossEntropy } from '../../engine/ops/index.ts';
import type { ParityDriver } from '../driver.ts';
import { compareLoss } from '../losses/bounds.ts';
import { lossCases } from '../losses/cases.ts';
import { modes, runLoss } from '../losses/run.ts';
import { Comparison } from '../tolerance.ts';
import { targetsCheck } from './none-targets.ts';

/** Cross-entropy, plain and with label smoothing (`hyper.epsilon`). */
const check: ParityCheck = (file) =>
  lossCases(file, (node) => {
    const comparison = new Comparison(file.path, node.get('name').text());
    const smoothing = node.get('hyper').optional('epsilon')?.number() ?? 0;
    const inputs = node.get('inputs');
    const logits = inputs.get('logits').tensor();
    const [batch, classes] = logits.shape as [number, number];
    for (const mode of modes) {
      const result = runLoss(
        {
          tensors: { logits, target: inputs.get('target').tensor() },
          differentiate: ['logits'],
          loss: (given) =>
            crossEntropy(given['logits'] as Tensor2D, given['target'] as Tensor1D, smoothing),
        },
        mode,
      );
      compareLoss(comparison, mode, result, node, {
        loss: Math.log(classes),
        grads: { logits: 1 / batch },
      });
    }
    return comparison.result();
  });

export const none: ParityDriver = {
  'losses/ce.json': check,
  'losses/timm_targets.json': targetsCheck,
};
