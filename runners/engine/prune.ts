import { type RecordedFunction, type RecordedNode, readNode } from './record.ts';

/**
 * A recorded function without the operations that no output and no new state needs. A total order
 * would have TensorFlow run them all.
 */
export function pruned(recorded: RecordedFunction): RecordedFunction {
  const byName = new Map(recorded.nodes.map((node) => [node.name, node]));
  const needed = new Set<string>();
  const open = [
    ...Object.values(recorded.outputs).map(({ edge }) => edge.node),
    ...Object.values(recorded.writes).map(({ node }) => node),
  ];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    open.push(...inputsOf(byName.get(name)));
  }
  return {
    ...recorded,
    nodes: recorded.nodes.filter(({ name }) => needed.has(name)),
    reads: recorded.reads.filter((state) => needed.has(readNode(recorded.name, state))),
  };
}

function inputsOf(node: RecordedNode | undefined): string[] {
  return node?.kind === 'op' ? node.inputs.map((edge) => edge.node) : [];
}
