import { createHash } from 'node:crypto';
import { keyOfEdge, movedEnds } from '../edges.ts';
import {
  type Edge,
  type RecordedFunction,
  type RecordedNode,
  type RecordedOperation,
  readNode,
} from '../record.ts';
import { dataTypes } from '../tensorflow.ts';
import type { TensorSpec } from '../types.ts';
import { NodeBuilder } from './builder.ts';
import { signature, simplify } from './simplify.ts';

/** The function that computes what depends on frozen state alone. */
export const prepareFunction = 'prepare';

/** Functions that read such values instead of computing them in every call. */
export interface Prepared {
  readonly functions: readonly RecordedFunction[];
  /** State that `prepare` writes. */
  readonly state: Readonly<Record<string, TensorSpec>>;
  /** State from which it is computed: whoever writes some of it calls `prepare` afterwards. */
  readonly sources: ReadonlySet<string>;
}

/** Arithmetic on float32: its results can be state. */
const arithmetic: ReadonlySet<string> = new Set([
  ...['Add', 'AddV2', 'Sub', 'Mul', 'RealDiv', 'Neg', 'Rsqrt', 'Sqrt', 'Square', 'Reshape'],
  ...['Transpose'],
]);

/**
 * Takes out of functions what depends on state alone that no function writes: the weights of a
 * frozen teacher with the batch norms folded into them.
 */
export function prepared(
  functions: readonly RecordedFunction[],
  changing: ReadonlySet<string>,
): Prepared {
  const builder = new NodeBuilder(prepareFunction);
  const state: Record<string, TensorSpec> = {};
  const writes: Record<string, Edge> = {};
  const sources = new Set<string>();
  const keys = new Map<string, string>();
  const changed = functions.map((recorded) => {
    const frozen = frozenPart(recorded, changing);
    const found = new Map<string, string>();
    for (const edge of frozen.used) {
      const text = frozen.textOf(edge);
      let key = keys.get(text);
      if (key === undefined) {
        key = `frozen/${keys.size}`;
        keys.set(text, key);
        const { shapes } = frozen.nodes.get(edge.node) as RecordedOperation;
        state[key] = { shape: shapes[edge.index] ?? [], dtype: 'float32' };
        writes[key] = copy(edge, frozen, builder, sources, new Map());
      }
      found.set(keyOfEdge(edge), key);
    }
    return reading(recorded, found);
  });
  if (keys.size === 0) return { functions, state, sources };
  const prepare: RecordedFunction = {
    name: prepareFunction,
    inputs: {},
    nodes: builder.nodes,
    reads: [...sources],
    writes,
    outputs: { done: { edge: builder.integer(1), dtype: 'int32' } },
    notes: { updates: [], running: [] },
  };
  return { functions: [...changed, simplify(prepare)], state, sources };
}

interface FrozenPart {
  /** Operations on frozen state and constants alone, and these constants. */
  readonly nodes: ReadonlyMap<string, RecordedNode>;
  /** State that no function writes, by the nodes that read it. */
  readonly reads: ReadonlyMap<string, string>;
  /** Their results that the rest of the function uses. */
  readonly used: readonly Edge[];
  /** The same text for what is computed in the same way. */
  textOf(edge: Edge): string;
}

function frozenPart(recorded: RecordedFunction, changing: ReadonlySet<string>): FrozenPart {
  const reads = new Map(
    recorded.reads
      .filter((key) => !changing.has(key))
      .map((key) => [readNode(recorded.name, key), key]),
  );
  const nodes = new Map<string, RecordedNode>();
  const texts = new Map<string, string>();
  const textOf = ({ node, index }: Edge) => `${reads.get(node) ?? texts.get(node)}:${index}`;
  /** Whether frozen state is among what it is computed from. */
  const depends = new Set<string>(reads.keys());
  for (const node of recorded.nodes) {
    const inputs = node.kind === 'op' ? node.inputs : [];
    const known = inputs.every((edge) => nodes.has(edge.node) || reads.has(edge.node));
    if (node.kind === 'op' && !(known && isArithmetic(node))) continue;
    nodes.set(node.name, node);
    texts.set(node.name, digestOf(signature(node, textOf) as string));
    if (inputs.some((edge) => depends.has(edge.node))) depends.add(node.name);
  }
  const used = new Map<string, Edge>();
  const outside = recorded.nodes.filter((node) => node.kind === 'op' && !nodes.has(node.name));
  const edges = [
    ...outside.flatMap((node) => (node as RecordedOperation).inputs),
    ...Object.values(recorded.writes),
    ...Object.values(recorded.outputs).map(({ edge }) => edge),
  ];
  for (const edge of edges) {
    if (nodes.get(edge.node)?.kind === 'op' && depends.has(edge.node)) {
      used.set(keyOfEdge(edge), edge);
    }
  }
  return { nodes, reads, used: [...used.values()], textOf };
}

function isArithmetic({ op, attributes, control }: RecordedOperation): boolean {
  const floats = attributes.some(({ name, value }) => name === 'T' && value === dataTypes.float32);
  return arithmetic.has(op) && floats && control === undefined;
}

/** The signature of an operation has those of its operands in it: as they are, they would grow. */
const digestOf = (text: string) => createHash('sha256').update(text).digest('base64');

/** Repeats in `prepare` what an edge is computed by. */
function copy(
  edge: Edge,
  frozen: FrozenPart,
  builder: NodeBuilder,
  sources: Set<string>,
  done: Map<string, string>,
): Edge {
  const key = frozen.reads.get(edge.node);
  if (key !== undefined) {
    sources.add(key);
    return { node: readNode(prepareFunction, key), index: 0 };
  }
  const known = done.get(edge.node);
  if (known !== undefined) return { node: known, index: edge.index };
  const node = frozen.nodes.get(edge.node) as RecordedNode;
  const inputs =
    node.kind === 'op'
      ? node.inputs.map((input) => copy(input, frozen, builder, sources, done))
      : [];
  const { node: name } = builder.repeat(node, inputs);
  done.set(edge.node, name);
  return { node: name, index: edge.index };
}

/** The function with these values read from the state. */
function reading(recorded: RecordedFunction, found: ReadonlyMap<string, string>): RecordedFunction {
  if (found.size === 0) return recorded;
  const moved = (edge: Edge): Edge => {
    const key = found.get(keyOfEdge(edge));
    return key === undefined ? edge : { node: readNode(recorded.name, key), index: 0 };
  };
  return simplify({
    ...recorded,
    ...movedEnds(recorded, moved),
    nodes: recorded.nodes.map((node) =>
      node.kind === 'op' ? { ...node, inputs: node.inputs.map(moved) } : node,
    ),
    reads: [...recorded.reads, ...new Set(found.values())],
  });
}
