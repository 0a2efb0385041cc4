import type { ParamSpec } from './types.ts';

/**
 * Where element `index` of a PyTorch tensor goes in the engine's array, both flat and row-major.
 * OIHW becomes HWIO, depthwise O1HW becomes HW(C)(multiplier), OI becomes IO; other tensors stay.
 */
function permutation(spec: ParamSpec): Int32Array | null {
  if (spec.layout === 'flat') return null;
  const shape = spec.torchShape as readonly [number, number, number?, number?];
  const [outputs, inputs, height = 1, width = 1] = shape;
  const target = new Int32Array(outputs * inputs * height * width);
  let index = 0;
  for (let o = 0; o < outputs; o += 1) {
    for (let i = 0; i < inputs; i += 1) {
      for (let position = 0; position < height * width; position += 1) {
        target[index] = (position * inputs + i) * outputs + o;
        index += 1;
      }
    }
  }
  return target;
}

/** A tensor in PyTorch's layout to the engine's layout. */
export function toEngine(spec: ParamSpec, values: ArrayLike<number>): Float32Array {
  const target = permutation(spec);
  if (target === null) return Float32Array.from(values);
  const result = new Float32Array(target.length);
  for (let index = 0; index < target.length; index += 1) {
    result[target[index] as number] = values[index] as number;
  }
  return result;
}

/** A tensor in the engine's layout to PyTorch's layout. */
export function toTorch(spec: ParamSpec, values: ArrayLike<number>): Float32Array {
  const target = permutation(spec);
  if (target === null) return Float32Array.from(values);
  const result = new Float32Array(target.length);
  for (let index = 0; index < target.length; index += 1) {
    result[index] = values[target[index] as number] as number;
  }
  return result;
}
