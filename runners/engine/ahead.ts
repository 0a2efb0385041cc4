import { aheadNodes } from './encode.ts';
import type { CompiledFunction, InputArray, InputMap, InputSpec } from './types.ts';
import { checkArray } from './values.ts';

/** A value that a session is fed. */
export type Feed = readonly [InputArray, InputSpec];

/** Inputs of one function by their names, as the caller's own arrays. */
interface Arrays {
  readonly name: string;
  readonly arrays: Readonly<Record<string, InputArray>>;
}

/** What rides with a call for the one after it. */
export interface Passenger {
  readonly feeds: readonly Feed[];
  readonly feedNames: string;
  readonly fetch: string;
}

const none: Passenger = { feeds: [], feedNames: '', fetch: '' };

/**
 * Which inputs a session has before a call. One run both computes a step and takes the inputs of
 * the next one. Nothing in it waits for both, so that a GPU copies them while it computes, and the
 * next step finds them there.
 */
export class AheadInputs {
  /** Of the call after the next one. */
  private announced: (Arrays & Pick<Passenger, 'feeds'>) | null = null;
  /** Rides with the call that runs. */
  private under: Arrays | null = null;
  private readonly there = new Map<string, Arrays['arrays']>();

  announce(name: string, { ahead, inputs: specs }: CompiledFunction, inputs: InputMap): void {
    this.announced = null;
    if (ahead.length === 0 || ahead.some((key) => inputs[key] === undefined)) return;
    const feeds = ahead.map((key): Feed => {
      const spec = specs[key] as InputSpec;
      return [checkArray(`input "${key}" of "${name}"`, inputs[key], spec), spec];
    });
    const arrays = Object.fromEntries(ahead.map((key, at) => [key, (feeds[at] as Feed)[0]]));
    this.announced = { name, arrays, feeds };
  }

  /** Whether the session has these arrays for the function's next call. */
  has(name: string, keys: readonly string[], inputs: InputMap): boolean {
    const arrays = this.there.get(name);
    return arrays !== undefined && keys.every((key) => arrays[key] === inputs[key]);
  }

  /**
   * What rides with a call of this function. The call uses up what is there for the function, and
   * one that fails may have written what rides with it: neither is there until `arrived`.
   */
  take(name: string): Passenger {
    this.there.delete(name);
    const { announced } = this;
    this.announced = null;
    this.under = announced;
    if (announced === null) return none;
    this.there.delete(announced.name);
    // The variables of the function that runs are read first.
    const when = announced.name === name ? 'during' : 'before';
    return {
      feeds: announced.feeds,
      feedNames: Object.keys(announced.arrays)
        .map((key) => `${aheadNodes.next(announced.name, key)}:0`)
        .join(','),
      fetch: `${aheadNodes.given(announced.name, when)}:0`,
    };
  }

  /** The call that was taken for has ended well. */
  arrived(): void {
    if (this.under !== null) this.there.set(this.under.name, this.under.arrays);
    this.under = null;
  }
}
