import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorMap } from '../engine/types.ts';
import type { ParamSpec } from '../networks/types.ts';

/**
 * Names of state and inputs within a program. A step takes a list of students (decision 5); a
 * single trial is a list of one.
 */
export const names = {
  teacher: (param: string) => `teacher/${param}`,
  /** The prefix of a student's state. */
  student: (student: number) => `student${student}/`,
  model: (student: number, param: string) => `student${student}/model/${param}`,
  method: (student: number, param: string) => `student${student}/method/${param}`,
  optimizer: (student: number, key: string) => `student${student}/optimizer/${key}`,
  /** Of the loss scaling of mixed precision. */
  scaler: (student: number, key: string) => `student${student}/scaler/${key}`,
  learningRate: (student: number) => `student${student}/lr`,
  scalar: (student: number, scalar: string) => `student${student}/scalar/${scalar}`,
  /** Factors of residual branches, [branches, B]. */
  branches: (student: number) => `student${student}/branches`,
  /** Sums over the batch that its losses divide by, where a step is worked off in parts. */
  totals: (student: number) => `student${student}/totals`,
  /** The sum of the gradients of a part of the loss by a parameter; no state of a student. */
  gradientSum: (part: string, param: string) => `gradients/${part}/${param}`,
  draw: (student: number, draw: string) => `student${student}/draw/${draw}`,
};

/** Whether a name is one of `names`, of whichever student. */
export const isNamed = {
  optimizer: (name: string) => /^student\d+\/optimizer\//.test(name),
  scaler: (name: string) => /^student\d+\/scaler\//.test(name),
  gradientSum: (name: string) => name.startsWith('gradients/'),
};

/** The part of `map` under a prefix, with the prefix taken off. */
export function under(map: TensorMap, prefix: string): Record<string, Tensor> {
  const part: Record<string, Tensor> = {};
  for (const [key, tensor] of Object.entries(map)) {
    if (key.startsWith(prefix)) part[key.slice(prefix.length)] = tensor;
  }
  return part;
}

/**
 * What the optimizer moves: the network's trainable parameters and those of the method, in a fixed
 * order.
 */
export function trainable(
  student: {
    readonly network: { readonly params: readonly ParamSpec[] };
    readonly distiller: { readonly params: readonly ParamSpec[] };
  },
  index: number,
): { readonly name: string; readonly param: ParamSpec }[] {
  return [
    ...student.network.params
      .filter((param) => param.trainable)
      .map((param) => ({ name: names.model(index, param.name), param })),
    ...student.distiller.params
      .filter((param) => param.trainable)
      .map((param) => ({ name: names.method(index, param.name), param })),
  ];
}
