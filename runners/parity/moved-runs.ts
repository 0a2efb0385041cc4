import { hashValue } from './formula.ts';

/** What a step of a trajectory is compared by. */
export const quantities = ['total', 'ce_weighted', 'kd_weighted', 'grad_l2'] as const;
/** The numbers of a step by name. */
export type NumbersOf<Key extends string> = Readonly<Record<Key, number>>;
export type StepNumbers = NumbersOf<(typeof quantities)[number]>;

/** Trials of `movedRuns`. */
const trials = 8;
/**
 * How far pictures are moved at most; their values are of the order of 1. It is eight units in the
 * last place: as far as float32 is off in the deep layers of the official networks, whose logits
 * the files record to 3e-7 to 1e-6.
 */
const distance = 2 ** -20;

/**
 * Trainings on pictures that were moved at random by as much as rounding. Two float32
 * implementations of the same steps differ by no more than these do: what rounding cannot change,
 * it does not change here either, and where a ReLU's input is within rounding of zero, some of them
 * have it on the other side. That depends on the network, its weights and the pictures, and on no
 * implementation, as long as its function is the official one.
 *
 * @param train the numbers of all steps from the initial state on
 */
export function movedRuns<T extends { readonly images: Float32Array }, Training>(
  inputs: T,
  train: (inputs: T) => Training,
): readonly Training[] {
  return Array.from({ length: trials }, (_, trial) => {
    const images = inputs.images.map((value, at) => value + distance * hashValue(at, trial, 1));
    return train({ ...inputs, images });
  });
}

/**
 * Largest difference between a training and moved ones for each quantity, of steps 1 to i for step
 * i: what has moved once may move again. Trainings that diverged say nothing.
 */
export function spreads<Key extends string>(
  taken: readonly NumbersOf<Key>[],
  moved: readonly (readonly NumbersOf<Key>[])[],
  keys: readonly Key[],
): readonly NumbersOf<Key>[] {
  const most: Record<string, number> = {};
  return taken.map((step, index) => {
    for (const key of keys) {
      for (const steps of moved) {
        const difference = Math.abs((steps[index]?.[key] ?? Number.NaN) - step[key]);
        if (difference > (most[key] ?? 0)) most[key] = difference;
      }
    }
    return Object.fromEntries(keys.map((key) => [key, most[key] ?? 0])) as NumbersOf<Key>;
  });
}

/** A value that is made when it is first asked for. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
