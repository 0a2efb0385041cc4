import * as tf from '@tensorflow/tfjs-core';
import { divergence, timesSquare } from './divergence.ts';
import type { LogitLoss } from './types.ts';

/**
 * KD's loss per row, T^2 KL(softmax(z_t / T) || softmax(z_s / T)): of the method `kd`, and of the
 * term that others add with `klWeight`.
 */
export const kdRows: LogitLoss['rowLoss'] = ({
  student,
  teacher,
  temperature,
  guarded = false,
  teacherOffset = 0,
}) =>
  timesSquare(
    divergence(tf.div(student, temperature), tf.div(teacher, temperature), {
      zeroNaN: guarded,
      offset: teacherOffset,
    }),
    temperature,
  );
