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
import { readZipDirectory, ZipProblem, zipContentStart } from '../../common/zip-directory.mjs';

/** @typedef {import('../../common/zip-directory.mjs').ZipEntry} ZipEntry */
/** @typedef {import('../../common/zip-directory.mjs').ZipBytes} ZipBytes */

/** TensorFlow's wheels have some 15,000 files. */
const most = { entries: 1_000_000, directory: 256 * 2 ** 20 };

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
  const bytes = {
    size: statSync(wheel).size,
    read: (/** @type {number} */ start, /** @type {number} */ length) =>
      readAt(descriptor, start, length),
  };
  try {
    const entries = readZipDirectory(bytes, most).filter(
      ({ name }) => wanted(name) && !name.endsWith('/'),
    );
    for (const entry of entries) await unpackEntry(bytes, entry, folder);
    return entries.map(({ name, size }) => ({ name, size }));
  } catch (cause) {
    throw cause instanceof ZipProblem ? new Error(`${wheel} ${cause.message}`, { cause }) : cause;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * @param {ZipBytes} bytes
 * @param {ZipEntry} entry
 * @param {string} folder
 */
async function unpackEntry(bytes, entry, folder) {
  const { name, packed, method, size } = entry;
  if (name.split('/').includes('..')) throw new ZipProblem(`has the bad name ${name}`);
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  const content = Readable.from(chunks(bytes, zipContentStart(bytes, entry), packed));
  // Permissions of the archive are left out, with one exception: programs lie in bin/.
  const mode = /(^|\/)bin\//.test(name) ? 0o755 : 0o644;
  const file = createWriteStream(path, { mode });
  if (method === 8) await pipeline(content, createInflateRaw(), file);
  else await pipeline(content, file);
  if (file.bytesWritten !== size) throw new ZipProblem(`is cut short at ${name}`);
  const written = openSync(path, 'r+');
  try {
    fsyncSync(written);
  } finally {
    closeSync(written);
  }
}

/**
 * @param {ZipBytes} bytes
 * @param {number} start
 * @param {number} length
 */
function* chunks(bytes, start, length) {
  const step = 1 << 20;
  for (let done = 0; done < length; done += step)
    yield bytes.read(start + done, Math.min(step, length - done));
}

/**
 * @param {number} descriptor
 * @param {number} position
 * @param {number} length
 */
function readAt(descriptor, position, length) {
  const buffer = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const count = readSync(descriptor, buffer, done, length - done, position + done);
    if (count === 0) throw new ZipProblem('is cut short');
    done += count;
  }
  return buffer;
}
