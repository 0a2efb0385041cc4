import {
  type GradConfig,
  type NamedAttrMap,
  registerGradient,
  registerKernel,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { RedistillError } from '../../../common/errors.ts';
import { EngineError, tensorflowReason } from '../errors.ts';
import { currentLayer } from '../layers.ts';
import { backend, dataTypes, type OpAttribute, tf } from '../tensorflow.ts';

/**
 * Runs one TensorFlow operation.
 *
 * @throws EngineError `ENGINE_OP` naming the operation, the layer and the shapes of its inputs when
 *   TensorFlow refuses.
 */
export function execute(
  op: string,
  attributes: readonly OpAttribute[],
  inputs: readonly Tensor[],
  outputs = 1,
): Tensor[] {
  try {
    return backend().executeMultipleOutputs(op, attributes, inputs, outputs);
  } catch (cause) {
    if (cause instanceof RedistillError) throw cause;
    const shapes = inputs.map((input) => `[${input.shape.join(',')}]`).join(' ');
    throw new EngineError('ENGINE_OP', `${where(op)} on ${shapes}: ${tensorflowReason(cause)}`, {
      cause,
    });
  }
}

/** `execute` for operations with one result. */
export function executeOne(
  op: string,
  attributes: readonly OpAttribute[],
  inputs: readonly Tensor[],
): Tensor {
  return execute(op, attributes, inputs)[0] as Tensor;
}

/** Attributes in the form the binding takes. */
export const attribute = {
  type: (name: string, dtype: 'float32' | 'int32' | 'bfloat16' = 'float32'): OpAttribute => ({
    name,
    type: backend().binding.TF_ATTR_TYPE,
    value: dataTypes[dtype],
  }),
  text: (name: string, value: string): OpAttribute => ({
    name,
    type: backend().binding.TF_ATTR_STRING,
    value,
  }),
  texts: (name: string, value: readonly string[]): OpAttribute => ({
    name,
    type: backend().binding.TF_ATTR_STRING,
    value: [...value],
  }),
  types: (name: string, dtypes: readonly ('float32' | 'int32')[]): OpAttribute => ({
    name,
    type: backend().binding.TF_ATTR_TYPE,
    value: dtypes.map((dtype) => dataTypes[dtype]),
  }),
  integer: (name: string, value: number): OpAttribute => ({
    name,
    type: backend().binding.TF_ATTR_INT,
    value,
  }),
  integers: (name: string, value: readonly number[]): OpAttribute => ({
    name,
    type: backend().binding.TF_ATTR_INT,
    value: [...value],
  }),
  float: (name: string, value: number): OpAttribute => ({
    name,
    type: backend().binding.TF_ATTR_FLOAT,
    value,
  }),
  flag: (name: string, value: boolean): OpAttribute => ({
    name,
    type: backend().binding.TF_ATTR_BOOL,
    value,
  }),
};

/** A differentiable operation made of TensorFlow operations, with the gradient written by hand. */
export interface OpDefinition<Input extends string, Attrs> {
  /** All results, also those that only the gradient needs. */
  forward(inputs: Readonly<Record<Input, Tensor>>, attrs: Attrs): readonly Tensor[];
  readonly saveInputs: readonly Input[];
  /** One flag per result. */
  readonly saveOutputs: readonly boolean[];
  /**
   * Gradient per input, computed only where asked for. `dy` belongs to the first result: the others
   * are constants.
   */
  gradient(
    dy: Tensor,
    saved: readonly Tensor[],
    attrs: Attrs,
  ): Readonly<Partial<Record<Input, () => Tensor>>>;
}

/**
 * Registers an operation with tf.js and returns the function that runs it.
 *
 * tf.js's own gradients are compositions of many operations (ReLU: four instead of `ReluGrad`), and
 * `tf.customGrad` cannot return batch statistics beside the result; a registered kernel can do
 * both.
 */
export function defineOp<Input extends string, Attrs extends object>(
  name: string,
  definition: OpDefinition<Input, Attrs>,
): (inputs: Readonly<Record<Input, Tensor>>, attrs: Attrs) => Tensor[] {
  const kernelName = `Redistill${name}`;
  registerKernel({
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs }) => [
      ...definition.forward(inputs as unknown as Record<Input, Tensor>, attrs as unknown as Attrs),
    ],
  });
  const gradient: GradConfig = {
    kernelName,
    inputsToSave: [...definition.saveInputs],
    outputsToSave: [...definition.saveOutputs],
    gradFunc: (dy, saved, attrs) =>
      definition.gradient(
        Array.isArray(dy) ? (dy[0] as Tensor) : dy,
        saved,
        attrs as unknown as Attrs,
      ) as Record<string, () => Tensor>,
  };
  registerGradient(gradient);
  return (inputs, attrs) => {
    const result: Tensor | Tensor[] = tf
      .engine()
      .runKernel(kernelName, { ...inputs }, attrs as unknown as NamedAttrMap);
    return Array.isArray(result) ? result : [result];
  };
}

/** `conv2d in layer layer1.0.conv1`, for the beginning of an error's sentence. */
export function where(op: string): string {
  const layer = currentLayer();
  return layer === '' ? op : `${op} in layer ${layer}`;
}

/** @throws EngineError `ENGINE_SHAPE` with the sentence `<op> in layer <layer>: <problem>` */
export function shapeError(op: string, problem: string): EngineError {
  return new EngineError('ENGINE_SHAPE', `${where(op)}: ${problem}`);
}
