import { attribute } from './ops/native.ts';
import type { Edge, RecordedFunction, RecordedNode } from './record.ts';

type Operation = Extract<RecordedNode, { kind: 'op' }>;

/**
 * Joins what one kernel does in one pass over a map: of a training step each batch norm and the ReLU that alone uses its
 * result, and everywhere each convolution and the sum with its bias.
 *
 * What is joined depends on the two operations and on who else reads the map between, never on the rest of the graph: a
 * student's step is the same alone and in a cohort, which is why this is not left to Grappler (session-config.ts). For oneDNN
 * on x86-64, which has the kernels; their bits were those of the two operations where we looked (AVX-512).
 */
export function fuse(recorded: RecordedFunction): RecordedFunction {
  return joinConvolutionAndBias(joinNormAndRelu(recorded));
}

/** The gradient of a ReLU needs its result only, and that of a batch norm its input, so nothing misses the map between. */
function joinNormAndRelu(recorded: RecordedFunction): RecordedFunction {
  const { before, onlyReader } = readers(recorded);
  const changed = new Map<string, Operation>();
  const gone = new Map<string, string>();
  for (const relu of recorded.nodes) {
    if (relu.kind !== 'op' || relu.op !== 'Relu') continue;
    const norm = before(relu);
    if (norm === undefined || !isJoinable(norm) || !onlyReader(relu)) continue;
    changed.set(norm.name, {
      ...norm,
      op: '_FusedBatchNormEx',
      attributes: [
        ...norm.attributes,
        attribute.text('activation_mode', 'Relu'),
        attribute.integer('num_side_inputs', 0),
      ],
    });
    gone.set(relu.name, norm.name);
  }
  return rewritten(recorded, changed, gone);
}

/** The gradients of a convolution need its operands only. */
function joinConvolutionAndBias(recorded: RecordedFunction): RecordedFunction {
  const { before, onlyReader } = readers(recorded);
  const changed = new Map<string, Operation>();
  const gone = new Map<string, string>();
  for (const sum of recorded.nodes) {
    if (sum.kind !== 'op' || sum.op !== 'BiasAdd') continue;
    const convolution = before(sum);
    if (convolution?.op !== 'Conv2D' || !onlyReader(sum)) continue;
    // In the place of the sum, where the bias is there as well.
    changed.set(sum.name, {
      ...sum,
      op: '_FusedConv2D',
      attributes: [
        ...convolution.attributes,
        attribute.types('TArgs', ['float32']),
        attribute.integer('num_args', 1),
        attribute.texts('fused_ops', ['BiasAdd']),
      ],
      inputs: [...convolution.inputs, sum.inputs[1] as Edge],
    });
    gone.set(convolution.name, sum.name);
  }
  return rewritten(recorded, changed, gone);
}

/** The operation whose first result is an operation's first operand, and whether nothing else reads that. */
function readers(recorded: RecordedFunction) {
  const operations = new Map<string, Operation>();
  for (const node of recorded.nodes) if (node.kind === 'op') operations.set(node.name, node);
  const uses = countUses(recorded);
  return {
    before({ inputs: [first] }: Operation): Operation | undefined {
      return first === undefined || first.index !== 0 ? undefined : operations.get(first.node);
    },
    onlyReader({ inputs: [first] }: Operation): boolean {
      return first !== undefined && uses.get(keyOf(first)) === 1;
    },
  };
}

/** @param gone operations that are left out, with those that now give their results */
function rewritten(
  recorded: RecordedFunction,
  changed: ReadonlyMap<string, Operation>,
  gone: ReadonlyMap<string, string>,
): RecordedFunction {
  const moved = (edge: Edge): Edge => {
    const by = gone.get(edge.node);
    return by === undefined ? edge : { node: by, index: 0 };
  };
  return {
    ...recorded,
    nodes: recorded.nodes
      .filter(({ name }) => !gone.has(name))
      .map((node) => {
        const now = changed.get(node.name) ?? node;
        return now.kind === 'op' ? { ...now, inputs: now.inputs.map(moved) } : now;
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

function mapValues<A, B>(
  values: Readonly<Record<string, A>>,
  change: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
