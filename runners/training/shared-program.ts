import type { TensorSpec } from '../engine/types.ts';
import type { SafeTensor } from '../formats/safetensors.ts';
import { names } from '../tasks/students.ts';
import type {
  Evaluation,
  PreparedTask,
  StepControl,
  StepReport,
  TaskBatch,
  TaskProgram,
} from '../tasks/types.ts';
import { torchTensors } from '../weights/network-state.ts';
import type { Member } from './member.ts';

type Tensors = Record<string, SafeTensor>;

/**
 * The recorded program of the members that train at present. When some join or leave it is built
 * anew, and those that stay keep their state.
 */
export class SharedProgram {
  private readonly task: PreparedTask;
  private students: readonly Member[] = [];
  private current: TaskProgram | null = null;

  constructor(task: PreparedTask) {
    this.task = task;
  }

  /** In the program's order. */
  get members(): readonly Member[] {
    return this.students;
  }

  private get program(): TaskProgram {
    return this.current as TaskProgram;
  }

  /**
   * Builds the program for these members; those that were not in it begin, or go on from their
   * checkpoints.
   */
  regroup(next: readonly Member[]): void {
    const before = this.students;
    const carried = next.some((each) => before.includes(each)) ? this.states() : [];
    this.dispose();
    this.students = next;
    if (next.length === 0) return;
    const program = this.task.createProgram(next.map(({ index }) => index));
    this.current = program;
    next.forEach((member, place) => {
      const at = before.indexOf(member);
      const state =
        at < 0
          ? member.begin(() => this.model(place), namesOf(program, 0, place))
          : (carried[at] as Tensors);
      if (state !== null) writeState(program, place, state);
    });
  }

  /** One step of every member on the same batch; reports in their order. */
  step(batch: TaskBatch, controls: readonly StepControl[]): Promise<readonly StepReport[]> {
    return this.program.step(batch, controls);
  }

  /** Says which batch the step after the next one has. */
  announce(batch: TaskBatch): void {
    this.program.announce(batch);
  }

  /** @param last whether the training ends with this evaluation */
  async evaluate(last: boolean): Promise<readonly Evaluation[]> {
    return this.program.evaluate(last);
  }

  /**
   * Everything that training changes, per member, under the names of a program of one. The teacher
   * comes from its own file.
   */
  states(): readonly Tensors[] {
    const { program } = this.program;
    // One call for all: TensorFlow prepares the graph anew for every set of names that it has not
    // seen.
    const values = program.readState(
      this.students.flatMap((_, place) => namesOf(this.program, place, place)),
    );
    return this.students.map((_, place) => {
      const alone = namesOf(this.program, 0, place);
      return Object.fromEntries(
        namesOf(this.program, place, place).map((name, at) => [
          alone[at] as string,
          {
            ...(program.state[name] as TensorSpec),
            data: values[name] as SafeTensor['data'],
          },
        ]),
      );
    });
  }

  /** The network of the member at `place`, by PyTorch's names. */
  model(place: number): Tensors {
    const { params } = (this.students[place] as Member).student.network;
    const state = this.program.program.readState(
      params.map((param) => names.model(place, param.name)),
    );
    return torchTensors(
      params,
      Object.fromEntries(
        params.map(({ name }) => [name, state[names.model(place, name)] as Float32Array]),
      ),
    );
  }

  dispose(): void {
    this.current?.dispose();
    this.current = null;
  }
}

/** Names of the state of the student at `place` of a program, as if it stood at place `as`. */
function namesOf({ program }: TaskProgram, as: number, place: number): string[] {
  const own = names.student(place);
  return Object.keys(program.state)
    .filter((name) => name.startsWith(own))
    .map((name) => `${names.student(as)}${name.slice(own.length)}`);
}

/** Gives the student at `place` a state that is named as that of a program of one. */
function writeState(
  { program }: TaskProgram,
  place: number,
  state: Readonly<Record<string, SafeTensor>>,
): void {
  const alone = names.student(0);
  program.writeState(
    Object.fromEntries(
      Object.entries(state).map(([name, { data }]) => [
        `${names.student(place)}${name.slice(alone.length)}`,
        data,
      ]),
    ),
  );
}
