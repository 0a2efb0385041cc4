// @ts-check
// The directory of a ZIP archive: what is in it, and where. Plain JavaScript, because the set-up
// reads wheels with it before any package is installed.

/**
 * Where the bytes of an archive are: a file, or memory.
 *
 * @typedef {object} ZipBytes
 * @property {number} size
 * @property {(start: number, length: number) => Buffer} read exactly these bytes, which are there
 */

/**
 * An entry of an archive, a file or a folder. Plain data, which threads may hand on.
 *
 * @typedef {object} ZipEntry
 * @property {string} name as the archive has it, with no promise that it is a safe path
 * @property {number} offset of its local header
 * @property {number} packed its bytes in the archive
 * @property {number} size its bytes once unpacked, as the archive says
 * @property {number} method 0 stored, 8 deflated
 * @property {number} crc CRC-32 of what is unpacked
 */

/** What is wrong with an archive, as the rest of a sentence that begins with its name. */
export class ZipProblem extends Error {}

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const locator64Signature = 0x07064b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const beyond16 = 0xffff;
const beyond32 = 0xffffffff;
/** A local header without its name and its extra fields. */
const localHeader = 30;

/**
 * Reads the central directory, and no content. Format: PKWARE APPNOTE 6.3, sections 4.3 and 4.5.3
 * (ZIP64).
 *
 * @param {ZipBytes} bytes
 * @param {{ readonly entries: number, readonly directory: number }} most entries, and bytes of the
 *   directory, that are read
 * @returns {ZipEntry[]} in the order of the directory
 * @throws ZipProblem for an archive that is truncated, damaged, encrypted or larger than that
 */
export function readZipDirectory(bytes, most) {
  const { start, length, count } = findDirectory(bytes);
  if (count > most.entries) throw new ZipProblem(`has ${count} entries, more than ${most.entries}`);
  if (length > most.directory) throw new ZipProblem('has a damaged directory');
  const directory = read(bytes, start, length);
  const entries = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > length || directory.readUInt32LE(at) !== entrySignature) {
      throw new ZipProblem('has a damaged directory');
    }
    const nameEnd = at + 46 + directory.readUInt16LE(at + 28);
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
    entries.push(entryAt(directory, at, nameEnd, extraEnd));
    at = extraEnd + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/**
 * Where the content of an entry begins: behind its local header.
 *
 * @param {ZipBytes} bytes
 * @param {Pick<ZipEntry, 'name' | 'offset' | 'packed'>} entry
 * @throws ZipProblem where there is no such header, or the content would lie beyond the archive
 */
export function zipContentStart(bytes, { name, offset, packed }) {
  const header = read(bytes, offset, localHeader);
  if (header.readUInt32LE(0) !== localSignature)
    throw new ZipProblem(`is damaged at ${shown(name)}`);
  const start = offset + localHeader + header.readUInt16LE(26) + header.readUInt16LE(28);
  // No memory is taken for what cannot be there.
  if (start + packed > bytes.size) throw new ZipProblem(`is truncated at ${shown(name)}`);
  return start;
}

/** @param {ZipBytes} bytes */
function findDirectory(bytes) {
  // The end record has 22 bytes and a comment of at most 65,535.
  const tailStart = Math.max(0, bytes.size - 22 - beyond16);
  const tail = read(bytes, tailStart, bytes.size - tailStart);
  let at = tail.length - 22;
  while (at >= 0 && tail.readUInt32LE(at) !== endSignature) at -= 1;
  if (at < 0) throw new ZipProblem('is truncated or no zip file');
  const count = tail.readUInt16LE(at + 10);
  const length = tail.readUInt32LE(at + 12);
  const start = tail.readUInt32LE(at + 16);
  const locator = at - 20;
  const has64 = locator >= 0 && tail.readUInt32LE(locator) === locator64Signature;
  if (has64) return directory64(bytes, Number(tail.readBigUInt64LE(locator + 8)));
  if (count === beyond16 || length === beyond32 || start === beyond32) {
    throw new ZipProblem('has no ZIP64 locator');
  }
  return { count, length, start };
}

/**
 * @param {ZipBytes} bytes
 * @param {number} at
 */
function directory64(bytes, at) {
  const record = read(bytes, at, 56);
  if (record.readUInt32LE(0) !== end64Signature) throw new ZipProblem('has no ZIP64 directory');
  return {
    count: Number(record.readBigUInt64LE(32)),
    length: Number(record.readBigUInt64LE(40)),
    start: Number(record.readBigUInt64LE(48)),
  };
}

/**
 * @param {Buffer} directory
 * @param {number} at
 * @param {number} nameEnd
 * @param {number} extraEnd
 * @returns {ZipEntry}
 */
function entryAt(directory, at, nameEnd, extraEnd) {
  const name = directory.toString('utf8', at + 46, nameEnd);
  if ((directory.readUInt16LE(at + 8) & 1) === 1) {
    throw new ZipProblem(`holds ${shown(name)} encrypted`);
  }
  const large = wideFields(directory.subarray(nameEnd, extraEnd));
  const wide = (/** @type {number} */ place) => {
    const value = directory.readUInt32LE(at + place);
    return value === beyond32 ? large() : value;
  };
  // The order in which the ZIP64 field holds those that are too large.
  const size = wide(24);
  const packed = wide(20);
  const offset = wide(42);
  if (![size, packed, offset].every(Number.isSafeInteger)) {
    throw new ZipProblem(`holds ${shown(name)} without its 64-bit sizes`);
  }
  const method = directory.readUInt16LE(at + 10);
  return { name, size, packed, offset, method, crc: directory.readUInt32LE(at + 16) };
}

/**
 * Gives the 64-bit values of the ZIP64 extra field one after another.
 *
 * @param {Buffer} extra
 */
function wideFields(extra) {
  let at = 0;
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== 1) {
    at += 4 + extra.readUInt16LE(at + 2);
  }
  let next = at + 4;
  return () => {
    if (next + 8 > extra.length) return Number.NaN;
    const value = Number(extra.readBigUInt64LE(next));
    next += 8;
    return value;
  };
}

/**
 * @param {ZipBytes} bytes
 * @param {number} start
 * @param {number} length
 */
function read(bytes, start, length) {
  if (start + length > bytes.size) throw new ZipProblem('is truncated');
  return bytes.read(start, length);
}

/**
 * A name as a message may show it.
 *
 * @param {string} name
 */
const shown = (name) => (name.length > 200 ? `${name.slice(0, 200)}...` : name);
