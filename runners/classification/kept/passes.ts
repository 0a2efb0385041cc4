import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { createProgram } from '../../engine/program.ts';
import type { FunctionSpec } from '../../engine/types.ts';
import { patchLogits } from '../../networks/patch-logits.ts';
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
  const { classes, patches } = given;
  const wide = givenWidth(given);
  return {
    outputs(images, size) {
      const outputs = program.call(`teach${size}`, { images });
      const logits = outputs['logits'] as Float32Array;
      if (patches === null) return logits;
      const values = new Float32Array(size * wide);
      const rest = wide - classes;
      for (let picture = 0; picture < size; picture += 1) {
        const from = picture * classes;
        values.set(logits.subarray(from, from + classes), picture * wide);
        values.set(
          (outputs['patches'] as Float32Array).subarray(picture * rest, (picture + 1) * rest),
          picture * wide + classes,
        );
      }
      return values;
    },
    dispose: () => program.dispose(),
  };
}

function teach(
  teacher: Teacher,
  { patches }: GivenOutputs,
  shape: readonly number[],
): FunctionSpec {
  return {
    inputs: { images: { shape, dtype: 'float32' } },
    run: (state, inputs) => {
      const output = teacherOutput(teacher, state, inputs['images'] as Tensor4D, false);
      return {
        outputs: {
          logits: output.logits,
          ...(patches !== null && { patches: patchLogits(output, patches) as Tensor3D }),
        },
        state: {},
      };
    },
  };
}
