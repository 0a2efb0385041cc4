import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { defineRowOp, zeroNaN } from './row-op.ts';

export interface DivergenceOptions {
  /**
   * `kl`: sum p_t (log p_t - log p_s), PyTorch's `kl_div`; `cross-entropy`: -sum p_t log p_s. They
   * differ by the teacher's entropy, which matters to a learnable temperature only.
   */
  readonly kind?: 'kl' | 'cross-entropy';
  /** Added to the teacher's probabilities before anything else (kl only). */
  readonly offset?: number;
  /** NaN elements of the sum count 0 (SDD's official KD). */
  readonly zeroNaN?: boolean;
}

/**
 * Divergence of softmax(student) from softmax(teacher) per row: [R, C], [R, C] -> [R].
 *
 * Gradients: d/d student = p_s - p_t. d/d teacher = p_t (u - sum p_t u) with u = log p_t - log p_s
 * (kl), which is 0 and not NaN where p_t = 0: the semantics of PyTorch before 1.13, with which CTKD
 * was trained (its composite `kl_div` later gave NaN there).
 */
export function divergence(
  student: Tensor2D,
  teacher: Tensor2D,
  options: DivergenceOptions = {},
): Tensor1D {
  return divergenceOp(
    { student, teacher },
    {
      kind: options.kind ?? 'kl',
      offset: options.offset ?? 0,
      zeroes: options.zeroNaN ?? false,
    },
  ) as Tensor1D;
}

const divergenceOp = defineRowOp<
  'student' | 'teacher',
  { readonly kind: 'kl' | 'cross-entropy'; readonly offset: number; readonly zeroes: boolean }
>('Divergence', {
  saves: [],
  results: 3,
  forward: ({ student, teacher }, { kind, offset, zeroes }) => {
    const logStudent = tf.logSoftmax(student);
    const logTeacher = tf.logSoftmax(teacher);
    const teacherShare = withOffset(tf.exp(logTeacher), offset);
    const ratio =
      kind === 'kl'
        ? tf.sub(offset === 0 ? logTeacher : tf.log(teacherShare), logStudent)
        : tf.neg(logStudent);
    const elements = tf.mul(teacherShare, ratio);
    return [tf.sum(zeroes ? zeroNaN(elements) : elements, 1), logStudent, logTeacher];
  },
  gradient: (dy, saved, { kind, offset }) => {
    const [, logStudent, logTeacher] = saved as [Tensor, Tensor, Tensor];
    const perRow = tf.reshape(dy, [-1, 1]);
    return {
      student: () => {
        const share = tf.exp(logStudent);
        const classes = logStudent.shape[1] as number;
        const mass = offset === 0 ? share : tf.mul(share, 1 + classes * offset);
        return tf.mul(tf.sub(mass, withOffset(tf.exp(logTeacher), offset)), perRow);
      },
      teacher: () => {
        const share = tf.exp(logTeacher);
        const own =
          kind === 'cross-entropy'
            ? null
            : offset === 0
              ? logTeacher
              : tf.log(withOffset(share, offset));
        const ratio = own === null ? tf.neg(logStudent) : tf.sub(own, logStudent);
        const centred = tf.sub(ratio, tf.sum(tf.mul(share, ratio), 1, true));
        return tf.mul(tf.mul(share, centred), perRow);
      },
    };
  },
});

function withOffset(shares: Tensor, offset: number): Tensor {
  return offset === 0 ? shares : tf.add(shares, offset);
}

/**
 * values [R] times temperature^2, for one temperature or one per row [R, 1]. The gradient flows
 * through the square.
 */
export function timesSquare(values: Tensor1D, temperature: Scalar | Tensor2D): Tensor1D {
  const square = tf.square(temperature as Tensor);
  return tf.mul(values, square.rank === 0 ? square : tf.reshape(square, [-1]));
}

/** 1 at each row's target, else 0: [R, classes] float32. */
export function targetMask(target: Tensor1D, classes: number): Tensor2D {
  return tf.oneHot(target, classes, 1, 0, 'float32') as Tensor2D;
}
