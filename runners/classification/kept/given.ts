import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { InputMap, InputSpec, TensorMap } from '../../engine/types.ts';
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

const inputs = { logits: 'teacher-logits', patches: 'teacher-patches' };

/** The inputs of a step with them. */
export function givenSpecs(given: GivenOutputs, size: number): Record<string, InputSpec> {
  const { classes, patches } = given;
  return {
    [inputs.logits]: { shape: [size, classes], dtype: 'float32' },
    ...(patches !== null && {
      [inputs.patches]: { shape: [size, classes, regionsOf(patches)], dtype: 'float32' },
    }),
  };
}

/** The same inputs of a batch, from the values of its pictures one after the other. */
export function givenArrays(given: GivenOutputs, values: Float32Array): InputMap {
  const width = givenWidth(given);
  const { classes, patches } = given;
  if (patches === null) return { [inputs.logits]: values };
  const size = values.length / width;
  const logits = new Float32Array(size * classes);
  const ofPatches = new Float32Array(size * (width - classes));
  for (let picture = 0; picture < size; picture += 1) {
    const from = picture * width;
    logits.set(values.subarray(from, from + classes), picture * classes);
    ofPatches.set(values.subarray(from + classes, from + width), picture * (width - classes));
  }
  return { [inputs.logits]: logits, [inputs.patches]: ofPatches };
}

/**
 * The teacher's output as a method sees it. Whatever is not given is an error: a method that says
 * that it reads logits alone and reads more must not train on something else.
 */
export function givenOutput({ patches }: GivenOutputs, tensors: TensorMap): NetworkOutput {
  const absent = (what: string): never => {
    throw new TypeError(
      `The method reads the teacher's ${what}, though it says that it reads logits alone (readsLogits).`,
    );
  };
  return {
    logits: tensors[inputs.logits] as Tensor2D,
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
      patches?.join() === sizes.join()
        ? (tensors[inputs.patches] as Tensor3D)
        : absent(`logits of the patches [${sizes}]`),
  };
}
