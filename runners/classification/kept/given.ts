import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tensorflow.ts';
import type { InputSpec } from '../../engine/types.ts';
import { regionsOf } from '../../networks/patch-logits.ts';
import type { NetworkOutput } from '../../networks/types.ts';

/** What a step is given of the teacher in place of its forward pass. */
export interface GivenOutputs {
  readonly classes: number;
  /** Sides of the pyramid of SDD's patches; null where no logits of patches are given. */
  readonly patches: readonly number[] | null;
}

/** Values of one picture: its logits, then [classes, regions] those of its patches. */
export function givenWidth({ classes, patches }: GivenOutputs): number {
  return classes * (1 + (patches === null ? 0 : regionsOf(patches)));
}

/** The input of a step with them: the values of its pictures, [B, givenWidth]. */
export const givenInput = 'teacher-values';

export function givenSpec(given: GivenOutputs, size: number): InputSpec {
  return { shape: [size, givenWidth(given)], dtype: 'float32' };
}

/**
 * The teacher's output as a method sees it. Whatever is not given is an error: a method that says
 * that it reads logits alone and reads more must not train on something else.
 */
export function givenOutput({ classes, patches }: GivenOutputs, values: Tensor2D): NetworkOutput {
  const absent = (what: string): never => {
    throw new TypeError(
      `The method reads the teacher's ${what}, though it says that it reads logits alone (readsLogits).`,
    );
  };
  const piece = (from: number, count: number) =>
    tf.slice(values, [0, from], [values.shape[0], count]);
  const regions = patches === null ? 0 : regionsOf(patches);
  const ofPatches =
    regions === 0 ? null : piece(classes, classes * regions).reshape([-1, classes, regions]);
  return {
    logits: patches === null ? values : piece(0, classes),
    get features(): never {
      return absent('features');
    },
    get preactFeatures(): never {
      return absent('features before an activation');
    },
    get tokens(): never {
      return absent('tokens');
    },
    get pooled(): never {
      return absent('pooled features');
    },
    get lastMap(): never {
      return absent('last map');
    },
    classify: () => absent('classifier'),
    patches: (sizes) =>
      patches?.join() === sizes.join() && ofPatches !== null
        ? (ofPatches as Tensor3D)
        : absent(`logits of the patches [${sizes}]`),
  };
}
