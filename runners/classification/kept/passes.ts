import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { createProgram } from '../../engine/program.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { FunctionSpec } from '../../engine/types.ts';
import { patchLogits } from '../../networks/patch-logits.ts';
import type { NetworkOutput } from '../../networks/types.ts';
import { programState } from '../../tasks/program-state.ts';
import { type Teacher, teacherOutput } from '../teacher.ts';
import { type GivenOutputs, givenWidth } from './given.ts';

/** The teacher's forward passes outside of a training step. */
export interface TeacherPasses {
  /**
   * Values of the pictures of a batch, one after the other; see `givenWidth`.
   *
   * @param images [size, H, W, 3] of one of the sizes that were asked for
   */
  outputs(images: Float32Array, size: number): Float32Array;
  dispose(): void;
}

/**
 * A program of the teacher alone, made of the operations that its pass in a training step is made
 * of.
 *
 * @param side height and width of the students' pictures
 * @param sizes of batches
 */
export function createTeacherPasses(
  teacher: Teacher,
  given: GivenOutputs,
  [height, width]: readonly [number, number],
  sizes: readonly number[],
): TeacherPasses {
  const functions = Object.fromEntries(
    [...new Set(sizes)].map((size) => [
      `teach${size}`,
      teach(teacher, given, [size, height, width, 3]),
    ]),
  );
  const program = createProgram({
    ...programState({ students: [], teacher, heritage: null }),
    functions,
  });
  return {
    outputs: (images, size) => program.call(`teach${size}`, { images })['values'] as Float32Array,
    dispose: () => program.dispose(),
  };
}

function teach(teacher: Teacher, given: GivenOutputs, shape: readonly number[]): FunctionSpec {
  return {
    inputs: { images: { shape, dtype: 'float32' } },
    run: (state, inputs) => {
      const output = teacherOutput(teacher, state, inputs['images'] as Tensor4D, false);
      return { outputs: { values: valuesOf(output, given) }, state: {} };
    },
  };
}

/** [B, givenWidth] */
function valuesOf(output: NetworkOutput, given: GivenOutputs): Tensor2D {
  const { classes, patches } = given;
  if (patches === null) return output.logits;
  const rest = patchLogits(output, patches).reshape([-1, givenWidth(given) - classes]) as Tensor2D;
  return tf.concat([output.logits, rest], 1);
}
