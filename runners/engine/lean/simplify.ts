import { createHash } from 'node:crypto';
import { keyOfEdge, movedEnds } from '../edges.ts';
import { pruned } from '../prune.ts';
import type { Edge, RecordedFunction, RecordedNode, RecordedOperation } from '../record.ts';
import { idleOperand } from './idle.ts';

/**
 * The same function without nodes that say what another says, and without those that nothing needs.
 * Every operation is pure but those in `effects`, which stay.
 */
export function simplify(recorded: RecordedFunction): RecordedFunction {
  return pruned(withoutTwins(recorded));
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
function shortened(
  node: RecordedOperation,
  kept: ReadonlyMap<string, RecordedNode>,
): RecordedOperation {
  const [operand, ...others] = node.inputs;
  const before = operand === undefined ? undefined : kept.get(operand.node);
  if (node.op !== 'Reshape' || before?.kind !== 'op' || before.op !== 'Reshape') return node;
  return { ...node, inputs: [before.inputs[0] as Edge, ...others] };
}

/**
 * The same text for constants and operations with the same results; null for an operation that is
 * not the same twice.
 *
 * @param textOf the same text for equal operands
 */
export function signature(
  node: RecordedNode,
  textOf: (edge: Edge) => string = keyOfEdge,
): string | null {
  if (node.kind === 'const') {
    const { buffer, byteOffset, byteLength } = node.values;
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    const content = createHash('sha256').update(bytes).digest('base64');
    return JSON.stringify(['const', node.dtype, node.shape, content]);
  }
  if (node.control !== undefined || /Random|Multinomial/.test(node.op)) return null;
  const attributes = [...node.attributes].sort((one, other) => (one.name < other.name ? -1 : 1));
  return JSON.stringify([node.op, attributes, node.inputs.map(textOf)]);
}
