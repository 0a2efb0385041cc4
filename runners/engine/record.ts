import type { Tensor } from '@tensorflow/tfjs-core';
import { EngineError, tensorflowReason } from './errors.ts';
import { Intermediates } from './intermediates.ts';
import { currentLayer } from './layers.ts';
import { type NoteTaker, type RunningNote, takingNotes, type UpdateNote } from './lean/notes.ts';
import {
  type Backend,
  type Binding,
  backend,
  dataTypes,
  type OpAttribute,
  type TensorHandle,
  type TensorValues,
  tf,
} from './tensorflow.ts';
import type { DType, FunctionSpec, InputSpec, TensorMap } from './types.ts';

/** A value of the graph under construction: output `index` of node `node`. */
export interface Edge {
  readonly node: string;
  readonly index: number;
}

/** One node of a recorded function, before it is encoded. */
export type RecordedNode =
  | {
      readonly kind: 'op';
      readonly name: string;
      readonly op: string;
      readonly layer: string;
      readonly attributes: readonly OpAttribute[];
      readonly inputs: readonly Edge[];
      /** Shapes of its results. */
      readonly shapes: readonly (readonly number[])[];
      /** Nodes that it waits for beside those of its inputs. */
      readonly control?: readonly string[];
    }
  | {
      readonly kind: 'const';
      readonly name: string;
      readonly dtype: number;
      readonly shape: readonly number[];
      readonly values: TensorValues;
    };

export type RecordedOperation = Extract<RecordedNode, { kind: 'op' }>;

/** A pure function as a list of TensorFlow operations in the order in which they ran. */
export interface RecordedFunction {
  readonly name: string;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly nodes: readonly RecordedNode[];
  /** State that the function reads, in the order of its first use. */
  readonly reads: readonly string[];
  /** New value of every state entry that the function changes. */
  readonly writes: Readonly<Record<string, Edge>>;
  readonly outputs: Readonly<Record<string, { readonly edge: Edge; readonly dtype: DType }>>;
  /** `FunctionSpec.ahead`; absent on a CPU, where there is nothing to be copied. */
  readonly ahead?: readonly string[];
  /** Operations that change state in place: outputs wait for them. Absent: there are none. */
  readonly effects?: readonly string[];
  /** What can be done in fewer operations. */
  readonly notes: RecordedNotes;
}

/** Notes in names and edges, without those of tensors that are no state of the program. */
export interface RecordedNotes {
  readonly updates: readonly RecordedUpdate[];
  readonly running: readonly RecordedRunning[];
}

/** An `UpdateNote`. */
export interface RecordedUpdate extends Pick<UpdateNote, 'rule' | 'numbers'> {
  readonly keys: readonly string[];
  readonly results: readonly Edge[];
  readonly gradient: Edge;
  readonly shape: readonly number[];
  readonly scalars: Readonly<Record<string, Edge>>;
}

/** A `RunningNote`. */
export interface RecordedRunning extends Pick<RunningNote, 'share'> {
  readonly key: string;
  readonly batch: Edge;
  readonly result: Edge;
  readonly shape: readonly number[];
}

/** Node of an input and of a state read within the function `name`. */
export const inputNode = (name: string, input: string) => `${name}/input/${input}`;
export const readNode = (name: string, state: string) => `${name}/read/${state}`;

/**
 * Runs `spec.run` once, operation by operation, and records the operations.
 *
 * Every operation of tf.js's Node backend goes through `binding.executeOp`, and every constant
 * through `binding.createTensor`, so a stand-in for the binding sees the whole computation. Handles
 * are never used twice, so large intermediate tensors are given back at once (`Intermediates`): the
 * memory peak is that of single operations.
 *
 * @param state example values with the right shapes; recording does not change them
 * @throws EngineError `ENGINE_OP` when an operation fails (shapes, unsupported kernels), naming
 *   operation and layer; `ENGINE_FOREIGN_TENSOR` when the step uses a tensor that is neither state,
 *   input nor made inside the step; `ENGINE_READ` when it reads values back (`dataSync`), which
 *   would freeze them into the graph.
 */
export function recordFunction(
  name: string,
  spec: FunctionSpec,
  state: TensorMap,
): RecordedFunction {
  const engine = backend();
  const recorder = new Recorder(name, engine);
  const inputs = exampleInputs(spec.inputs);
  try {
    for (const [key, tensor] of Object.entries(inputs)) recorder.declareInput(key, tensor);
    for (const [key, tensor] of Object.entries(state)) recorder.declareState(key, tensor);
    // The end of the scope deletes tensors; some are gone already. The recorder must see it.
    return recorder.during(() =>
      scoped(() => recorder.finish(spec, spec.run(state, inputs), state)),
    );
  } finally {
    for (const tensor of Object.values(inputs)) tensor.dispose();
  }
}

/** `tf.tidy` for a body whose result holds no tensor. */
function scoped<T>(body: () => T): T {
  tf.engine().startScope();
  try {
    return body();
  } finally {
    tf.engine().endScope();
  }
}

/** Inputs to record with. Ones are valid divisors, probabilities and labels. */
function exampleInputs(specs: Readonly<Record<string, InputSpec>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(specs).map(([key, { shape, dtype }]) => {
      const size = shape.reduce((product, side) => product * side, 1);
      const values =
        dtype === 'int32'
          ? Int32Array.from({ length: size }, (_, index) => index % 2)
          : Float32Array.from({ length: size }, (_, index) => 0.5 + (index % 7) / 14);
      return [key, tf.tensor(values, [...shape], dtype === 'int32' ? dtype : 'float32')];
    }),
  );
}

class Recorder implements NoteTaker {
  private readonly nodes: RecordedNode[] = [];
  private readonly updates: RecordedUpdate[] = [];
  private readonly runningNotes: RecordedRunning[] = [];
  private readonly known = new Map<number, { edge: Edge; layer: string }>();
  private readonly stateOf = new Map<number, string>();
  private readonly reads = new Set<string>();
  private readonly functionName: string;
  private readonly engine: Backend;
  private readonly real: Binding;
  private readonly intermediates: Intermediates;

  constructor(functionName: string, engine: Backend) {
    this.functionName = functionName;
    this.engine = engine;
    this.real = engine.binding;
    this.intermediates = new Intermediates(engine.binding);
  }

  declareInput(key: string, tensor: Tensor): void {
    this.known.set(this.handleOf(tensor), {
      edge: { node: inputNode(this.functionName, key), index: 0 },
      layer: '',
    });
  }

  declareState(key: string, tensor: Tensor): void {
    this.stateOf.set(this.handleOf(tensor), key);
  }

  /** Runs `body` with the recording stand-in in the binding's place. */
  during<T>(body: () => T): T {
    const real = this.real;
    const executeOp: Binding['executeOp'] = (...call) => this.executeOp(...call);
    const createTensor: Binding['createTensor'] = (...call) => this.createTensor(...call);
    const deleteTensor: Binding['deleteTensor'] = (id) => this.intermediates.delete(id);
    const tensorDataSync = () => {
      throw new EngineError(
        'ENGINE_READ',
        `The function "${this.functionName}" reads a tensor's values${inLayerText(currentLayer())}.`,
        {
          hint: 'A step must be pure: return the tensor as an output instead of reading it inside.',
        },
      );
    };
    this.engine.binding = Object.create(real, {
      executeOp: { value: executeOp },
      createTensor: { value: createTensor },
      deleteTensor: { value: deleteTensor },
      tensorDataSync: { value: tensorDataSync },
    }) as Binding;
    const release = this.watchMadeTensors();
    try {
      return takingNotes(this, body);
    } finally {
      release();
      this.engine.binding = real;
    }
  }

  update({ rule, variables, results, gradient, numbers, scalars }: UpdateNote): void {
    const keys = this.stateKeys(variables);
    if (keys === null) return;
    this.updates.push({
      ...{ rule, numbers, keys },
      results: results.map((result) => this.noted(result)),
      gradient: this.noted(gradient),
      shape: gradient.shape,
      scalars: Object.fromEntries(
        Object.entries(scalars).map(([name, scalar]) => [name, this.noted(scalar)]),
      ),
    });
  }

  running({ running, batch, share, result }: RunningNote): void {
    const [key] = this.stateKeys([running]) ?? [];
    if (key === undefined) return;
    const { shape } = running;
    this.runningNotes.push({
      ...{ key, share, shape },
      batch: this.noted(batch),
      result: this.noted(result),
    });
  }

  /** Names of tensors in the program's state; null where one is none of it. */
  private stateKeys(tensors: readonly Tensor[]): readonly string[] | null {
    const keys = tensors.map((tensor) => this.stateOf.get(this.handleOf(tensor)));
    return keys.every((key) => key !== undefined) ? keys : null;
  }

  private noted(tensor: Tensor): Edge {
    return this.edgeOf(this.handleOf(tensor), 'a noted value');
  }

  /**
   * tf.js hands a tensor's values to the binding only when it is first used. So a tensor that was
   * made outside of the function and not used yet would look like one of the function's constants:
   * the backend's `write` tells them apart.
   */
  private watchMadeTensors(): () => void {
    const { engine } = this;
    const made = new WeakSet<object>();
    const { write, getInputTensorIds } = engine;
    engine.write = (...call) => {
      const dataId = write.apply(engine, call);
      made.add(dataId);
      return dataId;
    };
    engine.getInputTensorIds = (tensors) => {
      for (const { dataId } of tensors) {
        if (
          dataId !== undefined &&
          engine.tensorMap.get(dataId).values !== null &&
          !made.has(dataId)
        ) {
          throw this.foreignTensor(`an operand${inLayerText(currentLayer())}`);
        }
      }
      return getInputTensorIds.call(engine, tensors);
    };
    return () => {
      engine.write = write;
      engine.getInputTensorIds = getInputTensorIds;
    };
  }

  private foreignTensor(use: string): EngineError {
    return new EngineError(
      'ENGINE_FOREIGN_TENSOR',
      `The function "${this.functionName}" uses a tensor made outside of it as ${use}.`,
      {
        hint: 'Make it inside the function, or pass it as an input or as state: a recorded value never changes.',
      },
    );
  }

  finish(
    spec: FunctionSpec,
    result: { readonly outputs: TensorMap; readonly state: TensorMap },
    state: TensorMap,
  ): RecordedFunction {
    const writes: Record<string, Edge> = {};
    for (const [key, tensor] of Object.entries(result.state)) {
      const old = state[key];
      if (old === undefined) {
        throw new EngineError(
          'ENGINE_UNKNOWN_STATE',
          `The function "${this.functionName}" returns state "${key}", which the program does not have.`,
        );
      }
      if (old.shape.join() !== tensor.shape.join()) {
        throw new EngineError(
          'ENGINE_STATE_SHAPE',
          `The function "${this.functionName}" changes the shape of state "${key}" from [${old.shape}] to [${tensor.shape}].`,
        );
      }
      writes[key] = this.edgeOf(this.handleOf(tensor), `state "${key}"`);
    }
    const outputs: Record<string, { edge: Edge; dtype: DType }> = {};
    for (const [key, tensor] of Object.entries(result.outputs)) {
      if (tensor.dtype !== 'float32' && tensor.dtype !== 'int32') {
        throw new EngineError(
          'ENGINE_OUTPUT_TYPE',
          `Output "${key}" of "${this.functionName}" is ${tensor.dtype}; outputs are float32 or int32.`,
        );
      }
      outputs[key] = {
        edge: this.edgeOf(this.handleOf(tensor), `output "${key}"`),
        dtype: tensor.dtype,
      };
    }
    return {
      name: this.functionName,
      inputs: spec.inputs,
      nodes: this.nodes,
      reads: [...this.reads],
      writes,
      outputs,
      notes: { updates: this.updates, running: this.runningNotes },
    };
  }

  private executeOp(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorHandle[] {
    const layer = currentLayer() || this.layerOfInputs(inputs);
    const edges = inputs.map((id) => this.edgeOf(id, `an input of ${op}${inLayerText(layer)}`));
    let results: TensorHandle[];
    try {
      results = this.intermediates.execute(op, attributes, inputs, outputs);
    } catch (cause) {
      throw new EngineError(
        'ENGINE_OP',
        `${op}${inLayerText(layer)} failed while recording "${this.functionName}": ${tensorflowReason(cause)}`,
        { cause },
      );
    }
    const name = this.nodeName(op, layer);
    const shapes = results.map(({ shape }) => shape);
    this.nodes.push({ kind: 'op', name, op, layer, attributes, inputs: edges, shapes });
    results.forEach((result, index) => {
      this.known.set(result.id, { edge: { node: name, index }, layer });
    });
    return results;
  }

  private createTensor(shape: readonly number[], dtype: number, values: TensorValues): number {
    const id = this.real.createTensor(shape, dtype, values);
    const name = this.nodeName('Const', '');
    this.nodes.push({
      kind: 'const',
      name,
      dtype,
      shape: [...shape],
      values: copyOf(dtype, values),
    });
    this.known.set(id, { edge: { node: name, index: 0 }, layer: '' });
    return id;
  }

  private edgeOf(id: number, use: string): Edge {
    const known = this.known.get(id);
    if (known !== undefined) return known.edge;
    const state = this.stateOf.get(id);
    if (state === undefined) throw this.foreignTensor(use);
    this.reads.add(state);
    const edge = { node: readNode(this.functionName, state), index: 0 };
    this.known.set(id, { edge, layer: '' });
    return edge;
  }

  /** Gradient operations run outside of any layer. They belong to the layer of their inputs. */
  private layerOfInputs(inputs: readonly number[]): string {
    for (const id of inputs) {
      const layer = this.known.get(id)?.layer;
      if (layer !== undefined && layer !== '') return layer;
    }
    return '';
  }

  private nodeName(op: string, layer: string): string {
    const path = layer === '' ? '' : `${layer.replace(/[^A-Za-z0-9_.\-/]/g, '_')}/`;
    return `${this.functionName}/${path}${op}_${this.nodes.length}`;
  }

  private handleOf(tensor: Tensor): number {
    return this.engine.getInputTensorIds([tensor])[0] as number;
  }
}

function inLayerText(layer: string): string {
  return layer === '' ? '' : ` in layer ${layer}`;
}

/** tf.js may reuse the array; booleans and int32 arrive as whatever typed array the caller had. */
function copyOf(dtype: number, values: TensorValues): TensorValues {
  if (dtype === dataTypes.float32) return Float32Array.from(values as Float32Array);
  if (dtype === dataTypes.int32) return Int32Array.from(values as Int32Array);
  if (dtype === dataTypes.bool || dtype === dataTypes.uint8)
    return Uint8Array.from(values as Uint8Array);
  if (dtype === dataTypes.int64) {
    // tf.js hands int64 scalars over as the two 32-bit halves of the value.
    const halves = Int32Array.from(values as Int32Array);
    return values instanceof BigInt64Array ? values.slice() : new BigInt64Array(halves.buffer);
  }
  throw new EngineError(
    'ENGINE_CONST_TYPE',
    `A constant of TensorFlow type ${dtype} cannot be recorded.`,
  );
}
