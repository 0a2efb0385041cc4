import { closeSync, createReadStream, existsSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { execa } from 'execa';
import { extract } from 'tar-stream';
import { DataError, InfrastructureError } from '../../common/errors.ts';
import { regularFile } from '../../common/regular-file.ts';
import { limits } from './limits.ts';

/** A file of an archive or a folder: its path with forward slashes, and its content. */
export interface DataFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** How a tar file is packed, told by its first bytes, not by its name. */
type Packing = 'tar' | 'gzip' | 'xz';

export function isArchiveName(name: string): boolean {
  return /\.(tar|tar\.gz|tgz|tar\.xz|txz)$/.test(name);
}

/**
 * Reads the wanted files of a tar file (plain, gzip or xz; xz through the system's program) into
 * memory, in archive order. Nothing is written anywhere. Every size is bounded before memory is
 * taken.
 *
 * @param maximum - greatest size of a wanted file in bytes, or of one with a path
 * @throws DataError `DATA_ARCHIVE` for a file that is not a tar file, is truncated or damaged, has
 *   paths that leave it, has the same path twice, or is larger than `limits` allows.
 * @throws InfrastructureError `XZ_MISSING` where the file needs xz and there is none.
 */
export async function readArchive(
  path: string,
  wanted: (path: string) => boolean,
  maximum: number | ((path: string) => number),
): Promise<DataFile[]> {
  if (!existsSync(path)) {
    throw new DataError('DATA_ARCHIVE', `There is no file ${path}.`, {
      hint: 'Check the path given by --data or REDISTILL_DATA.',
    });
  }
  const found = regularFile(path);
  if (typeof found === 'string') throw archiveError(path, found);
  const files: DataFile[] = [];
  const seen = new Set<string>();
  const budget = { entries: 0, bytes: 0, stated: 0 };
  const { stream, finished } = unpack(path, packingOf(path));
  // Whoever fails first ends the reading; the other side's failure is then only a consequence.
  finished.catch(() => {});
  const entries = extract();
  const tarError = new Promise<never>((_, reject) => entries.once('error', reject));
  tarError.catch(() => {});
  stream.on('error', (error) => entries.destroy(error));
  stream.on('data', (chunk: Buffer) => {
    budget.bytes += chunk.byteLength;
    if (budget.bytes > limits.unpacked) {
      stream.destroy(archiveError(path, `unpacks to more than ${limits.unpacked} bytes`));
    }
  });
  stream.pipe(entries);
  try {
    for await (const entry of entries) {
      budget.entries += 1;
      if (budget.entries > limits.files) {
        throw archiveError(path, `has more than ${limits.files} entries`);
      }
      const name = checkedPath(path, entry.header.name);
      // Told by the header, before the bytes of a bomb are unpacked.
      budget.stated += entry.header.size ?? 0;
      if (budget.stated > limits.unpacked) {
        throw archiveError(path, `unpacks to more than ${limits.unpacked} bytes`);
      }
      const plain = entry.header.type === 'file' || entry.header.type === 'contiguous-file';
      if (!wanted(name) || entry.header.type === 'directory') {
        entry.resume();
        continue;
      }
      if (!plain) throw archiveError(path, `holds ${name} as a ${entry.header.type}, not a file`);
      const size = entry.header.size ?? 0;
      const most = typeof maximum === 'number' ? maximum : maximum(name);
      if (size > most) {
        throw archiveError(path, `holds ${name} with ${size} bytes, more than ${most}`);
      }
      if (seen.has(name)) throw archiveError(path, `holds ${name} twice`);
      seen.add(name);
      files.push({
        path: name,
        bytes: await collect(entry as unknown as AsyncIterable<Uint8Array>, size),
      });
    }
    await finished;
  } catch (cause) {
    stream.destroy();
    if (cause instanceof DataError || cause instanceof InfrastructureError) throw cause;
    await finished.catch((error: unknown) => {
      if (error instanceof DataError || error instanceof InfrastructureError) throw error;
    });
    throw archiveError(path, `is truncated or damaged (${(cause as Error).message})`, cause);
  }
  if (budget.entries === 0) throw archiveError(path, 'is empty or is not a tar file');
  return files;
}

async function collect(entry: AsyncIterable<Uint8Array>, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let offset = 0;
  for await (const chunk of entry) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/** The path of an entry, refused where it is absolute, climbs out, or is no sensible name. */
function checkedPath(archive: string, name: string): string {
  const path = name.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
  const parts = path.split('/');
  if (
    path.length > limits.pathLength ||
    path.startsWith('/') ||
    parts.includes('..') ||
    /[\0\\]/.test(path)
  ) {
    throw archiveError(
      archive,
      `holds an entry with an unsafe path, ${JSON.stringify(name.slice(0, 200))}`,
    );
  }
  return path;
}

function packingOf(path: string): Packing {
  const start = Buffer.alloc(6);
  const descriptor = openSync(path, 'r');
  try {
    readSync(descriptor, start, 0, 6, 0);
  } finally {
    closeSync(descriptor);
  }
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
  if (start.equals(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]))) return 'xz';
  return 'tar';
}

/** The tar bytes within a file, and a promise that fails where the unpacking does. */
function unpack(path: string, packing: Packing): { stream: Readable; finished: Promise<void> } {
  if (packing === 'xz') return unpackXz(path);
  const file = createReadStream(path);
  const stream = packing === 'gzip' ? file.pipe(createGunzip()) : file;
  const finished = new Promise<void>((resolve, reject) => {
    stream.once('end', resolve);
    stream.once('close', resolve);
    for (const part of new Set<Readable>([file, stream])) {
      part.once('error', (cause: Error) => {
        if (cause instanceof DataError) reject(cause);
        else reject(archiveError(path, `is truncated or damaged (${cause.message})`, cause));
        stream.destroy(cause);
      });
    }
  });
  return { stream, finished };
}

function unpackXz(path: string): { stream: Readable; finished: Promise<void> } {
  const child = execa(
    'xz',
    ['--decompress', '--stdout', '--memlimit-decompress=1GiB', '--', path],
    {
      stdout: 'pipe',
      stderr: 'pipe',
      buffer: { stdout: false, stderr: true },
      reject: false,
    },
  );
  const stream = child.stdout as Readable;
  const finished = (async () => {
    const result = await child;
    if (result.code === 'ENOENT') {
      throw new InfrastructureError('XZ_MISSING', `Unpacking ${path} needs the program xz.`, {
        hint: 'Install it (Debian: apt-get install xz-utils), or unpack the file with another program.',
      });
    }
    if (result.failed && !stream.destroyed) {
      throw archiveError(path, `is truncated or damaged (${firstLine(result.stderr)})`);
    }
  })();
  return { stream, finished };
}

function firstLine(text: unknown): string {
  return String(text).split('\n')[0]?.trim() || 'xz failed';
}

function archiveError(path: string, what: string, cause?: unknown): DataError {
  return new DataError('DATA_ARCHIVE', `The archive ${path} ${what}.`, {
    hint: `Get ${basename(path)} again from where it came from.`,
    cause,
  });
}
