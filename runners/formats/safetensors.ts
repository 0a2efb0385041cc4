import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { DataError } from '../../common/errors.ts';
import { shortened } from '../../common/shortened.ts';
import { headerTrouble, maximumRank } from './safetensors-header.ts';

/**
 * The safetensors format (huggingface/safetensors, format description): eight bytes with the length
 * of a JSON header, the header, then the tensors' bytes. Read and written here for float32 and
 * int32; header keys are sorted by name, so that equal tensors give equal bytes.
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
/**
 * A header larger than this is not one of a network that fits into memory; the bound of the
 * reference reader.
 */
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

/**
 * Bytes of a number, for the types whose sizes are checked. Types that pack several numbers into a
 * byte are not read.
 */
const widths: ReadonlyMap<string, number> = new Map([
  ...['F64', 'I64', 'U64', 'C64'].map((type) => [type, 8] as const),
  ...['F32', 'I32', 'U32'].map((type) => [type, 4] as const),
  ...['F16', 'BF16', 'I16', 'U16'].map((type) => [type, 2] as const),
  ...['I8', 'U8', 'BOOL', 'F8_E4M3', 'F8_E5M2', 'F8_E8M0'].map((type) => [type, 1] as const),
]);

/**
 * @param source the file's path, for messages
 * @throws DataError `SAFETENSORS` when the bytes are truncated, not of the format, or hold another
 *   data type
 */
export function decodeSafetensors(bytes: Uint8Array, source: string): SafeTensorFile {
  const { tensors: stored, metadata } = parseSafetensors(bytes, source);
  const tensors = [...stored].map(([name, { type, shape, bytes: content }]) => {
    if (type !== 'F32' && type !== 'I32') {
      throw unusable(
        source,
        `tensor "${shortened(name)}" has the dtype ${type}; F32 and I32 are read`,
      );
    }
    // Copied: the data need not be aligned to four bytes within the file.
    const copy = new Uint8Array(content).buffer;
    const tensor: SafeTensor =
      type === 'F32'
        ? { dtype: 'float32', shape, data: new Float32Array(copy) }
        : { dtype: 'int32', shape, data: new Int32Array(copy) };
    return [name, tensor] as const;
  });
  // Not by assignment: a tensor called `__proto__` must be a tensor like any other.
  return { tensors: Object.fromEntries(tensors), metadata };
}

/**
 * The tensors of a file without converting them. It refuses the same files as the reference reader
 * (huggingface/safetensors safetensors/src/tensor.rs, `read_metadata` and `validate`): offsets that
 * are no whole numbers, a size that does not fit shape and type, bytes that belong to two tensors
 * or to none, bytes after the last tensor, a key that stands twice.
 *
 * @throws DataError `SAFETENSORS` naming tensor and field when the bytes are truncated, not of the
 *   format, or hold a type that is not known
 */
export function parseSafetensors(
  bytes: Uint8Array,
  source: string,
): {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
} {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { header, start } = headerOf(buffer, source);
  const tensors = new Map<string, StoredTensor>();
  const ranges: Range[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      if (!isTexts(entry)) throw unusable(source, 'its __metadata__ is not made of texts');
      metadata = entry;
      continue;
    }
    const { type, shape, from, to } = entryOf(name, entry, source);
    ranges.push({ name, from, to });
    tensors.set(name, { type, shape, bytes: buffer.subarray(start + from, start + to) });
  }
  checkCover(ranges, buffer.byteLength - start, source);
  return { tensors, metadata };
}

/** The bytes of a tensor, counted from the end of the header. */
interface Range {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** The header, and where the tensors' bytes start. */
function headerOf(
  buffer: Buffer,
  source: string,
): { readonly header: Record<string, unknown>; readonly start: number } {
  const fail = (problem: string): never => {
    throw unusable(source, problem);
  };
  if (buffer.byteLength < 8) return fail(`it has only ${buffer.byteLength} bytes`);
  const length = Number(buffer.readBigUInt64LE(0));
  if (length > maximumHeader) {
    return fail(`its header is longer than the file or than ${maximumHeader} bytes: ${length}`);
  }
  const start = 8 + length;
  if (start > buffer.byteLength) return fail('its header is longer than the file');
  if (buffer[8] !== 0x7b) return fail('its header does not begin with {');
  const text = buffer.subarray(8, start);
  if (!isUtf8(text)) return fail('its header is not UTF-8');
  const trouble = headerTrouble(text);
  if (trouble !== null) return fail(trouble);
  try {
    return { header: JSON.parse(text.toString()) as Record<string, unknown>, start };
  } catch {
    return fail('its header is not JSON');
  }
}

function entryOf(
  name: string,
  entry: unknown,
  source: string,
): Range & { readonly type: string; readonly shape: readonly number[] } {
  const fail = (problem: string): never => {
    throw unusable(source, `tensor "${shortened(name)}" ${problem}`);
  };
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    return fail('is no object with dtype, shape and data_offsets');
  }
  const { dtype, shape, data_offsets: offsets } = entry as Readonly<Record<string, unknown>>;
  const width = widths.get(String(dtype));
  if (typeof dtype !== 'string' || width === undefined) {
    return fail(`has the dtype ${shown(dtype)}, which is not known`);
  }
  if (!isWholeNumbers(shape)) return fail(`has no valid shape: ${shown(shape)}`);
  if (!isWholeNumbers(offsets) || offsets.length !== 2) {
    return fail(`has data_offsets that are not two whole numbers: ${shown(offsets)}`);
  }
  const [from, to] = offsets as readonly [number, number];
  const size = shape.reduce((product, side) => product * side, width);
  if (to - from !== size) {
    return fail(
      `takes ${to - from} bytes by its data_offsets ${shown(offsets)}, and ${size} by its dtype ${dtype} and shape ${shown(shape)}`,
    );
  }
  return { name, type: dtype, shape, from, to };
}

/**
 * In this format every byte belongs to exactly one tensor. Shared bytes would let a small file ask
 * for any amount of memory.
 */
function checkCover(ranges: readonly Range[], length: number, source: string): void {
  const inOrder = [...ranges].sort((one, two) => one.from - two.from || one.to - two.to);
  let end = 0;
  for (const { name, from, to } of inOrder) {
    const tensor = `tensor "${shortened(name)}" with the data_offsets [${from},${to}]`;
    if (from < end)
      throw unusable(source, `its tensors overlap: ${tensor} begins before byte ${end}`);
    if (from > end) {
      throw unusable(source, `no tensor has the bytes ${end} to ${from}, before ${tensor}`);
    }
    if (to > length) {
      throw unusable(source, `${tensor} lies outside of the file, which is probably truncated`);
    }
    end = to;
  }
  if (end !== length) {
    throw unusable(source, `${length - end} bytes follow its last tensor, and belong to none`);
  }
}

function isWholeNumbers(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length <= maximumRank &&
    value.every((each) => Number.isSafeInteger(each) && each >= 0)
  );
}

/** A value of the header as a message may show it. */
function shown(value: unknown): string {
  return shortened(JSON.stringify(value) ?? 'nothing');
}

function isTexts(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((each) => typeof each === 'string')
  );
}

function unusable(source: string, problem: string): DataError {
  return new DataError('SAFETENSORS', `${source} is not a usable safetensors file: ${problem}.`, {
    hint: 'Get it again from where it came from, or save it again with safetensors.',
  });
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
