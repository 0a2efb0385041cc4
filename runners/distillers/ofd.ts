import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { normalCdf } from '../../common/normal.ts';
import { adaptiveAvgPool } from '../engine/ops/index.ts';
import { ModuleScope } from '../networks/modules.ts';
import type { MapShape } from '../networks/shapes.ts';
import { defineMethod } from './define.ts';
import { sumOf } from './feature-ops.ts';
import { unless } from './idle.ts';
import { onFeatures } from './on-features.ts';
import * as option from './option.ts';
import { partsContext, refuseNetworks } from './parts.ts';
import { defineRowOp } from './row-op.ts';
import type { MethodSetting } from './types.ts';

const cfg = 'megvii-research/mdistiller@a08d46f mdistiller/engine/cfg.py (OFD)';

/**
 * Overhaul of feature distillation: the student's maps before the last activation of a stage,
 * through a convolution and batch norm, are compared with the teacher's by a partial L2 distance
 * behind a margin ReLU: where the teacher is negative the student need only be below the margin,
 * the expected value of the teacher's negative responses.
 *
 * The official trainers leave the teacher in training mode, so that it normalises with the
 * statistics of the batch: `teacherMode: batch` (default); `eval` is what the paper's figure
 * suggests. Stages are aligned from the deepest.
 */
export const ofd = defineMethod({
  kind: 'network',
  id: 'ofd',
  pictures: 'compared',
  title: 'Overhaul of feature distillation',
  reference: {
    paper:
      'Heo et al.: A Comprehensive Overhaul of Feature Distillation, ICCV 2019, arXiv 1904.01866',
    equations: 'Equations 2 to 5 (margin ReLU, margin from batch norm, partial L2 distance)',
    official: 'megvii-research/mdistiller@a08d46f mdistiller/distillers/OFD.py',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', cfg),
    featWeight: option.weight(0.001, 'Weight of the distance', cfg),
    connectorKernel: option.number({
      default: 1,
      min: 1,
      max: 31,
      integer: true,
      about: 'Side of the kernels of the connectors',
      source: `${cfg}: CONNECTOR.KERNEL_SIZE`,
    }),
    teacherMode: option.choice({
      default: 'batch',
      choices: ['batch', 'eval'],
      about: 'Statistics that the teacher normalises with',
      source: 'megvii-research/mdistiller@a08d46f mdistiller/distillers/OFD.py (train)',
    }),
  },
  idle: {
    connectorKernel: unless('featWeight'),
    teacherMode: unless('featWeight'),
  },
  comparesMaps: true,
  refuses: onFeatures('ofd', false),
  build: ({ connectorKernel: kernel, teacherMode, featWeight }, setting) => {
    const own = setting.student.preactFeatures.slice(1);
    const other = setting.teacher.preactFeatures.slice(1);
    const count = Math.min(own.length, other.length);
    const limits = teacherMargins(setting, other.length).slice(-count);
    if (count === 0) {
      const lacking = own.length === 0 ? setting.student.name : setting.teacher.name;
      return refuseNetworks('ofd', `${lacking} has no maps before the activation`);
    }
    const padding = Math.floor((kernel - 1) / 2);
    const scope = new ModuleScope();
    const targets = other.slice(-count);
    const connectors = own.slice(-count).map(([, , inputs], stage) => {
      const [, , outputs] = targets[stage] as MapShape;
      // Kaiming normal over fan-out, which is the networks' initialisation.
      return scope
        .child(`connectors.${stage}`)
        .convNorm(0, 1, { inputs, outputs, kernel, padding });
    });
    return {
      params: scope.params,
      needs: { teacherTrains: teacherMode === 'batch' },
      terms: (step) => {
        const context = partsContext(step);
        const maps = step.student.preactFeatures.slice(-count);
        const teachers = step.teacher.preactFeatures.slice(-count);
        const losses = connectors.map((connect, stage) => {
          const made = connect(context, maps[stage] as Tensor4D);
          const target = adaptiveAvgPool(teachers[stage] as Tensor4D, made.shape[1]);
          const loss = partialDistance(made, target, limits[stage] as Float32Array);
          return tf.div(loss, 2 ** (count - stage - 1)) as Scalar;
        });
        return { ofd: tf.mul<Scalar>(sumOf(losses), featWeight) };
      },
    };
  },
});

/**
 * Sum over positions, mean over the batch, of squared distances where the student can still be
 * wrong.
 */
function partialDistance(student: Tensor4D, teacher: Tensor4D, limits: Float32Array): Scalar {
  const margin = tf.tensor1d(limits);
  // Below the margin the teacher counts as being on it; the distance counts where the student is
  // above it, and everywhere where the teacher is positive.
  const goal = tf.maximum(teacher, margin);
  const squares = partialSquaresOp({ student, teacher, goal }, {});
  return tf.div(tf.sum(squares), student.shape[0]);
}

const partialSquaresOp = defineRowOp<'student' | 'teacher' | 'goal', object>('PartialSquares', {
  saves: [],
  results: 2,
  forward: ({ student, teacher, goal }) => {
    const counts = tf.logicalOr(tf.greater(student, goal), tf.greater(teacher, 0));
    const counted = tf.mul(tf.sub(student, goal), tf.cast(counts, 'float32'));
    return [tf.square(counted), counted];
  },
  gradient: (dy, saved) => {
    const twice = (sign: number) => () => tf.mul(tf.mul(saved[1] as Tensor, 2 * sign), dy);
    return { student: twice(1), goal: twice(-1), teacher: () => tf.zerosLike(dy) };
  },
});

function teacherMargins(
  { teacher, teacherWeights }: MethodSetting,
  stages: number,
): readonly Float32Array[] {
  if (teacher.stageNorms.length < stages) {
    return refuseNetworks(
      'ofd',
      `it takes its margins from the batch norm before the last activation of every stage, and ${teacher.name} as a teacher has none (official code: "not supported")`,
    );
  }
  if (teacherWeights === null) {
    return refuseNetworks('ofd', 'it takes its margins from the weights of the teacher');
  }
  return teacher.stageNorms.map((norm) =>
    ofdMargins(
      teacherWeights[`${norm}.weight`] as Float32Array,
      teacherWeights[`${norm}.bias`] as Float32Array,
    ),
  );
}

/**
 * Margin per channel: the mean of a normal variable of deviation |scale| and mean `offset` given
 * that it is negative, or -3 |scale| where it hardly ever is (probability at most 0.001). In
 * float64, rounded once, as the official code.
 */
export function ofdMargins(scale: ArrayLike<number>, offset: ArrayLike<number>): Float32Array {
  return Float32Array.from({ length: scale.length }, (_, channel) => {
    const s = Math.abs(scale[channel] as number);
    const m = offset[channel] as number;
    const negative = normalCdf(-m / s);
    if (!(negative > 0.001)) return -3 * s;
    return (-s * Math.exp(-((m / s) ** 2) / 2)) / Math.sqrt(2 * Math.PI) / negative + m;
  });
}
