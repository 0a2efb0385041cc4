import { keyOfEdge, movedEnds, shapeOf } from '../edges.ts';
import { attribute } from '../ops/native.ts';
import type { Edge, RecordedFunction, RecordedNode, RecordedOperation } from '../record.ts';
import { dataTypes, type OpAttribute } from '../tensorflow.ts';
import type { Bfloat16 } from './processor.ts';
import { type Bfloat16Rule, bfloat16Rules } from './rules.ts';

/**
 * Puts casts into a recorded function, so that products of layers take bfloat16 and maps stay in it
 * until something needs 32 bits; state, inputs and outputs keep theirs. What an operation becomes
 * depends on where its operands come from and on nothing else, so that a student's step is the same
 * alone and in a cohort. A value is cast once for all of its readers.
 *
 * Without units for matrices, bfloat16 products take longer than those in 32 bits. There a product
 * is computed in 32 bits from rounded operands and its result rounded. The product of two bfloat16
 * is exact in 32 bits, so that sums differ in their order alone, and a bias is not rounded.
 */
export function inBfloat16(recorded: RecordedFunction, processor: Bfloat16): RecordedFunction {
  const nodes: RecordedNode[] = [];
  const casts = new Casts(recorded, nodes);
  for (const node of recorded.nodes) {
    if (node.kind === 'const') {
      nodes.push(node);
      continue;
    }
    const rule = ruleOf(node);
    const places = placesOf(rule, node);
    const takes = rule !== null && takesHalf(rule, node, places, casts);
    const rounds = takes && rule.when === 'gains' && processor !== 'amx';
    const operand = rounds ? casts.rounded : casts.half;
    const beside = takes && !rounds ? (rule.beside ?? []) : [];
    const inputs = node.inputs.map((edge, place) =>
      takes && (places.has(place) || beside.includes(place)) ? operand(edge) : casts.whole(edge),
    );
    const result = { node: node.name, index: 0 };
    if (takes && !rounds) {
      nodes.push({ ...halved(node), inputs });
      casts.isHalf(result);
    } else {
      nodes.push({ ...node, inputs });
      if (rounds) casts.becomesHalf(result);
    }
  }
  return { ...recorded, ...movedEnds(recorded, casts.whole), nodes };
}

/** The rule of an operation on float32; null: it keeps 32 bits. */
function ruleOf({ op, attributes }: RecordedOperation): Bfloat16Rule | null {
  const type = attributes.find(({ name }) => name === 'T')?.value;
  return type === dataTypes.float32 ? (bfloat16Rules[op] ?? null) : null;
}

function placesOf(rule: Bfloat16Rule | null, { inputs }: RecordedOperation): ReadonlySet<number> {
  if (rule === null) return new Set();
  return new Set(rule.places === 'all' ? inputs.keys() : rule.places);
}

function takesHalf(
  { when }: Bfloat16Rule,
  { inputs }: RecordedOperation,
  places: ReadonlySet<number>,
  casts: Casts,
): boolean {
  if (when === 'gains') return true;
  const found = inputs.filter((_, place) => places.has(place)).map((edge) => casts.has(edge));
  return when === 'agrees' ? found.every(Boolean) : found.some(Boolean);
}

/**
 * An operation with its type changed. TensorFlow declares its fused convolution without bfloat16;
 * oneDNN's has it, under the name that TensorFlow would give it.
 */
function halved(node: RecordedOperation): RecordedOperation {
  const attributes = node.attributes.map(halfType);
  if (node.op !== '_FusedConv2D') return { ...node, attributes };
  return {
    ...node,
    op: '_MklNativeFusedConv2D',
    attributes: [...attributes, attribute.text('_kernel', 'MklNameChangeOp')],
  };
}

function halfType(each: OpAttribute): OpAttribute {
  if (each.name === 'T') return { ...each, value: dataTypes.bfloat16 };
  return each.name === 'TArgs' ? { ...each, value: [dataTypes.bfloat16] } : each;
}

/** Which values have 16 bits, and the casts between both. */
class Casts {
  private readonly nodes: RecordedNode[];
  private readonly byName: ReadonlyMap<string, RecordedNode>;
  /** Values of the function in 16 bits, by the edges that name them in it. */
  private readonly halves = new Map<string, Edge>();
  private readonly made = new Map<string, Edge>();

  constructor(recorded: RecordedFunction, nodes: RecordedNode[]) {
    this.nodes = nodes;
    this.byName = new Map(recorded.nodes.map((node) => [node.name, node]));
  }

  has(edge: Edge): boolean {
    return this.halves.has(keyOfEdge(edge));
  }

  /** An operation gives this value in 16 bits. */
  isHalf(edge: Edge): void {
    this.halves.set(keyOfEdge(edge), edge);
  }

  /** An operation gives this value in 32 bits, and its readers get it in 16. */
  becomesHalf(edge: Edge): void {
    this.halves.set(keyOfEdge(edge), this.cast(edge, 'bfloat16'));
  }

  readonly half = (edge: Edge): Edge =>
    this.halves.get(keyOfEdge(edge)) ?? this.cast(edge, 'bfloat16');

  readonly whole = (edge: Edge): Edge => {
    const half = this.halves.get(keyOfEdge(edge));
    return half === undefined ? edge : this.cast(half, 'float32');
  };

  /** In 32 bits, of which the last 16 are 0. */
  readonly rounded = (edge: Edge): Edge => this.cast(this.half(edge), 'float32');

  private cast(edge: Edge, to: 'bfloat16' | 'float32'): Edge {
    const name = `${edge.node}/${edge.index}/${to}`;
    const known = this.made.get(name);
    if (known !== undefined) return known;
    this.nodes.push({
      ...{ kind: 'op', name, op: 'Cast', layer: '', inputs: [edge] },
      attributes: [
        attribute.type('SrcT', to === 'float32' ? 'bfloat16' : 'float32'),
        attribute.type('DstT', to),
      ],
      shapes: [shapeOf(edge, this.byName) ?? []],
    });
    const cast = { node: name, index: 0 };
    this.made.set(name, cast);
    return cast;
  }
}
