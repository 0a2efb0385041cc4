import { createHash } from 'node:crypto';
import { keyOfEdge } from '../edges.ts';
import { type Edge, type RecordedFunction, type RecordedNode, readNode } from '../record.ts';

type Operation = Extract<RecordedNode, { kind: 'op' }>;

/**
 * The same function without nodes that say what another says, and without those that nothing needs.
 * Every operation is pure but those in `effects`, which stay.
 */
export function simplify(recorded: RecordedFunction): RecordedFunction {
  return withoutDead(withoutTwins(recorded));
}

/**
 * Of equal constants and of equal operations on equal operands the first stays; what gives back its
 * operand goes.
 */
function withoutTwins(recorded: RecordedFunction): RecordedFunction {
  const effects = new Set(recorded.effects);
  const first = new Map<string, string>();
  const renamed = new Map<string, string>();
  const idle = new Map<string, Edge>();
  const kept = new Map<string, RecordedNode>();
  const moved = (edge: Edge): Edge => {
    const { node, index } = idle.get(keyOfEdge(edge)) ?? edge;
    return { node: renamed.get(node) ?? node, index };
  };
  for (const node of recorded.nodes) {
    const own =
      node.kind === 'op' ? shortened({ ...node, inputs: node.inputs.map(moved) }, kept) : node;
    const same = own.kind === 'op' ? idleOperand(own, kept) : null;
    if (same !== null) {
      idle.set(keyOfEdge({ node: own.name, index: 0 }), same);
      continue;
    }
    const key = effects.has(own.name) ? null : signature(own);
    const twin = key === null ? undefined : first.get(key);
    if (twin !== undefined) {
      renamed.set(own.name, twin);
      continue;
    }
    if (key !== null) first.set(key, own.name);
    kept.set(own.name, own);
  }
  return { ...recorded, nodes: [...kept.values()], ...movedEnds(recorded, moved) };
}

/** A reshape of a reshape takes what that one took. */
function shortened(node: Operation, kept: ReadonlyMap<string, RecordedNode>): Operation {
  const [operand, ...others] = node.inputs;
  const before = operand === undefined ? undefined : kept.get(operand.node);
  if (node.op !== 'Reshape' || before?.kind !== 'op' || before.op !== 'Reshape') return node;
  return { ...node, inputs: [before.inputs[0] as Edge, ...others] };
}

/** The operand of an operation that gives it back as it is; null for all others. */
function idleOperand(
  { op, inputs, attributes, shapes }: Operation,
  kept: ReadonlyMap<string, RecordedNode>,
): Edge | null {
  const [operand] = inputs;
  if (operand === undefined) return null;
  const valueIn = (wanted: string) => attributes.find(({ name }) => name === wanted)?.value;
  if (op === 'Cast') return valueIn('SrcT') === valueIn('DstT') ? operand : null;
  if (op !== 'Reshape') return null;
  const source = kept.get(operand.node);
  const shape = source?.kind === 'op' ? source.shapes[operand.index] : source?.shape;
  return shape !== undefined && String(shape) === String(shapes[0]) ? operand : null;
}

/** Null for an operation that is not the same twice. */
function signature(node: RecordedNode): string | null {
  if (node.kind === 'const') {
    const { buffer, byteOffset, byteLength } = node.values;
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    const content = createHash('sha256').update(bytes).digest('base64');
    return JSON.stringify(['const', node.dtype, node.shape, content]);
  }
  if (node.control !== undefined || /Random|Multinomial/.test(node.op)) return null;
  const attributes = [...node.attributes].sort((one, other) => (one.name < other.name ? -1 : 1));
  return JSON.stringify([node.op, attributes, node.inputs.map(keyOfEdge)]);
}

function withoutDead(recorded: RecordedFunction): RecordedFunction {
  const byName = new Map(recorded.nodes.map((node) => [node.name, node]));
  const needed = new Set<string>();
  const open = [
    ...Object.values(recorded.writes).map(({ node }) => node),
    ...Object.values(recorded.outputs).map(({ edge }) => edge.node),
    ...(recorded.effects ?? []),
  ];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    const node = byName.get(name);
    if (node?.kind !== 'op') continue;
    open.push(...node.inputs.map((edge) => edge.node), ...(node.control ?? []));
  }
  return {
    ...recorded,
    nodes: recorded.nodes.filter(({ name }) => needed.has(name)),
    reads: recorded.reads.filter((key) => needed.has(readNode(recorded.name, key))),
  };
}

/** Where a function's results come from, with edges moved. */
export function movedEnds(
  { writes, outputs }: Pick<RecordedFunction, 'writes' | 'outputs'>,
  moved: (edge: Edge) => Edge,
): Pick<RecordedFunction, 'writes' | 'outputs'> {
  return {
    writes: Object.fromEntries(Object.entries(writes).map(([key, edge]) => [key, moved(edge)])),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([key, { edge, dtype }]) => [key, { edge: moved(edge), dtype }]),
    ),
  };
}
