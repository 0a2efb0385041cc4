import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { DataError } from '../../../common/errors.ts';
import { regularFile } from '../../../common/regular-file.ts';
import { limits } from '../limits.ts';

/** A file within a zip archive, and where in it. Plain data. */
export interface ZipPlace {
  readonly archive: string;
  readonly name: string;
  /** Offset of the local header. */
  readonly offset: number;
  readonly packed: number;
  readonly size: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly crc: number;
}

const inflate = promisify(inflateRaw);
const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const locator64Signature = 0x07064b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
/** A name of the longest length that is read for every entry that is read. */
const largestDirectory = limits.files * (46 + limits.pathLength);
const beyond32 = 0xffffffff;

/**
 * Lists the files of a zip archive from its central directory, without reading their contents: the
 * archives of COCO have 19 GB and are used as they are.
 *
 * Format: PKWARE APPNOTE 6.3, sections 4.3 and 4.5.3 (ZIP64).
 *
 * @throws DataError `DATA_ARCHIVE` naming the archive that is truncated, encrypted or unsafe
 */
export function listZip(path: string): ZipPlace[] {
  const found = regularFile(path);
  if (typeof found === 'string') throw zipError(path, found);
  const { size } = found;
  const descriptor = openSync(path, 'r');
  try {
    const { start, length, count } = directoryOf(descriptor, path, size);
    if (count > limits.files)
      throw zipError(path, `has ${count} entries, more than ${limits.files}`);
    if (length > largestDirectory) throw zipError(path, 'has a damaged directory');
    const directory = readAt(descriptor, path, start, length);
    const places: ZipPlace[] = [];
    let at = 0;
    for (let entry = 0; entry < count; entry += 1) {
      if (at + 46 > length || directory.readUInt32LE(at) !== entrySignature) {
        throw zipError(path, 'has a damaged directory');
      }
      const nameLength = directory.readUInt16LE(at + 28);
      const extraLength = directory.readUInt16LE(at + 30);
      const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
      const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
      if (!name.endsWith('/')) places.push(placeOf(path, name, directory, at, extra));
      at += 46 + nameLength + extraLength + directory.readUInt16LE(at + 32);
    }
    return places;
  } finally {
    closeSync(descriptor);
  }
}

/** Reads and unpacks one file. @throws DataError `DATA_ARCHIVE` */
export async function readZipEntry(place: ZipPlace): Promise<Buffer> {
  const { archive, name, offset, packed, size, method, crc } = place;
  const file = await open(archive, 'r');
  try {
    const header = Buffer.alloc(30);
    await file.read(header, 0, 30, offset);
    if (header.readUInt32LE(0) !== localSignature) throw zipError(archive, `is damaged at ${name}`);
    const start = offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    // What is packed lies within the archive: no memory is taken for what cannot be there.
    const { size: whole } = await file.stat();
    if (start + packed > whole) throw zipError(archive, `is truncated at ${name}`);
    const bytes = Buffer.alloc(packed);
    const { bytesRead } = await file.read(bytes, 0, packed, start);
    if (bytesRead !== packed) throw zipError(archive, `is truncated at ${name}`);
    const content = method === 0 ? bytes : await inflate(bytes, { maxOutputLength: size + 1 });
    if (content.length !== size) throw zipError(archive, `holds ${name} with another size`);
    if (crc32(content) !== crc)
      throw zipError(archive, `holds ${name} damaged: its checksum is wrong`);
    return content;
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw zipError(archive, `cannot be read at ${name} (${(cause as Error).message})`, cause);
  } finally {
    await file.close();
  }
}

function directoryOf(descriptor: number, path: string, size: number) {
  // The end record has 22 bytes and a comment of at most 65,535.
  const tailStart = Math.max(0, size - 22 - 65_535);
  const tail = readAt(descriptor, path, tailStart, size - tailStart);
  let at = tail.length - 22;
  while (at >= 0 && tail.readUInt32LE(at) !== endSignature) at -= 1;
  if (at < 0) throw zipError(path, 'is truncated or no zip file');
  const small = {
    count: tail.readUInt16LE(at + 10),
    length: tail.readUInt32LE(at + 12),
    start: tail.readUInt32LE(at + 16),
  };
  const large = small.count === 0xffff || small.length === beyond32 || small.start === beyond32;
  const found = large ? directory64(descriptor, path, size, tail, at - 20) : small;
  if (found.start + found.length > size) throw zipError(path, 'is truncated');
  return found;
}

function directory64(
  descriptor: number,
  path: string,
  size: number,
  tail: Buffer,
  locator: number,
) {
  if (locator < 0 || tail.readUInt32LE(locator) !== locator64Signature) {
    throw zipError(path, 'has no ZIP64 locator');
  }
  const at = Number(tail.readBigUInt64LE(locator + 8));
  if (at + 56 > size) throw zipError(path, 'is truncated');
  const record = readAt(descriptor, path, at, 56);
  if (record.readUInt32LE(0) !== end64Signature) throw zipError(path, 'has no ZIP64 directory');
  return {
    count: Number(record.readBigUInt64LE(32)),
    length: Number(record.readBigUInt64LE(40)),
    start: Number(record.readBigUInt64LE(48)),
  };
}

function placeOf(
  archive: string,
  name: string,
  directory: Buffer,
  at: number,
  extra: Buffer,
): ZipPlace {
  const parts = name.split('/');
  if (name.startsWith('/') || parts.includes('..') || /[\0\\]/.test(name)) {
    throw zipError(
      archive,
      `holds an entry with an unsafe path, ${JSON.stringify(name.slice(0, 200))}`,
    );
  }
  const flags = directory.readUInt16LE(at + 8);
  const method = directory.readUInt16LE(at + 10);
  if ((flags & 1) === 1) throw zipError(archive, `holds ${name} encrypted`);
  if (method !== 0 && method !== 8)
    throw zipError(archive, `holds ${name} packed by method ${method}`);
  const large = wideFields(extra);
  const wide = (offset: number) => {
    const value = directory.readUInt32LE(at + offset);
    return value === beyond32 ? large() : value;
  };
  // The order in which the ZIP64 field holds those that are too large.
  const size = wide(24);
  const packed = wide(20);
  const crc = directory.readUInt32LE(at + 16);
  const offset = wide(42);
  if (![size, packed, offset].every(Number.isSafeInteger)) {
    throw zipError(archive, `holds ${name} without its 64-bit sizes`);
  }
  return { archive, name, size, packed, offset, method, crc };
}

/** Gives the 64-bit values of the ZIP64 extra field one after another. */
function wideFields(extra: Buffer): () => number {
  let at = 0;
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== 1)
    at += 4 + extra.readUInt16LE(at + 2);
  let next = at + 4;
  return () => {
    if (next + 8 > extra.length) return Number.NaN;
    const value = Number(extra.readBigUInt64LE(next));
    next += 8;
    return value;
  };
}

function readAt(descriptor: number, path: string, start: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const count = readSync(descriptor, bytes, done, length - done, start + done);
    if (count === 0) throw zipError(path, 'is truncated');
    done += count;
  }
  return bytes;
}

function zipError(path: string, what: string, cause?: unknown): DataError {
  return new DataError('DATA_ARCHIVE', `The archive ${path} ${what}.`, {
    hint: `Get ${basename(path)} again from where it came from.`,
    cause,
  });
}
