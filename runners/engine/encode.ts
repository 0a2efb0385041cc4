import protobuf from 'protobufjs';
import { EngineError } from './errors.ts';
import type { Edge, RecordedFunction, RecordedNode, RecordedOperation } from './record.ts';
import { inputNode, readNode } from './record.ts';
import { savedModelSchema } from './saved-model.proto.ts';
import { type Binding, dataTypes, type OpAttribute } from './tensorflow.ts';
import type { DType, InputSpec, TensorSpec } from './types.ts';

/** Names of the nodes that a program feeds and fetches. */
export const stateNodes = {
  handle: (state: string) => `state/handle/${state}`,
  value: (state: string) => `state/value/${state}`,
  next: (state: string) => `state/next/${state}`,
  assigned: (state: string) => `state/assigned/${state}`,
};
/** Nodes of the inputs that a session has before a call. */
export const aheadNodes = {
  handle: (name: string, input: string) => `${name}/ahead/handle/${input}`,
  next: (name: string, input: string) => `${name}/ahead/next/${input}`,
  /** What to fetch so that they are there: before the call, or during the one before. */
  given: (name: string, when: 'before' | 'during') => `${name}/ahead/${when}`,
};
export const outputNode = (name: string, output: string) => `${name}/output/${output}`;

export interface EncodeOptions {
  /** Distinguishes the variables of programs that live in one process. */
  readonly container: string;
  /**
   * Gives every operation a control edge from the one before it, in recording order, so that no
   * graph rewriting and no scheduling can change the order of sums: the condition of bit identity
   * (decision 1).
   */
  readonly totalOrder: boolean;
  readonly tensorflowVersion: string;
}

/**
 * State and functions as the bytes of a SavedModel, and how many nodes each function has.
 *
 * State becomes resource variables, which the session holds between calls; a function reads what it
 * uses first, then computes, then assigns, and its outputs are available after the last assignment.
 */
export function encodeProgram(
  state: Readonly<Record<string, TensorSpec>>,
  functions: readonly RecordedFunction[],
  binding: Binding,
  options: EncodeOptions,
): { readonly bytes: Uint8Array; readonly counts: NodeCounts } {
  const nodes: NodeMessage[] = [];
  const counts: Record<string, Record<string, number>> = {};
  for (const [key, spec] of Object.entries(state)) nodes.push(...stateMessages(key, spec, options));
  for (const recorded of functions) {
    const own = functionMessages(recorded, state, binding, options);
    counts[recorded.name] = countOf(own.map(({ op }) => op));
    nodes.push(...own, ...aheadMessages(recorded, options));
  }
  const model = {
    savedModelSchemaVersion: 1,
    metaGraphs: [
      {
        metaInfoDef: { tags: ['serve'], tensorflowVersion: options.tensorflowVersion },
        // Producer 1882 is the oldest graph version that defines every operation the engine
        // records.
        graphDef: { node: nodes, versions: { producer: 1882, minConsumer: 0 } },
      },
    ],
  };
  return { bytes: messageType().encode(messageType().fromObject(model)).finish(), counts };
}

/** Nodes of each function by their operation. */
export type NodeCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

function countOf(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** The node that a call feeds with an input. */
export function fedNode(name: string, input: string, { dtype }: InputSpec): string {
  return dtype === 'uint8' ? `${inputNode(name, input)}/bytes` : inputNode(name, input);
}

function bytesAsFloats(name: string, input: string, spec: InputSpec): NodeMessage {
  return node('Cast', inputNode(name, input), [fedNode(name, input, spec)], {
    SrcT: { type: dataTypes.uint8 },
    DstT: { type: dataTypes.float32 },
  });
}

type AttributeMessage = Record<string, unknown>;
interface NodeMessage {
  name: string;
  op: string;
  input: string[];
  attr: Record<string, AttributeMessage>;
}

function stateMessages(key: string, spec: TensorSpec, options: EncodeOptions): NodeMessage[] {
  const dtype = { type: dataTypes[spec.dtype] };
  const shape: AttributeMessage = { shape: shapeMessage(spec.shape) };
  const handle = stateNodes.handle(key);
  const next = stateNodes.next(key);
  return [
    node('VarHandleOp', handle, [], {
      dtype,
      shape,
      shared_name: text(`${options.container}/${key}`),
    }),
    node('ReadVariableOp', stateNodes.value(key), [handle], { dtype }),
    node('Placeholder', next, [], { dtype, shape }),
    node('AssignVariableOp', `${next}/assign`, [handle, next], { dtype }),
    constant(stateNodes.assigned(key), dataTypes.int32, [], Int32Array.of(1), [`^${next}/assign`]),
  ];
}

function functionMessages(
  recorded: RecordedFunction,
  state: Readonly<Record<string, TensorSpec>>,
  binding: Binding,
  options: EncodeOptions,
): NodeMessage[] {
  const messages: NodeMessage[] = [];
  let previous: string | null = null;
  const inOrder = (message: NodeMessage): void => {
    if (options.totalOrder && previous !== null) message.input.push(`^${previous}`);
    previous = message.name;
    messages.push(message);
  };
  const dtypeOf = (key: string) => ({ type: dataTypes[(state[key] as TensorSpec).dtype] });

  for (const [key, spec] of Object.entries(recorded.inputs)) {
    const dtype = { type: dataTypes[spec.dtype] };
    const fed = fedNode(recorded.name, key, spec);
    const isAhead = recorded.ahead?.includes(key) === true;
    messages.push(
      isAhead
        ? node('ReadVariableOp', fed, [aheadNodes.handle(recorded.name, key)], { dtype })
        : node('Placeholder', fed, [], { dtype, shape: { shape: shapeMessage(spec.shape) } }),
    );
    if (spec.dtype === 'uint8') inOrder(bytesAsFloats(recorded.name, key, spec));
  }
  for (const key of recorded.reads) {
    inOrder(
      node('ReadVariableOp', readNode(recorded.name, key), [stateNodes.handle(key)], {
        dtype: dtypeOf(key),
      }),
    );
  }
  for (const recordedNode of recorded.nodes) {
    if (recordedNode.kind === 'const') messages.push(constantOf(recordedNode));
    else inOrder(operation(recordedNode, binding));
  }
  const writes = Object.entries(recorded.writes);
  // Without a total order an assignment must still wait for every read of the old value.
  const afterReads = options.totalOrder
    ? []
    : recorded.reads.map((key) => `^${readNode(recorded.name, key)}`);
  const assigned: string[] = [];
  for (const [key, edge] of writes) {
    const name = `${recorded.name}/assign/${key}`;
    inOrder(
      node('AssignVariableOp', name, [stateNodes.handle(key), edgeText(edge), ...afterReads], {
        dtype: dtypeOf(key),
      }),
    );
    assigned.push(`^${name}`);
  }
  for (const name of recorded.effects ?? []) assigned.push(`^${name}`);
  const done = options.totalOrder ? (previous === null ? [] : [`^${previous}`]) : assigned;
  for (const [key, { edge, dtype }] of Object.entries(recorded.outputs)) {
    messages.push(
      node('Identity', outputNode(recorded.name, key), [edgeText(edge), ...done], {
        T: { type: dataTypes[dtype as DType] },
      }),
    );
  }
  return messages;
}

/**
 * Variables of the inputs that are given before the call, and what writes them. During a call of
 * the function itself they are written when it has read the old values. What was read stays as it
 * is: a write puts another tensor in the variable's place.
 */
function aheadMessages(recorded: RecordedFunction, options: EncodeOptions): NodeMessage[] {
  const { name, ahead = [] } = recorded;
  if (ahead.length === 0) return [];
  const variables = ahead.flatMap((key) => {
    const spec = recorded.inputs[key] as InputSpec;
    const type = { dtype: { type: dataTypes[spec.dtype] } };
    const shape: AttributeMessage = { shape: shapeMessage(spec.shape) };
    const [handle, next] = [aheadNodes.handle(name, key), aheadNodes.next(name, key)];
    const place = text(`${options.container}/${handle}`);
    return [
      node('VarHandleOp', handle, [], { ...type, shape, shared_name: place }),
      node('Placeholder', next, [], { ...type, shape }),
      node('AssignVariableOp', `${next}/before`, [handle, next], type),
      node(
        'AssignVariableOp',
        `${next}/during`,
        [handle, next, `^${fedNode(name, key, spec)}`],
        type,
      ),
    ];
  });
  const given = (['before', 'during'] as const).map((when) => {
    const all = ahead.map((key) => `^${aheadNodes.next(name, key)}/${when}`);
    return constant(aheadNodes.given(name, when), dataTypes.int32, [], Int32Array.of(1), all);
  });
  return [...variables, ...given];
}

function operation(recorded: RecordedOperation, binding: Binding): NodeMessage {
  const attributes = Object.fromEntries(
    recorded.attributes.map((attribute) => [
      attribute.name,
      attributeMessage(attribute, binding, recorded.op),
    ]),
  );
  const control = (recorded.control ?? []).map((name) => `^${name}`);
  const inputs = [...recorded.inputs.map(edgeText), ...control];
  return node(recorded.op, recorded.name, inputs, attributes);
}

function constantOf(recorded: Extract<RecordedNode, { kind: 'const' }>): NodeMessage {
  return constant(recorded.name, recorded.dtype, recorded.shape, recorded.values, []);
}

function constant(
  name: string,
  dtype: number,
  shape: readonly number[],
  values: ArrayBufferView,
  control: readonly string[],
): NodeMessage {
  const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return node('Const', name, [...control], {
    dtype: { type: dtype },
    value: { tensor: { dtype, tensorShape: shapeMessage(shape), tensorContent: content } },
  });
}

function node(
  op: string,
  name: string,
  input: string[],
  attr: Record<string, AttributeMessage>,
): NodeMessage {
  return { name, op, input, attr };
}

function edgeText(edge: Edge): string {
  return edge.index === 0 ? edge.node : `${edge.node}:${edge.index}`;
}

function shapeMessage(shape: readonly number[]): object {
  return { dim: shape.map((size) => ({ size })) };
}

function text(value: string): AttributeMessage {
  return { s: Buffer.from(value, 'utf8') };
}

function attributeMessage(attribute: OpAttribute, binding: Binding, op: string): AttributeMessage {
  const { type, value } = attribute;
  if (Array.isArray(value)) {
    if (type === binding.TF_ATTR_STRING)
      return { list: { s: value.map((each) => Buffer.from(each, 'utf8')) } };
    if (type === binding.TF_ATTR_SHAPE) return { shape: shapeMessage(value) };
    if (type === binding.TF_ATTR_INT) return { list: { i: value } };
    if (type === binding.TF_ATTR_TYPE) return { list: { type: value } };
    if (type === binding.TF_ATTR_FLOAT) return { list: { f: value } };
  } else {
    if (type === binding.TF_ATTR_STRING) return text(String(value));
    if (type === binding.TF_ATTR_INT) return { i: value };
    if (type === binding.TF_ATTR_FLOAT) return { f: value };
    if (type === binding.TF_ATTR_BOOL) return { b: Boolean(value) };
    if (type === binding.TF_ATTR_TYPE) return { type: value };
    if (type === binding.TF_ATTR_SHAPE && value === null) return { shape: { unknownRank: true } };
  }
  throw new EngineError(
    'ENGINE_ATTRIBUTE',
    `Attribute "${attribute.name}" of ${op} has the type ${type} with the value ${JSON.stringify(value)}, which the encoder does not know.`,
  );
}

let cachedType: protobuf.Type | undefined;
function messageType(): protobuf.Type {
  cachedType ??= protobuf.parse(savedModelSchema).root.lookupType('tensorflow.SavedModel');
  return cachedType;
}
