import { readFileSync } from 'node:fs';
import { DataError } from '../../common/errors.ts';

/**
 * The safetensors format (huggingface/safetensors, format description): eight bytes with the length of a JSON header,
 * the header, then the tensors' bytes. Read and written here for float32 and int32; header keys are sorted by name, so
 * that equal tensors give equal bytes.
 */
export interface SafeTensor {
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export interface SafeTensorFile {
  readonly tensors: Readonly<Record<string, SafeTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const codes = { float32: 'F32', int32: 'I32' } as const;
/** A header larger than this is not one of a network that fits into memory; the bound of the reference reader. */
const maximumHeader = 100_000_000;

export function encodeSafetensors(file: SafeTensorFile): Uint8Array {
  const names = Object.keys(file.tensors).sort();
  const header = new Map<string, unknown>();
  if (Object.keys(file.metadata).length > 0) header.set('__metadata__', file.metadata);
  let offset = 0;
  for (const name of names) {
    const { dtype, shape, data } = file.tensors[name] as SafeTensor;
    header.set(name, {
      dtype: codes[dtype],
      shape,
      data_offsets: [offset, offset + data.byteLength],
    });
    offset += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)), 'utf8');
  const padding = (8 - (json.byteLength % 8)) % 8;
  const start = 8 + json.byteLength + padding;
  const bytes = Buffer.alloc(start + offset, 0x20);
  bytes.writeBigUInt64LE(BigInt(json.byteLength + padding), 0);
  json.copy(bytes, 8);
  let position = start;
  for (const name of names) {
    const { data } = file.tensors[name] as SafeTensor;
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return bytes;
}

/** A tensor as a file has it, whatever its type. `bytes` are a view of the file's. */
export interface StoredTensor {
  /** The format's name of the type: `F32`, `BF16`, `I64` ... */
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Bytes of a number, for the types whose sizes are checked. */
const widths: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/**
 * @param source the file's path, for messages
 * @throws DataError `SAFETENSORS` when the bytes are truncated, not of the format, or hold another data type
 */
export function decodeSafetensors(bytes: Uint8Array, source: string): SafeTensorFile {
  const { tensors: stored, metadata } = parseSafetensors(bytes, source);
  const tensors = [...stored].map(([name, { type, shape, bytes: content }]) => {
    if (type !== 'F32' && type !== 'I32') {
      throw unusable(source, `tensor "${name}" has the type ${type}; F32 and I32 are read`);
    }
    // Copied: the data need not be aligned to four bytes within the file.
    const copy = new Uint8Array(content).buffer;
    const tensor: SafeTensor =
      type === 'F32'
        ? { dtype: 'float32', shape, data: new Float32Array(copy) }
        : { dtype: 'int32', shape, data: new Int32Array(copy) };
    return [name, tensor] as const;
  });
  // Not by assignment: a tensor that is called `__proto__` must be a tensor like any other.
  return { tensors: Object.fromEntries(tensors), metadata };
}

/**
 * The tensors of a file without converting them.
 *
 * @throws DataError `SAFETENSORS` when the bytes are truncated, not of the format, or hold a type that is not known
 */
export function parseSafetensors(
  bytes: Uint8Array,
  source: string,
): {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
} {
  const fail = (problem: string): never => {
    throw unusable(source, problem);
  };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.byteLength < 8) return fail(`it has only ${buffer.byteLength} bytes`);
  const length = Number(buffer.readBigUInt64LE(0));
  if (length > maximumHeader || 8 + length > buffer.byteLength)
    return fail('its header is longer than the file');
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(buffer.toString('utf8', 8, 8 + length)) as Record<string, unknown>;
  } catch {
    return fail('its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    return fail('its header is not an object');
  const tensors = new Map<string, StoredTensor>();
  let claimed = 0;
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      if (!isTexts(entry)) return fail('its metadata is not made of texts');
      metadata = entry;
      continue;
    }
    const {
      dtype,
      shape,
      data_offsets: offsets,
    } = (entry ?? {}) as {
      dtype?: string;
      shape?: number[];
      data_offsets?: [number, number];
    };
    const width = Object.hasOwn(widths, String(dtype)) ? widths[String(dtype)] : undefined;
    if (width === undefined) {
      return fail(`tensor "${name}" has the type ${dtype}, which is not known`);
    }
    if (!Array.isArray(shape) || !shape.every((side) => Number.isSafeInteger(side) && side >= 0)) {
      return fail(`tensor "${name}" has no valid shape`);
    }
    if (!Array.isArray(offsets) || offsets.length !== 2)
      return fail(`tensor "${name}" has no offsets`);
    const [from, to] = offsets;
    const size = shape.reduce((product, side) => product * side, 1) * width;
    const start = 8 + length + from;
    if (!(from >= 0 && to - from === size && 8 + length + to <= buffer.byteLength)) {
      return fail(`tensor "${name}" lies outside of the file, which is probably truncated`);
    }
    claimed += size;
    // The format leaves no byte to two tensors. Where they shared bytes, a small file could ask for any amount of memory.
    if (claimed > buffer.byteLength - 8 - length) return fail('its tensors overlap');
    tensors.set(name, {
      type: dtype as string,
      shape,
      bytes: buffer.subarray(start, start + size),
    });
  }
  return { tensors, metadata };
}

function isTexts(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((each) => typeof each === 'string')
  );
}

function unusable(source: string, problem: string): DataError {
  return new DataError('SAFETENSORS', `${source} is not a usable safetensors file: ${problem}.`);
}

/** @throws DataError also when the file cannot be read. */
export function readSafetensors(path: string): SafeTensorFile {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new DataError('SAFETENSORS', `Cannot read ${path}: ${(cause as Error).message}.`, {
      cause,
    });
  }
  return decodeSafetensors(bytes, path);
}
