import type { Program } from '../engine/types.ts';
import { modelState } from './program-state.ts';
import { batchesOfEpoch, type PassReader } from './stretches.ts';
import type {
  Evaluation,
  NetworkState,
  PreparedTask,
  StepControl,
  StepReport,
  TaskBatch,
} from './types.ts';

/** A student that a task has made. */
export interface MadeStudent {
  readonly network: NetworkState;
  readonly distiller: { readonly id: string };
}

/** A program of students, with calls of the task's own around it. */
export interface StudentsProgram {
  readonly program: Program;
  dispose(): void;
}

/** One task's own part of a prepared task; the rest is the same in all of them. */
export interface TaskParts<S extends MadeStudent, B extends TaskBatch, P extends StudentsProgram> {
  /** In the order of `PrepareOptions.specs`. */
  readonly made: readonly S[];
  readonly stepsPerEpoch: number;
  /** Gives the training pictures; asked for when the first batch is needed. */
  trainReader(): PassReader<B>;
  /** @param trains false for a program that only evaluates */
  programOf(students: readonly S[], trains: boolean): P;
  step(
    program: P,
    students: readonly S[],
    batch: B,
    controls: readonly StepControl[],
  ): readonly StepReport[] | Promise<readonly StepReport[]>;
  /** As `TaskProgram.announce`. */
  announce(program: P, batch: B): void;
  evaluate(program: P, students: readonly S[], last: boolean): Promise<readonly Evaluation[]>;
  trainMetrics: PreparedTask<B>['trainMetrics'];
  /** Absent: the task keeps no outputs of teachers. */
  keptOutputs?: PreparedTask<B>['keptOutputs'];
  /** Ends the threads. */
  close(): Promise<void>;
}

/** What the training loop drives, made of one task's parts. */
export function preparedTask<S extends MadeStudent, B extends TaskBatch, P extends StudentsProgram>(
  parts: TaskParts<S, B, P>,
): PreparedTask<B> {
  const { made, stepsPerEpoch } = parts;
  return {
    students: made.map(({ network, distiller }) => ({ network, method: distiller.id })),
    stepsPerEpoch,
    createProgram(students) {
      const list = students.map((index) => made[index] as S);
      const program = parts.programOf(list, true);
      return {
        program: program.program,
        step: async (batch, controls) => parts.step(program, list, batch, controls),
        announce: (batch) => parts.announce(program, batch),
        evaluate: (last) => parts.evaluate(program, list, last),
        dispose: () => program.dispose(),
      };
    },
    batches: (epoch, fromStep) =>
      batchesOfEpoch(parts.trainReader(), epoch, fromStep, stepsPerEpoch),
    trainMetrics: (counts, pictures) => parts.trainMetrics(counts, pictures),
    async measure(weights) {
      const [student] = made as readonly [S];
      const program = parts.programOf([student], false);
      try {
        program.program.writeState(modelState(student.network, 0, weights));
        const [evaluation] = await parts.evaluate(program, [student], true);
        return evaluation as Evaluation;
      } finally {
        program.dispose();
      }
    },
    keptOutputs: () => parts.keptOutputs?.() ?? { report: null, notes: [] },
    close: () => parts.close(),
  };
}
