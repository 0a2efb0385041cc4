import type { RandomStream } from '../../common/random.ts';
import type { ArrayMap } from '../engine/types.ts';
import { names } from './students.ts';
import type { StepControl } from './types.ts';

/** The numbers that a step takes beside its batch, per student. */
export interface StepInputs {
  readonly learningRates: readonly number[];
  readonly scalars: readonly Readonly<Record<string, number>>[];
  readonly draws: readonly Readonly<Record<string, Float32Array | Int32Array>>[];
  /** Factors of residual branches; null or absent: they stay as they are. */
  readonly branches?: readonly (Float32Array | null)[];
}

/** @param drawsOf a student's random inputs, drawn from the stream in a fixed order */
export function stepInputs<
  S extends {
    readonly distiller: { scalars(epoch: number): Readonly<Record<string, number>> };
  },
>(
  students: readonly S[],
  controls: readonly StepControl[],
  drawsOf: (student: S, random: RandomStream) => StepInputs['draws'][number],
): StepInputs {
  const controlled = students.map((student, index) => ({
    student,
    control: controls[index] as StepControl,
  }));
  return {
    learningRates: controls.map(({ learningRate }) => learningRate),
    scalars: controlled.map(({ student, control }) => student.distiller.scalars(control.epoch)),
    draws: controlled.map(({ student, control }) => drawsOf(student, control.random)),
  };
}

/** The same by the names of a program's inputs. */
export function stepArrays(inputs: StepInputs): ArrayMap {
  const arrays: Record<string, Float32Array | Int32Array> = {};
  inputs.learningRates.forEach((rate, index) => {
    arrays[names.learningRate(index)] = Float32Array.of(rate);
  });
  inputs.scalars.forEach((scalars, index) => {
    for (const [name, value] of Object.entries(scalars))
      arrays[names.scalar(index, name)] = Float32Array.of(value);
  });
  inputs.draws.forEach((draws, index) => {
    for (const [name, values] of Object.entries(draws)) arrays[names.draw(index, name)] = values;
  });
  inputs.branches?.forEach((factors, index) => {
    if (factors !== null) arrays[names.branches(index)] = factors;
  });
  return arrays;
}
