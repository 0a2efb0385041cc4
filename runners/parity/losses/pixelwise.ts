import type { ParityCheck } from '../../../contract/parity.ts';
import { Comparison } from '../tolerance.ts';
import { compareLoss } from './bounds.ts';
import { lossCases } from './cases.ts';
import { denseLoss } from './dense.ts';
import { summandsOf } from './features.ts';
import { modes, runLoss } from './run.ts';

/** Pixel-wise distillation of segmenters' logits. */
export const pixelwiseCheck: ParityCheck = (file) =>
  lossCases(file, (node) => {
    const comparison = new Comparison(file.path, node.get('name').text());
    const definition = denseLoss(
      {
        id: 'kd',
        family: 'segmenter',
        hyper: { kdWeight: 1, temperature: node.get('hyper').get('temperature').number() },
        student: { logits: 'feat_student' },
        teacher: { logits: 'feat_teacher' },
        golden: (param) => param,
      },
      node,
    );
    for (const mode of modes) {
      compareLoss(comparison, mode, runLoss(definition, mode), node, summandsOf(node, 0));
    }
    return comparison.result();
  });
