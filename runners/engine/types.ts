import type { Tensor } from '@tensorflow/tfjs-core';

export type DType = 'float32' | 'int32';
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}
/**
 * An input. Of `uint8` the call takes bytes, and the function sees them as float32: pictures travel
 * in a quarter of the memory.
 */
export interface InputSpec {
  readonly shape: readonly number[];
  readonly dtype: DType | 'uint8';
}
export type TensorMap = Readonly<Record<string, Tensor>>;
export type ArrayMap = Readonly<Record<string, Float32Array | Int32Array>>;
export type InputArray = Float32Array | Int32Array | Uint8Array;
export type InputMap = Readonly<Record<string, InputArray>>;

/**
 * A step, an evaluation or any other computation: a pure function of state and inputs.
 *
 * It must not use `dataSync`, JavaScript randomness or shapes that depend on data: anything that
 * changes between calls is an input. `state` of the result holds only changed entries, under names
 * of the program's state.
 */
export type PureFunction = (
  state: TensorMap,
  inputs: TensorMap,
) => { readonly outputs: TensorMap; readonly state: TensorMap };

/** A function of a program with the shapes of its inputs. */
export interface FunctionSpec {
  readonly run: PureFunction;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** Operations that no output needs are left out. Absent: all are run. */
  readonly pruned?: true;
  /**
   * Inputs that a GPU keeps for the call and may be given before it (`Program.announce`): those
   * that are large. Not of int32, which TensorFlow keeps in no variable on a GPU.
   */
  readonly ahead?: readonly string[];
}

export type Precision = 'mixed';

/** A function's inputs, and what a session is fed and asked for. */
export interface CompiledFunction {
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly outputNames: readonly string[];
  /** Inputs that are not fed: the session has them before the call. */
  readonly ahead: readonly string[];
  /** Inputs that are fed with the call, in the order of `feeds`. */
  readonly fed: readonly string[];
  readonly feeds: string;
  readonly fetches: string;
}

/** State entries that the session holds one after the other in one variable. */
export interface Pack {
  /** Name of the variable. */
  readonly key: string;
  readonly members: readonly PackMember[];
  readonly size: number;
}

export interface PackMember {
  readonly key: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly offset: number;
}

/**
 * A program as another process of the same machine can open it: plain data, without the values of
 * its state.
 */
export interface ProgramGraph {
  /** A SavedModel. */
  readonly bytes: Uint8Array;
  readonly state: Readonly<Record<string, TensorSpec>>;
  /** What the session holds together, and what it holds beside the state. */
  readonly packs: readonly Pack[];
  readonly more: Readonly<Record<string, TensorSpec>>;
  /** State after whose writing the function `prepare` is to be called. */
  readonly sources: readonly string[];
  readonly functions: Readonly<Record<string, CompiledFunction>>;
  /** Of each function, as `Program.nodes`. */
  readonly nodes: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly precision?: Precision | undefined;
}

/**
 * State plus functions over it, recorded as one TensorFlow graph or run eagerly (a switch for
 * debugging).
 */
export interface Program {
  readonly mode: 'recorded' | 'eager';
  /** For other processes (`openGraph`); absent in eager mode. */
  readonly graph?: ProgramGraph;
  /** Shape and type of every state entry. */
  readonly state: Readonly<Record<string, TensorSpec>>;
  /**
   * Runs one function. Inputs are plain arrays in row-major order; outputs likewise. State is
   * updated in place.
   */
  call(name: string, inputs: InputMap): Record<string, Float32Array | Int32Array>;
  /**
   * Says what inputs the call after the next one will have, as far as they are known. Those of
   * `FunctionSpec.ahead` are copied to a GPU while the next call computes. They are recognised as
   * the same arrays, whose values must stay until the later call. It changes no result, and does
   * nothing on a CPU and for a function that the program does not have.
   */
  announce(name: string, inputs: InputMap): void;
  readState(names?: readonly string[]): Record<string, Float32Array | Int32Array>;
  writeState(values: ArrayMap): void;
  /**
   * How many nodes a function has, by their operation: constants, reads and assignments of state,
   * inputs and outputs count too. Null where functions run eagerly or there is none of this name.
   */
  nodes(name: string): Readonly<Record<string, number>> | null;
  dispose(): void;
}
