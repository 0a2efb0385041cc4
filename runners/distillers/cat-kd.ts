import type { Scalar, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { adaptiveAvgPool } from '../engine/ops/index.ts';
import type { NetworkOutput } from '../networks/types.ts';
import { defineMethod } from './define.ts';
import { meanSquare, normalizeRows } from './feature-ops.ts';
import { unless } from './idle.ts';
import { onFeatures } from './on-features.ts';
import * as option from './option.ts';
import { refuseNetworks } from './parts.ts';

const cfg = 'GzyAftermath/CAT-KD@4467073 mdistiller/engine/cfg.py (CAT_KD)';

/**
 * Class attention transfer: class activation maps, the classifier without its bias at every
 * position of the last map, pooled to a few positions, and compared between student and teacher.
 *
 * The official networks have no bias in their classifier, so that the mean of a map is the logit;
 * networks here keep theirs, which has no part in the maps.
 */
export const catKd = defineMethod({
  kind: 'network',
  id: 'cat-kd',
  title: 'Class attention transfer',
  reference: {
    paper:
      'Guo et al.: Class Attention Transfer Based Knowledge Distillation, CVPR 2023, arXiv 2304.12777',
    equations: 'Equations 1 to 5 (class activation maps, their transfer)',
    official: 'GzyAftermath/CAT-KD@4467073 mdistiller/distillers/CAT_KD.py (CAT_loss)',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', cfg),
    camWeight: option.weight(400, 'Weight of the class activation maps', cfg),
    resolution: option.number({
      default: 2,
      min: 1,
      max: 64,
      integer: true,
      about: 'Height and width to which the maps are pooled',
      source: cfg,
    }),
    scaling: option.choice({
      default: 'unit',
      choices: ['unit', 'none'],
      about: 'Whether the map of each class is scaled to length 1',
      source: `${cfg}: IF_NORMALIZE is True`,
    }),
  },
  idle: { resolution: unless('camWeight'), scaling: unless('camWeight') },
  comparesMaps: true,
  refuses: onFeatures('cat-kd', false),
  build: ({ camWeight, resolution, scaling }, { student, teacher }) => ({
    params: [],
    terms: (step) => {
      const maps = (output: NetworkOutput, name: string) => {
        const positions = classMaps(output, resolution, name);
        return scaling === 'unit' ? unitMaps(positions, step.labels.shape[0]) : positions;
      };
      const loss = meanSquare(maps(step.student, student.name), maps(step.teacher, teacher.name));
      return { cat: tf.mul<Scalar>(loss, camWeight) };
    },
  }),
});

/**
 * The pooled class activation maps of a batch as rows [B * resolution^2, classes]. Pooling comes
 * first: the classifier is linear, and so the order does not matter.
 */
function classMaps(output: NetworkOutput, resolution: number, name: string): Tensor2D {
  const { lastMap } = output;
  if (lastMap === null) {
    return refuseNetworks('cat-kd', `the classifier of ${name} does not take means over a map`);
  }
  const pooled: Tensor4D = adaptiveAvgPool(lastMap, resolution);
  const width = pooled.shape[3];
  const rows = tf.reshape(pooled, [-1, width]) as Tensor2D;
  const bias = output.classify(tf.zeros([1, width]) as Tensor2D);
  return tf.sub<Tensor2D>(output.classify(rows), bias);
}

/** The same, every class's map of a picture scaled to length 1: rows [B * classes, positions]. */
function unitMaps(rows: Tensor2D, batch: number): Tensor2D {
  const classes = rows.shape[1];
  const byClass = tf.transpose(tf.reshape(rows, [batch, -1, classes]), [0, 2, 1]);
  return normalizeRows(tf.reshape(byClass, [batch * classes, -1]) as Tensor2D);
}
