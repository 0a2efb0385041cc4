import { createProgram } from '../engine/program.ts';
import type { FunctionSpec, Program } from '../engine/types.ts';
import { type ProgramStart, programState } from './program-state.ts';

/**
 * A program of a list of students, whatever their task: its state, its functions, and the precision
 * of the students' recipes. A graph has one precision, which the trials of a cohort share
 * (`cohortKey`).
 */
export function createStudentsProgram(
  start: ProgramStart,
  functions: Readonly<Record<string, FunctionSpec>>,
  mode: 'recorded' | 'eager',
): Program {
  const [first] = start.students;
  return createProgram({
    ...programState(start),
    functions,
    mode,
    precision: first?.recipe.precision,
  });
}
