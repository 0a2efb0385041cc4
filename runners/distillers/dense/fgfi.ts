import type { Scalar, Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { relu } from '../../engine/ops/index.ts';
import { ModuleScope } from '../../networks/modules.ts';
import { sumOf } from '../feature-ops.ts';
import { unless } from '../idle.ts';
import * as option from '../option.ts';
import { buffer, partsContext, torchDefaults } from '../parts.ts';
import { defineDenseMethod } from './define.ts';
import { allLevels, levelsOf, levelsOption, mapsAt } from './levels.ts';
import { perPicture } from './reduce.ts';
import { regionName } from './regions.ts';
import { boxesOfLevels } from './types.ts';

const repository = 'twangnh/Distilling-Object-Detectors@c6583f3';
const script = `${repository} trainval_net_sup.py`;

/**
 * Fine-grained feature imitation: where an anchor overlaps a true box by more than half of what the
 * best one does, the student's map, through a learned 3x3 convolution, is pulled towards the
 * teacher's. The squares are divided by twice the number of these positions in the batch.
 *
 * The official code has one map, after a ReLU, and pictures one by one. Of pyramids its author says
 * that their levels are what is compared, and that on each of them only its assigned boxes count
 * (issues 15 and 17), not how they are assigned. Here a box belongs to the level of its best
 * anchor, and the losses of the levels are added. A level without such a position has no loss,
 * where the official code divides by 0.
 */
export const fgfi = defineDenseMethod({
  id: 'fgfi',
  title: 'Fine-grained feature imitation',
  reference: {
    paper:
      'Wang et al.: Distilling Object Detectors with Fine-grained Feature Imitation, CVPR 2019, arXiv 1906.03609',
    equations: 'Section 3: imitation region estimation, fine-grained feature imitation',
    official: `${script}, lib/model/rpn/anchor_target_layer.py, lib/model/faster_rcnn/vgg11.py (stu_feature_adap)`,
  },
  pictures: 'compared',
  options: {
    weight: option.weight(0.01, 'Weight of the imitation loss', `${script} (--ilw)`),
    share: option.number({
      default: 0.5,
      min: 0,
      // No anchor overlaps a box by more than the largest overlap: at 1 nothing would be compared.
      max: 0.99,
      about: 'What share of the largest overlap with a box an anchor must have',
      source: `${repository} lib/model/rpn/anchor_target_layer.py (max_iou[k]*0.5)`,
    }),
    boxes: option.choice({
      default: 'best',
      choices: boxesOfLevels,
      about: 'Which boxes count on a level: those whose best anchor is of it, or every one',
      source: `issue 17 of ${repository}; all: LutingWang/HEAD@1179b78 configs/kd/fgfi.py`,
    }),
    adaptation: option.choice({
      default: 'conv',
      choices: ['conv', 'conv-relu'],
      about:
        'What the student goes through: a 3x3 convolution, or one with ReLU for maps that come after a ReLU',
      source: `conv-relu: ${repository} lib/model/faster_rcnn/vgg11.py; conv, of pyramids, whose values are signed: duzhixing/FRS neck/adap.py`,
    }),
    warmupSteps: option.number({
      default: 400,
      min: 0,
      max: 1e6,
      integer: true,
      about: 'Steps at the beginning without the loss',
      source: `${script} (--ws)`,
    }),
    levels: levelsOption(allLevels, `issue 15 of ${repository}: fpn features (p3, p4...)`),
  },
  idle: {
    share: unless('weight'),
    boxes: unless('weight'),
    adaptation: unless('weight'),
    warmupSteps: unless('weight'),
    levels: unless('weight'),
  },
  refuses: (family) =>
    family === 'anchor-based' || family === 'two-stage'
      ? null
      : `it looks for the anchors near boxes, and the family ${family} has none`,
  build: ({ weight, share, boxes, adaptation, warmupSteps, ...values }, setting) => {
    const scope = new ModuleScope();
    const levels = levelsOf('fgfi', setting, values.levels).map((level) => {
      const adapt = scope
        .child('levels')
        .child(level.index)
        .child('stu_feature_adap')
        .conv(0, {
          ...{ inputs: level.inputs, outputs: level.outputs, kernel: 3, padding: 1, bias: true },
        });
      return { ...level, adapt };
    });
    const counted = warmupSteps > 0;
    return {
      params: [
        ...torchDefaults(scope.params).map((spec) =>
          spec.kind === 'weight' ? { ...spec, init: { kind: 'normal', std: 1e-4 } as const } : spec,
        ),
        ...(counted ? [buffer(stepsName, [1], { kind: 'constant', value: 0 })] : []),
      ],
      regions: { kind: 'near-anchors', levels: levels.length, share, boxes },
      terms: (step) => {
        const losses = levels.map((level): Scalar => {
          const [own, other] = mapsAt(step, level);
          const convolved = level.adapt(partsContext(step), own);
          const adapted = adaptation === 'conv-relu' ? relu(convolved) : convolved;
          const near = step.region(regionName('near', level.index)) as Tensor3D;
          const squares = tf.sum(tf.squaredDifference(adapted, other), 3);
          const pictures = perPicture(tf.mul(squares, near));
          const positions = perPicture(near);
          const { present } = step;
          const sum = (each: Tensor) => tf.sum(present === null ? each : tf.mul(each, present));
          return tf.div(sum(pictures), tf.maximum(tf.mul(sum(positions), 2), 1));
        });
        const loss = tf.mul<Scalar>(sumOf(losses), weight);
        if (!counted) return { fgfi: loss };
        const steps = step.param(stepsName);
        step.update(stepsName, tf.add(steps, 1));
        const begun = tf.cast(tf.greaterEqual(steps, warmupSteps), 'float32');
        return { fgfi: tf.mul<Scalar>(loss, tf.reshape(begun, [])) };
      },
    };
  },
});

/** Steps until now. */
const stepsName = 'steps';
