import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { DataError } from '../../../common/errors.ts';
import { regularFile } from '../../../common/regular-file.ts';
import {
  readZipDirectory,
  type ZipBytes,
  type ZipEntry,
  ZipProblem,
  zipContentStart,
} from '../../../common/zip-directory.mjs';
import { limits } from '../limits.ts';

/** A file within a zip archive, and where in it. Plain data. */
export interface ZipPlace extends Readonly<ZipEntry> {
  readonly archive: string;
}

const inflate = promisify(inflateRaw);
/** With a name of the longest length that is read for every entry that is read. */
const most = { entries: limits.files, directory: limits.files * (46 + limits.pathLength) };

/**
 * Lists the files of a zip archive from its central directory, without reading their contents: the
 * archives of COCO have 19 GB and are used as they are.
 *
 * @throws DataError `DATA_ARCHIVE` naming the archive that is truncated, encrypted or unsafe
 */
export function listZip(path: string): ZipPlace[] {
  const found = regularFile(path);
  if (typeof found === 'string') throw zipError(path, found);
  const descriptor = openSync(path, 'r');
  try {
    const files = readZipDirectory(bytesOf(descriptor), most).filter(
      ({ name }) => !name.endsWith('/'),
    );
    for (const file of files) checkFile(file);
    return files.map((file) => ({ archive: path, ...file }));
  } catch (cause) {
    throw cause instanceof ZipProblem ? zipError(path, cause.message, cause) : cause;
  } finally {
    closeSync(descriptor);
  }
}

/** Reads and unpacks one file. @throws DataError `DATA_ARCHIVE` */
export async function readZipEntry(place: ZipPlace): Promise<Buffer> {
  const { archive, name, packed, size, method, crc } = place;
  const file = await open(archive, 'r');
  try {
    const start = zipContentStart(bytesOf(file.fd), place);
    const bytes = Buffer.alloc(packed);
    const { bytesRead } = await file.read(bytes, 0, packed, start);
    if (bytesRead !== packed) throw new ZipProblem(`is truncated at ${name}`);
    const content = method === 0 ? bytes : await inflate(bytes, { maxOutputLength: size + 1 });
    if (content.length !== size) throw new ZipProblem(`holds ${name} with another size`);
    if (crc32(content) !== crc)
      throw new ZipProblem(`holds ${name} damaged: its checksum is wrong`);
    return content;
  } catch (cause) {
    if (cause instanceof ZipProblem) throw zipError(archive, cause.message, cause);
    throw zipError(archive, `cannot be read at ${name} (${(cause as Error).message})`, cause);
  } finally {
    await file.close();
  }
}

/** A file's name is a path from here on, and its method one that is read. */
function checkFile({ name, method }: ZipEntry): void {
  const parts = name.split('/');
  if (name.startsWith('/') || parts.includes('..') || /[\0\\]/.test(name)) {
    throw new ZipProblem(
      `holds an entry with an unsafe path, ${JSON.stringify(name.slice(0, 200))}`,
    );
  }
  if (method !== 0 && method !== 8)
    throw new ZipProblem(`holds ${name} packed by method ${method}`);
}

function bytesOf(descriptor: number): ZipBytes {
  return {
    size: fstatSync(descriptor).size,
    read(start, length) {
      const bytes = Buffer.alloc(length);
      let done = 0;
      while (done < length) {
        const count = readSync(descriptor, bytes, done, length - done, start + done);
        if (count === 0) throw new ZipProblem('is truncated');
        done += count;
      }
      return bytes;
    },
  };
}

function zipError(path: string, what: string, cause?: unknown): DataError {
  return new DataError('DATA_ARCHIVE', `The archive ${path} ${what}.`, {
    hint: `Get ${basename(path)} again from where it came from.`,
    cause,
  });
}
