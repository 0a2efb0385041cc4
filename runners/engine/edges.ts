import type { Edge, RecordedFunction } from './record.ts';

/** A value of a graph as a key of maps. */
export const keyOfEdge = ({ node, index }: Edge): string => `${node}:${index}`;

/** How often each value is used: by operations, as new state and as output. */
export function countUses(recorded: RecordedFunction): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  const edges = [
    ...recorded.nodes.flatMap((node) => (node.kind === 'op' ? node.inputs : [])),
    ...Object.values(recorded.writes),
    ...Object.values(recorded.outputs).map(({ edge }) => edge),
  ];
  for (const edge of edges) {
    const key = keyOfEdge(edge);
    uses.set(key, (uses.get(key) ?? 0) + 1);
  }
  return uses;
}
