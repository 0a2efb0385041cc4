import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { relu } from '../engine/ops/index.ts';
import { type Layer, ModuleScope } from '../networks/modules.ts';
import type { Forward, ParamSpec } from '../networks/types.ts';
import { torchDefaults } from './parts.ts';

/** MGD's learned parts, for maps of classification, detection and segmentation alike. */
export interface MgdGeneration {
  readonly params: readonly ParamSpec[];
  /**
   * The teacher's map as generated from the student's. `mask` is 0 where the aligned map is
   * dropped, and broadcasts.
   */
  generate(context: Forward, student: Tensor4D, mask: Tensor): Tensor4D;
  /** Sum of squares of what is missing, over the batch size. */
  loss(context: Forward, student: Tensor4D, teacher: Tensor4D, mask: Tensor): Scalar;
}

/**
 * @param inputs channels of the student's map; the align convolution is there only where they
 *   differ from `outputs`
 * @param path what precedes the parameters' names, where a method has several of these (`levels.0`)
 */
export function mgdGeneration(inputs: number, outputs: number, path = ''): MgdGeneration {
  const scope = new ModuleScope(path);
  const align: Layer =
    inputs === outputs
      ? (_, x) => x
      : scope.conv('align', { inputs, outputs, kernel: 1, bias: true });
  const generation = scope.child('generation');
  const [first, second] = [0, 2].map((index) =>
    generation.conv(index, { inputs: outputs, outputs, kernel: 3, padding: 1, bias: true }),
  ) as [Layer, Layer];
  const generate: MgdGeneration['generate'] = (context, student, mask) => {
    const masked = tf.mul<Tensor4D>(align(context, student), mask);
    return second(context, relu(first(context, masked)));
  };
  return {
    params: torchDefaults(scope.params),
    generate,
    loss: (context, student, teacher, mask) =>
      tf.div(
        tf.sum(tf.squaredDifference(generate(context, student, mask), teacher)),
        teacher.shape[0],
      ),
  };
}
