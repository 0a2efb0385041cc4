import { type Binding, dataTypes, type OpAttribute, type TensorHandle } from './tensorflow.ts';

/**
 * Tensors with at least as many elements are not kept. Shapes, indices and scalars are far smaller.
 */
const largeElements = 2 ** 18;

/**
 * Runs operations while a function is recorded. Of large results it keeps shape and type only.
 *
 * A recording needs no values, but operations must run to tell the shapes of their results. Keeping
 * every result until the end would take the memory of a whole backward pass, and of an evaluation
 * far more than running it does (ResNet50 on 250 pictures of 32 x 32: more than 12 GB). So a large
 * result is given back at once, and an operation that takes it gets zeros of the same shape.
 */
export class Intermediates {
  private readonly binding: Binding;
  private readonly forgotten = new Map<number, Pick<TensorHandle, 'shape' | 'dtype'>>();

  constructor(binding: Binding) {
    this.binding = binding;
  }

  /** Runs an operation; the handles of large results stand for tensors that are gone. */
  execute(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorHandle[] {
    const standIns: number[] = [];
    try {
      const given = inputs.map((id) => {
        const spec = this.forgotten.get(id);
        if (spec === undefined) return id;
        const standIn = this.zeros(spec.shape, spec.dtype);
        standIns.push(standIn);
        return standIn;
      });
      const results = this.binding.executeOp(op, attributes, given, outputs);
      for (const { id, shape, dtype } of results) {
        if (shape.reduce((product, side) => product * side, 1) < largeElements) continue;
        if (!fillable.has(dtype)) continue;
        this.binding.deleteTensor(id);
        this.forgotten.set(id, { shape, dtype });
      }
      return results;
    } finally {
      for (const id of standIns) this.binding.deleteTensor(id);
    }
  }

  /** Deletes a tensor, whether it is still there or not. */
  delete(id: number): void {
    if (!this.forgotten.delete(id)) this.binding.deleteTensor(id);
  }

  private zeros(shape: readonly number[], dtype: number): number {
    const { binding } = this;
    const operands = [
      binding.createTensor([shape.length], dataTypes.int32, Int32Array.from(shape)),
      binding.createTensor([], dtype, zeroOf(dtype)),
    ];
    try {
      const type = binding.TF_ATTR_TYPE;
      const attributes = [
        { name: 'T', type, value: dtype },
        { name: 'index_type', type, value: dataTypes.int32 },
      ];
      const [filled] = binding.executeOp('Fill', attributes, operands, 1);
      return (filled as TensorHandle).id;
    } finally {
      for (const id of operands) binding.deleteTensor(id);
    }
  }
}

const fillable: ReadonlySet<number> = new Set([
  dataTypes.float32,
  dataTypes.int32,
  dataTypes.bool,
  dataTypes.uint8,
]);

function zeroOf(dtype: number): Float32Array | Int32Array | Uint8Array {
  if (dtype === dataTypes.float32) return new Float32Array(1);
  return dtype === dataTypes.int32 ? new Int32Array(1) : new Uint8Array(1);
}
