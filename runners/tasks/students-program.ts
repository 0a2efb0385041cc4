import { createProgram } from '../engine/program.ts';
import type { FunctionSpec, Program, TensorSpec } from '../engine/types.ts';
import { emptyArray } from '../engine/values.ts';
import { type ProgramStart, programState } from './program-state.ts';

/**
 * A program of a list of students, whatever their task: its state, its functions, and the precision
 * of the students' recipes. A graph has one precision, which the trials of a cohort share
 * (`cohortKey`).
 *
 * @param sums state beside that of the students, which begins as 0
 */
export function createStudentsProgram(
  start: ProgramStart,
  functions: Readonly<Record<string, FunctionSpec>>,
  mode: 'recorded' | 'eager',
  sums: Readonly<Record<string, TensorSpec>> = {},
): Program {
  const [first] = start.students;
  const { state, initial } = programState(start);
  const zeros = Object.fromEntries(
    Object.entries(sums).map(([name, spec]) => [name, emptyArray(spec)]),
  );
  return createProgram({
    state: { ...state, ...sums },
    initial: { ...initial, ...zeros },
    functions,
    mode,
    precision: first?.recipe.precision,
  });
}
