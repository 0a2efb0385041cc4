import { DataError } from '../../../common/errors.ts';
import { maximumRank } from '../../formats/safetensors-header.ts';

/** Number types of PyTorch and safetensors that are told apart here. */
export type NumberType = WeightType | 'integer' | 'complex' | 'other';
/** Those that weights are made of. */
export type WeightType = 'float32' | 'float64' | 'float16' | 'bfloat16';

/** The contents of a tensor of another type, for messages. */
const notWeights: Readonly<Record<Exclude<NumberType, WeightType>, string>> = {
  integer: 'integers',
  complex: 'complex numbers',
  other: 'numbers of a type that is not read here (quantized, or of eight bits)',
};

/** @returns the words for what is no weights; null for what weights are made of */
export function whyNoWeights(type: NumberType): string | null {
  return Object.hasOwn(notWeights, type)
    ? notWeights[type as Exclude<NumberType, WeightType>]
    : null;
}

/**
 * Values of one tensor, 1 GiB of float32: no network here has a larger one, and strides of zero ask
 * for any number.
 */
const maximumValues = 2 ** 28;

/** A tensor within a file, not yet converted. */
export interface FileTensor {
  readonly type: NumberType;
  readonly shape: readonly number[];
  /**
   * All values, row-major. Sixteen-bit floats are exact in float32, float64 is rounded. @throws
   * DataError for other types
   */
  values(): Float32Array;
}

const bytesOf: Readonly<Record<WeightType, number>> = {
  float32: 4,
  float64: 8,
  float16: 2,
  bfloat16: 2,
};

/** Reads number `index` of little-endian bytes as a double. */
function readerOf(type: WeightType, bytes: Uint8Array): (index: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case 'float32':
      return (index) => view.getFloat32(4 * index, true);
    case 'float64':
      return (index) => view.getFloat64(8 * index, true);
    case 'float16':
      return (index) => halfToNumber(view.getUint16(2 * index, true));
    case 'bfloat16':
      return (index) => bfloatToNumber(view.getUint16(2 * index, true));
  }
}

/** Numbers in a tensor of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, side) => size * side, 1);
}

/**
 * A tensor that looks at a storage through offset and strides, in elements, as PyTorch's do.
 *
 * @param storage the bytes, fetched when values are asked for
 * @param stored numbers in the storage
 * @param source the file, for messages
 * @throws DataError `CHECKPOINT_TENSOR` where it looks outside of its storage
 */
export function stridedTensor(
  type: NumberType,
  storage: () => Uint8Array,
  stored: number,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
  source: string,
): FileTensor {
  const fail = (problem: string): never => {
    throw new DataError('CHECKPOINT_TENSOR', `${source} is damaged: ${problem}.`);
  };
  const whole = (value: number) => Number.isSafeInteger(value) && value >= 0;
  if (shape.length > maximumRank || strides.length > maximumRank) {
    fail(`a tensor has ${shape.length} sides; up to ${maximumRank} are read`);
  }
  const valid =
    whole(offset) &&
    strides.length === shape.length &&
    shape.every(whole) &&
    strides.every(whole) &&
    whole(sizeOf(shape));
  const last = shape.reduce((sum, side, axis) => sum + (side - 1) * (strides[axis] ?? 0), offset);
  if (!valid || (sizeOf(shape) > 0 && last >= stored)) {
    fail(
      `a tensor of the shape [${shape}] with strides [${strides}] at ${offset} does not fit into its storage of ${stored} values`,
    );
  }
  return {
    type,
    shape,
    values() {
      const size = sizeOf(shape);
      const words = whyNoWeights(type);
      if (words !== null) {
        throw new DataError('CHECKPOINT_TYPE', `${source}: a tensor holds ${words}, no weights.`);
      }
      // A stride of zero repeats values: without this bound a few bytes could ask for any amount of
      // memory.
      if (size > maximumValues) {
        fail(
          `a tensor of the shape [${shape}] has more values than the ${maximumValues} that are read`,
        );
      }
      const bytes = storage();
      if (bytes.byteLength < stored * bytesOf[type as WeightType]) {
        fail(`a storage has ${bytes.byteLength} bytes, less than ${stored} values of ${type} take`);
      }
      const result = new Float32Array(size);
      if (type === 'float32' && isContiguous(shape, strides)) {
        // The usual case, by a copy: the bytes are little-endian, as this machine's are.
        const from = 4 * offset;
        new Uint8Array(result.buffer).set(bytes.subarray(from, from + 4 * size));
        return result;
      }
      const read = readerOf(type as WeightType, bytes);
      const index = shape.map(() => 0);
      let position = offset;
      for (let at = 0; at < size; at += 1) {
        result[at] = read(position);
        for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
          index[axis] = (index[axis] as number) + 1;
          position += strides[axis] as number;
          if ((index[axis] as number) < (shape[axis] as number)) break;
          position -= (strides[axis] as number) * (shape[axis] as number);
          index[axis] = 0;
        }
      }
      return result;
    },
  };
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  const expected = contiguousStrides(shape);
  return (
    littleEndian && shape.every((side, axis) => side === 1 || strides[axis] === expected[axis])
  );
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Strides of a contiguous tensor. */
export function contiguousStrides(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let size = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    strides.push(size);
    size *= shape[axis] as number;
  }
  return strides.reverse();
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const single = new DataView(new ArrayBuffer(4));

/** The upper half of a float32. */
function bfloatToNumber(bits: number): number {
  single.setUint32(0, bits * 2 ** 16);
  return single.getFloat32(0);
}
