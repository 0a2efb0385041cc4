import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { NormalisationChange } from '../data/normalisation.ts';
import { inLayer } from '../engine/layers.ts';
import { resizeBilinear } from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import type { TensorMap } from '../engine/types.ts';
import { forwardContext } from '../networks/forward.ts';
import type { Network, NetworkOutput } from '../networks/types.ts';
import { under } from '../tasks/students.ts';

/** The frozen network that students learn from. */
export interface Teacher {
  readonly network: Network;
  readonly weights: Readonly<Record<string, Float32Array>>;
  /**
   * How it sees the pictures, where its normalisation is not that of the students. Absent or null:
   * as they do.
   */
  readonly view?: NormalisationChange | null;
  /** Side of the pictures that it sees. Absent or null: that of the students' pictures. */
  readonly size?: number | null;
}

/**
 * The teacher's forward pass within a recorded function.
 *
 * @param state holds its weights under `names.teacher`
 * @param images in the students' normalisation and size
 * @param training whether it uses the statistics of the batch
 */
export function teacherOutput(
  teacher: Teacher,
  state: TensorMap,
  images: Tensor4D,
  training: boolean,
): NetworkOutput {
  return inLayer('teacher', () => {
    const context = forwardContext(under(state, 'teacher/'), training, !training);
    const output = teacher.network.forward(context, seenBy(teacher, images));
    // The teacher stays as it is: its statistics of this batch are not kept.
    context.takeUpdates();
    return output;
  });
}

/**
 * Pictures in the students' normalisation as they are in the teacher's own, and in its size. Black
 * borders become its black, too.
 */
function seenBy({ view = null, size = null }: Teacher, images: Tensor4D): Tensor4D {
  const resized = size === null ? images : resizeBilinear(images, [size, size]);
  if (view === null) return resized;
  const [scale, shift] = [tf.tensor1d([...view.scale]), tf.tensor1d([...view.shift])];
  return tf.add(tf.mul(resized, scale), shift) as Tensor4D;
}
