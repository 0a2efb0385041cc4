import type { TensorSpec } from '../../../engine/types.ts';
import { emptyArray } from '../../../engine/values.ts';

/**
 * Arrays to read values of a program's state into, kept from step to step: a new array is memory
 * that the system has to clear first, which takes longer than to copy values into it.
 */
export class StateRooms {
  private readonly state: Readonly<Record<string, TensorSpec>>;
  private readonly kept = new Map<string, Float32Array | Int32Array>();

  constructor(state: Readonly<Record<string, TensorSpec>>) {
    this.state = state;
  }

  /** The arrays of these entries; their values are those of the last use. */
  of(names: readonly string[]): readonly (Float32Array | Int32Array)[] {
    return names.map((name) => {
      const room = this.kept.get(name) ?? emptyArray(this.state[name] as TensorSpec);
      this.kept.set(name, room);
      return room;
    });
  }
}
