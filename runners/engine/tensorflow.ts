import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
// Methods of tensors, such as `reshape`. Their package registers them without naming their types.
import type {} from '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import { loadTfjs } from './native-package.mjs';
import { prepareContext } from './session-config.ts';

type TensorFlow = typeof tfjs;

let loaded: TensorFlow | undefined;

/**
 * tf.js on the native backend, loaded at its first use. Commands that only name networks and
 * methods (plans, help, status) start without TensorFlow, a second sooner and without its messages.
 */
export const tf: TensorFlow = new Proxy({} as TensorFlow, {
  get: (_, name) => {
    loaded ??= opened();
    return Reflect.get(loaded, name);
  },
});

function opened(): TensorFlow {
  prepareContext();
  return loadTfjs() as TensorFlow;
}

/**
 * The one place that reaches into `@tensorflow/tfjs-node-gpu`: its backend object and the native
 * binding behind it. Everything else sees tf.js's public operations, `execute`, and the types
 * below.
 */

/** An attribute of a TensorFlow operation as the binding takes it. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | null | readonly number[] | readonly string[];
}

/** A tensor as the binding names it: `id` is the handle, never used twice in a process. */
export interface TensorHandle {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

export type TensorValues = Float32Array | Int32Array | Uint8Array | BigInt64Array;

/** The part of the native binding that the engine uses. */
export interface Binding {
  createTensor(shape: readonly number[], dtype: number, values: TensorValues): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): TensorValues;
  executeOp(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorHandle[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(
    id: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): TensorHandle[];
  getNumOfTensors(): number;
  isUsingGpuDevice(): boolean;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_Version: string;
}

export interface Backend {
  binding: Binding;
  /** Handles of tensors; uploads values that were not used yet. */
  getInputTensorIds(tensors: readonly Pick<Tensor, 'dataId'>[]): number[];
  /** Keeps the values of a tensor made in JavaScript until its first use. */
  write(values: unknown, shape: readonly number[], dtype: string): object;
  readonly tensorMap: { get(dataId: object): { readonly values: unknown } };
  createOutputTensor(handle: TensorHandle): Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
}

/** TensorFlow's numbers for data types (tensorflow/core/framework/types.proto). */
export const dataTypes = {
  float32: 1,
  uint8: 4,
  int32: 3,
  int64: 9,
  bool: 10,
  bfloat16: 14,
} as const;

export function backend(): Backend {
  return tf.backend() as unknown as Backend;
}

/** Version of the libtensorflow in use, such as `2.21.0`. */
export function tensorflowVersion(): string {
  return backend().binding.TF_Version;
}

export function usesGpu(): boolean {
  return backend().binding.isUsingGpuDevice();
}
