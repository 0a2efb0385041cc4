import type { Edge, RecordedFunction, RecordedNode } from './record.ts';

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

/** The shape of a value; undefined for an input and for state, which are none of the nodes. */
export function shapeOf(
  { node, index }: Edge,
  byName: ReadonlyMap<string, RecordedNode>,
): readonly number[] | undefined {
  const source = byName.get(node);
  return source?.kind === 'op' ? source.shapes[index] : source?.shape;
}
