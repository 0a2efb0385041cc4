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
   * Calls, given to the processes in equal runs: the first ones to this process, which is given
   * what it is called with next while it computes.
   *
   * @param after the next call that this process has after these; null where none is known
   * @returns their outputs in the same order
   */
  run(calls: readonly PartCall[], after: PartCall | null): Promise<readonly ArrayMap[]>;
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

/** One call, during which a GPU is given the inputs of the next one (`Program.announce`). */
export function callBefore(
  program: Program,
  { name, inputs }: PartCall,
  next: PartCall | null,
): ArrayMap {
  if (next !== null) program.announce(next.name, next.inputs);
  return program.call(name, inputs);
}

/** This process alone. */
export function teamOfOne(program: Program): Team {
  return {
    size: 1,
    run: async (calls, after) =>
      calls.map((call, at) => callBefore(program, call, calls[at + 1] ?? after)),
    async everywhere({ name, inputs }) {
      program.call(name, inputs);
    },
    gather: async () => {},
    share: async () => {},
    close: () => {},
  };
}
