import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * An optimizer's update of one parameter, recorded operation by operation, and the one operation of
 * TensorFlow that does it in place.
 */
export interface UpdateNote {
  /** Which rule: see `rules.ts`. */
  readonly rule: 'momentum' | 'adam';
  /** Old values in the program's state: the parameter, then the buffers that the rule keeps. */
  readonly variables: readonly Tensor[];
  /** Their new values, in the same order. */
  readonly results: readonly Tensor[];
  readonly gradient: Tensor;
  /** Numbers of the recipe by the rule's names. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Scalars of the step by the rule's names: the learning rate. */
  readonly scalars: Readonly<Record<string, Tensor>>;
}

/** A running statistic that moves towards that of a batch norm's batch. */
export interface RunningNote {
  /** Old value in the program's state, [C]. */
  readonly running: Tensor;
  /** The batch norm's own result, [C]. */
  readonly batch: Tensor;
  /** Share of the batch. */
  readonly share: number;
  readonly result: Tensor;
}

/** Takes notes while a function is recorded. */
export interface NoteTaker {
  update(note: UpdateNote): void;
  running(note: RunningNote): void;
}

let taker: NoteTaker | null = null;

/** Calls `body` with somebody who takes its notes. */
export function takingNotes<T>(given: NoteTaker, body: () => T): T {
  const before = taker;
  taker = given;
  try {
    return body();
  } finally {
    taker = before;
  }
}

/** Notes what an optimizer did to one parameter; without a recording nothing happens. */
export function noteUpdate(note: UpdateNote): void {
  taker?.update(note);
}

/** Notes that a running statistic moved; without a recording nothing happens. */
export function noteRunning(note: RunningNote): void {
  taker?.running(note);
}
