import { attribute } from '../ops/native.ts';
import type { Edge, RecordedNode } from '../record.ts';
import { dataTypes, type OpAttribute, type TensorValues } from '../tensorflow.ts';

/** Adds nodes to a recorded function. Which of them are equal is for `simplify` to see. */
export class NodeBuilder {
  readonly nodes: RecordedNode[] = [];
  private readonly prefix: string;

  /** @param prefix of the names, which no other builder of the graph has */
  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** An operation; the edge is that of its first result. */
  add(
    op: string,
    inputs: readonly Edge[],
    attributes: readonly OpAttribute[],
    shapes: readonly (readonly number[])[],
    control: readonly string[] = [],
  ): Edge {
    const name = `${this.prefix}/${op}_${this.nodes.length}`;
    const waits = control.length === 0 ? {} : { control };
    const node = { kind: 'op', name, op, layer: '', attributes, inputs, shapes, ...waits } as const;
    this.nodes.push(node);
    return { node: name, index: 0 };
  }

  number(value: number): Edge {
    return this.constant(dataTypes.float32, [], Float32Array.of(value));
  }

  integers(values: readonly number[]): Edge {
    return this.constant(dataTypes.int32, [values.length], Int32Array.from(values));
  }

  integer(value: number): Edge {
    return this.constant(dataTypes.int32, [], Int32Array.of(value));
  }

  /** The same node on other operands, under a name of this builder's. */
  repeat(node: RecordedNode, inputs: readonly Edge[]): Edge {
    if (node.kind === 'op') return this.add(node.op, inputs, node.attributes, node.shapes);
    return this.constant(node.dtype, node.shape, node.values);
  }

  private constant(dtype: number, shape: readonly number[], values: TensorValues): Edge {
    const name = `${this.prefix}/Const_${this.nodes.length}`;
    this.nodes.push({ kind: 'const', name, dtype, shape, values });
    return { node: name, index: 0 };
  }

  /** Two operands; the second may be a scalar. */
  binary(op: 'Add' | 'Mul' | 'MulNoNan', one: Edge, other: Edge, shape: readonly number[]): Edge {
    return this.add(op, [one, other], [attribute.type('T')], [shape]);
  }

  select(condition: Edge, ifTrue: Edge, ifFalse: Edge, shape: readonly number[]): Edge {
    return this.add('SelectV2', [condition, ifTrue, ifFalse], [attribute.type('T')], [shape]);
  }

  reshape(value: Edge, shape: readonly number[]): Edge {
    const attributes = [attribute.type('T'), attribute.type('Tshape', 'int32')];
    return this.add('Reshape', [value, this.integers(shape)], attributes, [shape]);
  }

  /** Rows one after the other. The attributes are those of tf.js, so that equal ones are found. */
  concatenate(rows: readonly Edge[], size: number): Edge {
    if (rows.length === 1) return rows[0] as Edge;
    const attributes = [
      attribute.integer('N', rows.length),
      attribute.type('Tidx', 'int32'),
      attribute.type('T'),
    ];
    return this.add('ConcatV2', [...rows, this.integer(0)], attributes, [[size]]);
  }

  /** A row in parts of these sizes. */
  split(row: Edge, sizes: readonly number[]): readonly Edge[] {
    if (sizes.length === 1) return [row];
    const attributes = [
      attribute.integer('num_split', sizes.length),
      attribute.type('T'),
      attribute.type('Tlen', 'int32'),
    ];
    const inputs = [row, this.integers(sizes), this.integer(0)];
    const shapes = sizes.map((size) => [size]);
    const { node } = this.add('SplitV', inputs, attributes, shapes);
    return sizes.map((_, index) => ({ node, index }));
  }
}
