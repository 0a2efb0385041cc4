import type { Tensor } from '@tensorflow/tfjs-core';
import { EngineError } from './errors.ts';
import { tf } from './tensorflow.ts';
import type {
  ArrayMap,
  FunctionSpec,
  InputArray,
  InputMap,
  InputSpec,
  Program,
  TensorSpec,
} from './types.ts';
import { checkArray } from './values.ts';

/**
 * Runs functions operation by operation: slow, but every intermediate value can be looked at in a
 * debugger.
 */
export class EagerProgram implements Program {
  readonly mode = 'eager';
  readonly state: Readonly<Record<string, TensorSpec>>;
  private readonly functions: Readonly<Record<string, FunctionSpec>>;
  private tensors: Record<string, Tensor>;

  constructor(
    specs: Readonly<Record<string, TensorSpec>>,
    initial: ArrayMap,
    functions: Readonly<Record<string, FunctionSpec>>,
  ) {
    this.state = specs;
    this.functions = functions;
    this.tensors = {};
    this.writeState(initial);
  }

  /** Nothing: values are used where they are. */
  announce(): void {}

  call(name: string, inputs: InputMap): Record<string, Float32Array | Int32Array> {
    const spec = this.functions[name];
    if (spec === undefined) {
      throw new EngineError(
        'ENGINE_UNKNOWN_FUNCTION',
        `The program has no function "${name}", only ${Object.keys(this.functions).join(', ')}.`,
      );
    }
    const unknown = Object.keys(inputs).find((key) => !(key in spec.inputs));
    if (unknown !== undefined) {
      throw new EngineError('ENGINE_UNKNOWN_INPUT', `"${name}" has no input "${unknown}".`);
    }
    const outputs: Record<string, Float32Array | Int32Array> = {};
    const changed: Record<string, Tensor> = {};
    tf.tidy(() => {
      const tensors = Object.fromEntries(
        Object.entries(spec.inputs).map(([key, input]) => [
          key,
          tensorOf(checkArray(`input "${key}" of "${name}"`, inputs[key], input), input),
        ]),
      );
      const result = spec.run(this.tensors, tensors);
      for (const [key, tensor] of Object.entries(result.outputs))
        outputs[key] = tensor.dataSync() as Float32Array;
      for (const [key, tensor] of Object.entries(result.state)) {
        if (tensor === this.tensors[key]) continue;
        // A clone of its own: the same tensor may also be an output or the new value of another
        // entry.
        changed[key] = tf.keep(tf.clone(tensor));
      }
    });
    this.replace(changed);
    return outputs;
  }

  readState(
    names: readonly string[] = Object.keys(this.state),
  ): Record<string, Float32Array | Int32Array> {
    return Object.fromEntries(
      names.map((key) => {
        const tensor = this.tensors[key];
        if (tensor === undefined)
          throw new EngineError('ENGINE_UNKNOWN_STATE', `The program has no state "${key}".`);
        return [key, tensor.dataSync().slice() as Float32Array];
      }),
    );
  }

  writeState(values: ArrayMap): void {
    const tensors: Record<string, Tensor> = {};
    for (const [key, value] of Object.entries(values)) {
      const spec = this.state[key];
      if (spec === undefined)
        throw new EngineError('ENGINE_UNKNOWN_STATE', `The program has no state "${key}".`);
      // A copy: tf.js keeps a reference to the array until it is first used.
      const array = checkArray(`state "${key}"`, value, spec).slice();
      tensors[key] = tf.keep(tf.tensor(array, [...spec.shape], spec.dtype));
    }
    this.replace(tensors);
  }

  nodes(): null {
    return null;
  }

  dispose(): void {
    for (const tensor of Object.values(this.tensors)) tensor.dispose();
    this.tensors = {};
  }

  private replace(tensors: Readonly<Record<string, Tensor>>): void {
    for (const [key, tensor] of Object.entries(tensors)) {
      this.tensors[key]?.dispose();
      this.tensors[key] = tensor;
    }
  }
}

/** Bytes become floats, as they do in a recorded graph. */
function tensorOf(values: InputArray, { shape, dtype }: InputSpec): Tensor {
  const floats = values instanceof Uint8Array ? Float32Array.from(values) : values;
  return tf.tensor(floats, [...shape], dtype === 'uint8' ? 'float32' : dtype);
}
