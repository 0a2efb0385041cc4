import type { ArrayMap, InputMap, Program } from '../../engine/types.ts';

/** A call of a recorded function. */
export interface PartCall {
  readonly name: string;
  readonly inputs: InputMap;
}

/**
 * The processes that work off the parts of a batch: this one, and others with the same program on
 * other GPUs. What a call leaves in the state stays in its process until it is gathered.
 */
export interface Team {
  /** Processes. */
  readonly size: number;
  /**
   * Calls, given to the processes in equal runs: the first ones to this process.
   *
   * @returns their outputs in the same order
   */
  run(calls: readonly PartCall[]): Promise<readonly ArrayMap[]>;
  /** One call in every process. */
  everywhere(call: PartCall): Promise<void>;
  /**
   * Adds the others' values of these state entries to this process's own, in the order of the
   * processes.
   *
   * @param add the function of the program that adds its inputs, named as the entries, to them
   */
  gather(names: readonly string[], add: string): Promise<void>;
  /** Gives this process's values of these state entries to the others. */
  share(names: readonly string[]): Promise<void>;
  close(): void;
}

/** How batches are worked off in parts. */
export interface Parts {
  /** Pictures of a part. */
  readonly size: number;
  /** Other processes that work off parts, too. Absent: there are none. */
  team?(program: Program): Promise<Team>;
}

/** This process alone. */
export function teamOfOne(program: Program): Team {
  return {
    size: 1,
    run: async (calls) => calls.map(({ name, inputs }) => program.call(name, inputs)),
    async everywhere({ name, inputs }) {
      program.call(name, inputs);
    },
    gather: async () => {},
    share: async () => {},
    close: () => {},
  };
}
