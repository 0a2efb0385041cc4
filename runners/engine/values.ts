import { EngineError } from './errors.ts';
import type { ArrayMap, InputArray, InputSpec, TensorSpec } from './types.ts';

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

const arrayTypes = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array } as const;

/** An array of zeros that fits `spec`. */
export function emptyArray(spec: TensorSpec): Float32Array | Int32Array;
export function emptyArray(spec: InputSpec): InputArray;
export function emptyArray({ shape, dtype }: InputSpec): InputArray {
  return new arrayTypes[dtype](sizeOf(shape));
}

/** `array` if it fits `spec`, an error that names `what` otherwise. */
export function checkArray<Given extends InputArray>(
  what: string,
  array: Given | undefined,
  spec: InputSpec,
): Given {
  if (array === undefined) throw new EngineError('ENGINE_MISSING', `No value for ${what}.`);
  if (!(array instanceof arrayTypes[spec.dtype])) {
    throw new EngineError(
      'ENGINE_DTYPE',
      `${what} must be ${spec.dtype}, not ${array.constructor.name}.`,
    );
  }
  if (array.length !== sizeOf(spec.shape)) {
    throw new EngineError(
      'ENGINE_SHAPE',
      `${what} has ${array.length} values; its shape [${spec.shape.join(', ')}] needs ${sizeOf(spec.shape)}.`,
    );
  }
  return array;
}

/** Every state entry has a fitting initial value, and no value lacks an entry. */
export function checkState(state: Readonly<Record<string, TensorSpec>>, initial: ArrayMap): void {
  for (const [key, spec] of Object.entries(state)) {
    if (key.includes(','))
      throw new EngineError('ENGINE_STATE_NAME', `State name "${key}" contains a comma.`);
    checkArray(`state "${key}"`, initial[key], spec);
  }
  const unknown = Object.keys(initial).filter((key) => !(key in state));
  if (unknown.length > 0) {
    throw new EngineError(
      'ENGINE_UNKNOWN_STATE',
      `Initial values for unknown state: ${unknown.join(', ')}.`,
    );
  }
}
