import type { ParityCheck } from '../../../contract/parity.ts';
import type { ParityDriver } from '../driver.ts';
import { compareLoss } from '../losses/bounds.ts';
import { lossCases } from '../losses/cases.ts';
import { summandsOf } from '../losses/features.ts';
import { denseLoss } from '../losses/maps.ts';
import { modes, runLoss } from '../losses/run.ts';
import { Comparison } from '../tolerance.ts';

/** Pixel-wise distillation of segmenters' logits. */
const check: ParityCheck = (file) =>
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

export const kd: ParityDriver = { 'losses/seg_pixelwise.json': check };
