import { type RecordedFunction, type RecordedNode, readNode } from './record.ts';

/**
 * A recorded function without the operations that no output, no new state and no change in place
 * needs. A total order would have TensorFlow run them all.
 */
export function pruned(recorded: RecordedFunction): RecordedFunction {
  const byName = new Map(recorded.nodes.map((node) => [node.name, node]));
  const needed = new Set<string>();
  const open = [
    ...Object.values(recorded.outputs).map(({ edge }) => edge.node),
    ...Object.values(recorded.writes).map(({ node }) => node),
    ...(recorded.effects ?? []),
  ];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    open.push(...neededBy(byName.get(name)));
  }
  return {
    ...recorded,
    nodes: recorded.nodes.filter(({ name }) => needed.has(name)),
    reads: recorded.reads.filter((state) => needed.has(readNode(recorded.name, state))),
  };
}

function neededBy(node: RecordedNode | undefined): string[] {
  if (node?.kind !== 'op') return [];
  return [...node.inputs.map((edge) => edge.node), ...(node.control ?? [])];
}
