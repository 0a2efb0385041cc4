import { inflateSync } from 'node:zlib';

/** What a field of a structure holds: text, or the first number of an array. */
export type MatValue = string | number | null;

const types = { compressed: 15, matrix: 14 } as const;
const classes = { struct: 2, text: 4 } as const;
/** Bytes that a compressed part may unpack to; ImageNet's `meta.mat` unpacks to 2 MB. */
const mostUnpacked = 2 ** 26;
const mostFields = 100;

interface Element {
  readonly type: number;
  readonly data: Buffer;
  /** Where the next one begins. */
  readonly next: number;
}

/**
 * An array of structures from a MATLAB file of version 5: ImageNet's devkit says in one which class
 * a number is. Fields that hold further structures are null.
 *
 * Format: MathWorks, MAT-File Format, "Level 5 MAT-File Format".
 *
 * @throws RangeError for anything else
 */
export function matStructures(bytes: Buffer, name: string): Readonly<Record<string, MatValue>>[] {
  if (bytes.length < 128 || bytes.toString('latin1', 126, 128) !== 'IM') {
    throw new RangeError('is no little-endian MATLAB file of version 5');
  }
  for (let at = 128; at + 8 <= bytes.length; ) {
    const element = elementAt(bytes, at);
    at = element.next;
    const whole = unpacked(element);
    if (whole.type !== types.matrix) continue;
    const found = structures(whole.data, name);
    if (found !== null) return found;
  }
  throw new RangeError(`has no structures called ${name}`);
}

function unpacked(element: Element): Element {
  if (element.type !== types.compressed) return element;
  return elementAt(inflateSync(element.data, { maxOutputLength: mostUnpacked }), 0);
}

/** A tag and its data; the small form has both in eight bytes. */
function elementAt(bytes: Buffer, at: number): Element {
  if (at + 8 > bytes.length) throw new RangeError('is truncated');
  const word = bytes.readUInt32LE(at);
  const small = word >>> 16;
  const type = word & 0xffff;
  const size = small > 0 ? small : bytes.readUInt32LE(at + 4);
  const from = small > 0 ? at + 4 : at + 8;
  if (from + size > bytes.length || small > 4) throw new RangeError('is truncated');
  // Compressed parts are not padded to eight bytes, everything else is.
  const padded = type === types.compressed ? size : Math.ceil(size / 8) * 8;
  return {
    type,
    data: bytes.subarray(from, from + size),
    next: small > 0 ? at + 8 : from + padded,
  };
}

/** Null where the matrix is another one. */
function structures(matrix: Buffer, name: string): Record<string, MatValue>[] | null {
  const flags = elementAt(matrix, 0);
  const sizes = elementAt(matrix, flags.next);
  const named = elementAt(matrix, sizes.next);
  if ((flags.data[0] as number) !== classes.struct || named.data.toString('latin1') !== name) {
    return null;
  }
  const length = elementAt(matrix, named.next);
  const names = elementAt(matrix, length.next);
  if (length.data.length < 4) throw new RangeError('has no fields');
  const step = length.data.readInt32LE(0);
  const fields = Array.from(
    { length: step > 0 ? Math.floor(names.data.length / step) : 0 },
    (_, index) =>
      names.data.toString('latin1', index * step, (index + 1) * step).replace(/\0.*$/s, ''),
  );
  if (fields.length === 0 || fields.length > mostFields) throw new RangeError('has no fields');
  const found: Record<string, MatValue>[] = [];
  let at = names.next;
  while (at + 8 <= matrix.length) {
    const entry: Record<string, MatValue> = {};
    for (const field of fields) {
      const element = elementAt(matrix, at);
      at = element.next;
      entry[field] = element.data.length === 0 ? null : contentOf(element.data);
    }
    found.push(entry);
  }
  return found;
}

function contentOf(matrix: Buffer): MatValue {
  const flags = elementAt(matrix, 0);
  const sizes = elementAt(matrix, flags.next);
  const named = elementAt(matrix, sizes.next);
  const kind = flags.data[0] as number;
  if (kind === classes.struct || named.next >= matrix.length) return null;
  const { type, data } = elementAt(matrix, named.next);
  if (kind === classes.text) return data.toString(type === 4 || type === 17 ? 'utf16le' : 'utf8');
  return firstNumber(type, data);
}

/** The first number of an array, by the type in which it is stored. */
function firstNumber(type: number, data: Buffer): number | null {
  const readers: Readonly<Record<number, readonly [bytes: number, read: () => number]>> = {
    1: [1, () => data.readInt8(0)],
    2: [1, () => data.readUInt8(0)],
    3: [2, () => data.readInt16LE(0)],
    4: [2, () => data.readUInt16LE(0)],
    5: [4, () => data.readInt32LE(0)],
    6: [4, () => data.readUInt32LE(0)],
    7: [4, () => data.readFloatLE(0)],
    9: [8, () => data.readDoubleLE(0)],
    12: [8, () => Number(data.readBigInt64LE(0))],
    13: [8, () => Number(data.readBigUInt64LE(0))],
  };
  const reader = readers[type];
  return reader === undefined || data.length < reader[0] ? null : reader[1]();
}
