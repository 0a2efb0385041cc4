import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { definePlugin } from '../define.ts';
import * as option from '../option.ts';
import { numbersOf } from '../option-values.ts';
import { defineRowOp } from '../row-op.ts';
import type { PatchLogits } from '../types.ts';

const code = 'shicaiwei123/SDD-CVPR2024@e412036 mdistiller/distillers/KD.py (sdd_kd_loss)';

export const sddOptions = {
  M: option.choice({
    default: '[1,2,4]',
    choices: ['[1]', '[1,2]', '[1,4]', '[1,2,4]'],
    about:
      'Sides of the pyramid of regions; the paper takes [1,2] for similar and [1,2,4] for different architectures',
    source:
      'shicaiwei123/SDD-CVPR2024@e412036 README.md (--M [1,2,4]); [1,4] is in table 7 of the paper only',
  }),
  complementaryWeight: option.number({
    default: 2,
    min: 0,
    about: 'Weight of complementary regions (beta in the paper)',
    source: `${code}: 2, hard-coded`,
  }),
};

/**
 * Scale decoupled distillation: every region of a pyramid over the last feature map has logits of
 * its own; each is a row of the method's loss. Regions on which the teacher is right where it is
 * wrong on the whole picture, or the reverse (complementary), weigh 2, the others (consistent) 1.
 *
 * As the official code has it, and not obvious: region 0 is the whole picture and always weighs 1;
 * only the teacher's predictions decide; the loss is sum(weight * row) / (B * N), not a weighted
 * mean; NaN elements of KD's divergence count 0; a loss that is not finite is replaced by 0 without
 * gradient (`sdd.zeroed` counts it); `M = [1]` is the plain method on the network's own logits.
 */
export const sdd = definePlugin({
  id: 'sdd',
  title: 'Scale decoupled distillation',
  reference: {
    paper: 'Wei, Luo, Luo: Scale Decoupled Distillation, CVPR 2024, arXiv 2403.13512',
    equations: 'Equations 5 to 9 (regions, consistent and complementary terms, fusion)',
    official:
      'shicaiwei123/SDD-CVPR2024@e412036 mdistiller/distillers/{KD,SDD_DKD,SDD_nkd}.py, mdistiller/models/cifar/utils.py (SPP)',
  },
  oneLabel: true,
  options: sddOptions,
  idle: {
    complementaryWeight: ({ M }) => (M === '[1]' ? 'M is [1], the whole picture alone' : null),
  },
  patches: ({ M }) => (M === '[1]' ? null : numbersOf(M)),
  monitors: ['sdd.zeroed'],
  rows: (rows, { M, complementaryWeight }, step) => {
    if (M === '[1]') return rows;
    const { student, teacher } = step.patches();
    return {
      ...rows,
      student: rowsOfRegions(student),
      teacher: rowsOfRegions(teacher),
      target: repeatPerRegion(rows.target, student.shape[2]),
      weights: tf.reshape(regionWeights(teacher, rows.target, complementaryWeight), [-1]),
      guarded: true,
    };
  },
  total: (total, { M }, step) => {
    if (M === '[1]') {
      step.monitor('sdd.zeroed', tf.scalar(0));
      return total;
    }
    step.monitor('sdd.zeroed', tf.sub(1, tf.cast(tf.isFinite(total), 'float32')));
    return zeroWhereNotFinite(total);
  },
});

/** [B, C, N] -> [B * N, C], the regions of a picture one after the other. */
function rowsOfRegions(patches: PatchLogits): Tensor2D {
  return tf.reshape(tf.transpose(patches, [0, 2, 1]), [-1, patches.shape[1]]);
}

function repeatPerRegion(target: Tensor1D, regions: number): Tensor1D {
  return tf.reshape(tf.tile(tf.reshape(target, [-1, 1]), [1, regions]), [-1]);
}

/**
 * Weights [B, N] of the regions: `complementary` where the teacher's prediction on the region is
 * right and on the whole picture (region 0) wrong, or the reverse; else 1.
 */
export function regionWeights(
  teacher: PatchLogits,
  target: Tensor1D,
  complementary: number,
): Tensor2D {
  // In float32: a GPU's int32 are compared on the processor.
  const [said, label] = [tf.cast(tf.argMax(teacher, 1), 'float32'), tf.cast(target, 'float32')];
  const right = tf.cast(tf.equal(said, tf.reshape(label, [-1, 1])), 'float32') as Tensor2D;
  const whole = tf.slice(right, [0, 0], [-1, 1]);
  return tf.add(tf.mul(tf.squaredDifference(right, whole), complementary - 1), 1);
}

/** The loss, or 0 without gradient where it is NaN or infinite. */
function zeroWhereNotFinite(total: Scalar): Scalar {
  return zeroOp({ total }, {}) as Scalar;
}

const zeroOp = defineRowOp<'total', object>('ZeroWhereNotFinite', {
  saves: [],
  results: 2,
  forward: ({ total }) => {
    const finite = tf.isFinite(total);
    return [tf.where(finite, total, tf.zerosLike(total)), finite];
  },
  gradient: (dy, saved) => ({
    total: () => tf.where(saved[1] as Tensor, dy, tf.zerosLike(dy)),
  }),
});
