// @ts-check
import {
  closeSync,
  createWriteStream,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

/**
 * A file in a wheel (which is a ZIP archive).
 *
 * @typedef {object} Entry
 * @property {string} name
 * @property {number} size
 * @property {number} packed
 * @property {number} method 0 stored, 8 deflated
 * @property {number} offset of its local header
 */

/**
 * Unpacks the files of a wheel that `wanted` accepts into `folder`, under their own names, and
 * makes them durable. The wheel's checksum is taken as verified; a wheel that is cut short is an
 * error all the same.
 *
 * @param {string} wheel
 * @param {string} folder
 * @param {(name: string) => boolean} wanted
 * @returns {Promise<{ name: string, size: number }[]>} what was unpacked
 */
export async function unpackWheel(wheel, folder, wanted) {
  const descriptor = openSync(wheel, 'r');
  try {
    const entries = readDirectory(descriptor, statSync(wheel).size, wheel).filter(
      ({ name }) => wanted(name) && !name.endsWith('/'),
    );
    for (const entry of entries) await unpackEntry(descriptor, entry, folder, wheel);
    return entries.map(({ name, size }) => ({ name, size }));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * @param {number} descriptor
 * @param {Entry} entry
 * @param {string} folder
 * @param {string} wheel
 */
async function unpackEntry(descriptor, entry, folder, wheel) {
  if (entry.name.split('/').includes('..')) throw new Error(`${wheel}: bad name ${entry.name}`);
  const path = join(folder, entry.name);
  mkdirSync(dirname(path), { recursive: true });
  const header = readAt(descriptor, entry.offset, 30, wheel);
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = Readable.from(chunks(descriptor, start, entry.packed, wheel));
  // Permissions of the archive are left out, with one exception: programs lie in bin/.
  const mode = /(^|\/)bin\//.test(entry.name) ? 0o755 : 0o644;
  const file = createWriteStream(path, { mode });
  if (entry.method === 8) await pipeline(packed, createInflateRaw(), file);
  else await pipeline(packed, file);
  if (file.bytesWritten !== entry.size) throw new Error(`${wheel}: ${entry.name} is cut short`);
  const written = openSync(path, 'r+');
  try {
    fsyncSync(written);
  } finally {
    closeSync(written);
  }
}

/**
 * @param {number} descriptor
 * @param {number} start
 * @param {number} length
 * @param {string} wheel
 */
function* chunks(descriptor, start, length, wheel) {
  const step = 1 << 20;
  for (let done = 0; done < length; done += step)
    yield readAt(descriptor, start + done, Math.min(step, length - done), wheel);
}

/**
 * The archive's central directory (PKWARE's APPNOTE, sections 4.3.12 and 4.3.16; wheels below 4 GB
 * need no ZIP64).
 *
 * @param {number} descriptor
 * @param {number} size
 * @param {string} wheel
 */
function readDirectory(descriptor, size, wheel) {
  const tail = readAt(descriptor, Math.max(0, size - 65557), Math.min(size, 65557), wheel);
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error(`${wheel} is no wheel, or it is cut short`);
  const count = tail.readUInt16LE(end + 10);
  const directory = readAt(
    descriptor,
    tail.readUInt32LE(end + 16),
    tail.readUInt32LE(end + 12),
    wheel,
  );
  /** @type {Entry[]} */
  const entries = [];
  for (let at = 0; entries.length < count; ) {
    if (directory.readUInt32LE(at) !== 0x02014b50) throw new Error(`${wheel}: bad directory`);
    const nameLength = directory.readUInt16LE(at + 28);
    entries.push({
      method: directory.readUInt16LE(at + 10),
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/**
 * @param {number} descriptor
 * @param {number} position
 * @param {number} length
 * @param {string} wheel
 */
function readAt(descriptor, position, length, wheel) {
  const buffer = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const count = readSync(descriptor, buffer, done, length - done, position + done);
    if (count === 0) throw new Error(`${wheel} is cut short`);
    done += count;
  }
  return buffer;
}
