import { createProgram } from '../engine/program.ts';
import type { FunctionSpec, Program, TensorSpec } from '../engine/types.ts';
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
  return createProgram({
    state: { ...state, ...sums },
    initial: { ...initial, ...mapValues(sums, zeros) },
    functions,
    mode,
    precision: first?.recipe.precision,
  });
}

const zeros = ({ shape }: TensorSpec) =>
  new Float32Array(shape.reduce((product, side) => product * side, 1));

function mapValues<A, B>(record: Readonly<Record<string, A>>, of: (value: A) => B) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));
}
