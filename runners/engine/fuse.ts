import { attribute } from './ops/native.ts';
import type { Edge, RecordedFunction, RecordedNode } from './record.ts';
import type { OpAttribute } from './tensorflow.ts';

type Operation = Extract<RecordedNode, { kind: 'op' }>;

/**
 * Joins each batch norm of a training step with the ReLU that alone uses its result: one pass over the map instead of two.
 * The gradient of a ReLU needs its result only, and that of a batch norm its input, so nothing misses the map between.
 *
 * What is joined depends on the two operations and on who else reads the map, never on the rest of the graph: a student's
 * step is the same alone and in a cohort, which is why this is not left to Grappler (session-config.ts). For oneDNN on
 * x86-64, which has a kernel for it; its bits were those of the two operations where we looked (AVX-512).
 */
export function fuseNormAndRelu(recorded: RecordedFunction): RecordedFunction {
  const operations = new Map<string, Operation>();
  for (const node of recorded.nodes) if (node.kind === 'op') operations.set(node.name, node);
  const uses = countUses(recorded);
  /** Name of the batch norm that gives what a ReLU gave, by the ReLU's name. */
  const joined = new Map<string, string>();
  for (const relu of operations.values()) {
    const [input] = relu.inputs;
    if (relu.op !== 'Relu' || input === undefined || uses.get(keyOf(input)) !== 1) continue;
    const norm = operations.get(input.node);
    if (norm !== undefined && input.index === 0 && isJoinable(norm)) {
      joined.set(relu.name, norm.name);
    }
  }
  const norms = new Set(joined.values());
  const moved = (edge: Edge): Edge => {
    const norm = joined.get(edge.node);
    return norm === undefined ? edge : { node: norm, index: 0 };
  };
  return {
    ...recorded,
    nodes: recorded.nodes
      .filter(({ name }) => !joined.has(name))
      .map((node) => {
        if (node.kind !== 'op') return node;
        const inputs = node.inputs.map(moved);
        return norms.has(node.name)
          ? { ...node, op: '_FusedBatchNormEx', attributes: withRelu(node.attributes), inputs }
          : { ...node, inputs };
      }),
    writes: mapValues(recorded.writes, moved),
    outputs: mapValues(recorded.outputs, ({ edge, dtype }) => ({ edge: moved(edge), dtype })),
  };
}

/** How often each value is used: by operations, as new state and as output. */
function countUses(recorded: RecordedFunction): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  const edges = [
    ...recorded.nodes.flatMap((node) => (node.kind === 'op' ? node.inputs : [])),
    ...Object.values(recorded.writes),
    ...Object.values(recorded.outputs).map(({ edge }) => edge),
  ];
  for (const edge of edges) uses.set(keyOf(edge), (uses.get(keyOf(edge)) ?? 0) + 1);
  return uses;
}

const keyOf = ({ node, index }: Edge) => `${node}:${index}`;

/** A batch norm with the statistics of the batch whose channels the joined operation takes: it wants them by fours. */
const isJoinable = ({ op, attributes, shapes: [map] }: Operation) =>
  op === 'FusedBatchNormV3' &&
  attributes.some(({ name, value }) => name === 'is_training' && value === true) &&
  (map?.at(-1) as number) % 4 === 0;

const withRelu = (attributes: readonly OpAttribute[]) => [
  ...attributes,
  attribute.text('activation_mode', 'Relu'),
  attribute.integer('num_side_inputs', 0),
];

function mapValues<A, B>(
  values: Readonly<Record<string, A>>,
  change: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
