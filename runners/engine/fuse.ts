import { countUses, keyOfEdge, movedEnds } from './edges.ts';
import { attribute } from './ops/native.ts';
import type { Edge, RecordedFunction, RecordedOperation } from './record.ts';
import type { OpAttribute } from './tensorflow.ts';

/**
 * The one operation that two become, under the name and in the place of either; null: they stay
 * two.
 */
type Join = (first: RecordedOperation, second: RecordedOperation) => RecordedOperation | null;

/**
 * By the second operation, whose first operand is the first one's result. The first may be joined
 * already: a convolution with its bias takes the ReLU after it too.
 */
const joins: Readonly<Record<string, Join>> = { Relu: mapAndRelu, BiasAdd: productAndBias };

/**
 * Joins operations that one kernel can do in one pass over a map: a training step's batch norm with
 * the ReLU that alone uses its result, every convolution or product with the sum of its bias, and
 * such a convolution with its ReLU.
 *
 * Joining depends on the two operations and on the other readers of the map between them, never on
 * the rest of the graph. So a student's step is the same alone and in a cohort, which Grappler does
 * not keep (session-config.ts). The kernels are oneDNN's on x86-64; their bits equalled those of
 * the two operations on AVX-512.
 */
export function fuse(recorded: RecordedFunction): RecordedFunction {
  const operations = new Map<string, RecordedOperation>();
  for (const node of recorded.nodes) if (node.kind === 'op') operations.set(node.name, node);
  const uses = countUses(recorded);
  const changed = new Map<string, RecordedOperation>();
  /** Operations that are left out, with those that now give their results. */
  const gone = new Map<string, string>();
  for (const second of operations.values()) {
    const [map] = second.inputs;
    if (map?.index !== 0 || uses.get(keyOfEdge(map)) !== 1) continue;
    const first = changed.get(map.node) ?? operations.get(map.node);
    if (first === undefined) continue;
    const one = joins[second.op]?.(first, second);
    if (one === undefined || one === null) continue;
    changed.set(one.name, one);
    gone.set(one.name === first.name ? second.name : first.name, one.name);
  }
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
    ...movedEnds(recorded, moved),
  };
}

function mapAndRelu(map: RecordedOperation): RecordedOperation | null {
  if (map.op === 'RedistillBiasedWinograd') return winogradAndRelu(map);
  return map.op === '_FusedConv2D' ? convolutionAndRelu(map) : normAndRelu(map);
}

function winogradAndRelu(convolution: RecordedOperation): RecordedOperation {
  return { ...convolution, attributes: [attribute.float('relu', 1)] };
}

/** The gradient of a ReLU needs its result only. */
function convolutionAndRelu(convolution: RecordedOperation): RecordedOperation {
  return {
    ...convolution,
    attributes: convolution.attributes.map((each) =>
      each.name === 'fused_ops' ? attribute.texts('fused_ops', ['BiasAdd', 'Relu']) : each,
    ),
  };
}

/**
 * Joins norms with the statistics of the batch; the joined operation wants channels in fours. The
 * gradient of a ReLU needs its result only, and that of a batch norm its input, so the map between
 * them is not missed.
 */
function normAndRelu(norm: RecordedOperation): RecordedOperation | null {
  const { op, attributes, shapes } = norm;
  const training = attributes.some(({ name, value }) => name === 'is_training' && value === true);
  const channels = shapes[0]?.at(-1) as number;
  if (op !== 'FusedBatchNormV3' || !training || channels % 4 !== 0) return null;
  return {
    ...norm,
    op: '_FusedBatchNormEx',
    attributes: [
      ...attributes,
      attribute.text('activation_mode', 'Relu'),
      attribute.integer('num_side_inputs', 0),
    ],
  };
}

/** What a convolution and a product of matrices become together with the sum after them. */
const withBias: Readonly<Record<string, { op: string; attributes(): readonly OpAttribute[] }>> = {
  Conv2D: { op: '_FusedConv2D', attributes: () => [attribute.types('TArgs', ['float32'])] },
  MatMul: { op: '_FusedMatMul', attributes: () => [] },
};

/**
 * Stands in the place of the sum, where the bias is known too. The gradients of a convolution or
 * product need its operands only.
 */
function productAndBias(
  product: RecordedOperation,
  sum: RecordedOperation,
): RecordedOperation | null {
  if (product.op === 'RedistillWinograd') {
    const inputs = [...product.inputs, sum.inputs[1] as Edge];
    return { ...sum, op: 'RedistillBiasedWinograd', attributes: product.attributes, inputs };
  }
  const joined = withBias[product.op];
  if (joined === undefined) return null;
  return {
    ...sum,
    op: joined.op,
    attributes: [
      ...product.attributes,
      ...joined.attributes(),
      attribute.integer('num_args', 1),
      attribute.texts('fused_ops', ['BiasAdd']),
    ],
    inputs: [...product.inputs, sum.inputs[1] as Edge],
  };
}
