import { shapeOf } from '../edges.ts';
import type { Edge, RecordedNode, RecordedOperation } from '../record.ts';
import { dataTypes } from '../tensorflow.ts';

type Nodes = ReadonlyMap<string, RecordedNode>;

/**
 * What an operation gives back bit for bit, computed already; null for an operation that does
 * something.
 *
 * @param before the nodes before it, by their names
 */
export function idleOperand(node: RecordedOperation, before: Nodes): Edge | null {
  return node.control === undefined ? (idle[node.op]?.(node, before) ?? null) : null;
}

type Rule = (node: RecordedOperation, before: Nodes) => Edge | null;

const idle: Readonly<Record<string, Rule>> = {
  /** To the type that the operand has. */
  Cast: (node) => {
    const valueIn = (wanted: string) => node.attributes.find(({ name }) => name === wanted)?.value;
    return valueIn('SrcT') === valueIn('DstT') ? operandOf(node) : null;
  },
  /** To the shape that the operand has. */
  Reshape: (node, before) => {
    const operand = operandOf(node);
    return operand !== null && isSame(shapeOf(operand, before), node.shapes[0]) ? operand : null;
  },
  Mul: unchangedByOne,
  RealDiv: unchangedByOne,
  /** The sum of one row over its rows, where it was made of it by a reshape. */
  BiasAddGrad: (node, before) => {
    const rows = before.get(operandOf(node)?.node ?? '');
    if (rows?.kind !== 'op' || rows.op !== 'Reshape') return null;
    const row = rows.inputs[0] as Edge;
    const shape = shapeOf(row, before);
    const isOneRow = shape?.length === 1 && rows.shapes[0]?.at(-1) === shape[0];
    return isOneRow ? row : null;
  },
  /** All parts of a split in their order, along its axis. */
  ConcatV2: ({ inputs }, before) => {
    const [parts, axis] = [inputs.slice(0, -1), inputs.at(-1) as Edge];
    const split = before.get(parts[0]?.node ?? '');
    if (split?.kind !== 'op' || split.op !== 'SplitV') return null;
    const [whole, , own] = split.inputs as [Edge, Edge, Edge];
    const inOrder = parts.every(({ node, index }, place) => node === split.name && index === place);
    const axes = [axis, own].map((edge) => scalarOf(edge, before));
    const along = axes[0] !== null && axes[0] === axes[1];
    return inOrder && along && parts.length === split.shapes.length ? whole : null;
  },
};

const operandOf = ({ inputs }: RecordedOperation): Edge | null => inputs[0] ?? null;

/** The first operand, where the second is a scalar 1 and the shape stays. */
function unchangedByOne(node: RecordedOperation, before: Nodes): Edge | null {
  const [one, other] = node.inputs as [Edge, Edge];
  if (scalarOf(other, before) !== 1) return null;
  return isSame(shapeOf(one, before), node.shapes[0]) ? one : null;
}

/** The value of a constant scalar; null for anything else. */
function scalarOf({ node }: Edge, before: Nodes): number | null {
  const constant = before.get(node);
  if (constant?.kind !== 'const' || constant.values.length !== 1) return null;
  const known = constant.dtype === dataTypes.float32 || constant.dtype === dataTypes.int32;
  return known ? Number(constant.values[0]) : null;
}

const isSame = (one: readonly number[] | undefined, other: readonly number[] | undefined) =>
  one !== undefined && other !== undefined && String(one) === String(other);
