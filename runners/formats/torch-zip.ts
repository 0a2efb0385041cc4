import { crc32 } from 'node:zlib';
import { DataError } from '../../common/errors.ts';
import { shortened } from '../../common/shortened.ts';
import {
  readZipDirectory,
  type ZipBytes,
  type ZipEntry,
  ZipProblem,
  zipContentStart,
} from '../../common/zip-directory.mjs';

/** Looks at entries of a zip file by name. */
export interface ZipFile {
  readonly names: readonly string[];
  /** The bytes of an entry, checked against its CRC-32; undefined where there is none. */
  read(name: string): Uint8Array | undefined;
}

/** A network has some thousand tensors, and a name some hundred bytes. */
const most = { entries: 100_000, directory: 100_000 * 1024 };

/**
 * Reads a zip file in memory as PyTorch writes it: entries stored without compression. Names are
 * only looked up, never used as paths.
 *
 * @throws DataError `CHECKPOINT_ZIP` for a file that is truncated or damaged, or has compressed or
 *   encrypted entries
 */
export function openZip(bytes: Uint8Array, source: string): ZipFile {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const memory: ZipBytes = {
    size: buffer.byteLength,
    read: (start, length) => buffer.subarray(start, start + length),
  };
  const explained = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (cause) {
      if (!(cause instanceof ZipProblem)) throw cause;
      throw new DataError(
        'CHECKPOINT_ZIP',
        `${source} is not a usable zip file: it ${cause.message}.`,
        { hint: 'Get it again from where it came from.', cause },
      );
    }
  };
  const entries = explained(() => storedEntries(memory));
  const checked = new Set<string>();
  return {
    names: [...entries.keys()],
    read(name) {
      const entry = entries.get(name);
      if (entry === undefined) return undefined;
      return explained(() => {
        const content = memory.read(zipContentStart(memory, entry), entry.size);
        // Once: many tensors may look at one storage.
        if (!checked.has(name) && crc32(content) !== entry.crc) {
          throw new ZipProblem(`holds ${shortened(name)} damaged: its checksum is wrong`);
        }
        checked.add(name);
        return content;
      });
    },
  };
}

function storedEntries(bytes: ZipBytes): ReadonlyMap<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  let claimed = 0;
  for (const entry of readZipDirectory(bytes, most)) {
    const { name, method, size, packed } = entry;
    if (method !== 0 || size !== packed) {
      throw new ZipProblem(`holds ${shortened(name)} compressed, which PyTorch never does`);
    }
    if (entries.has(name)) throw new ZipProblem(`holds ${shortened(name)} twice`);
    // Entries that share their bytes would let a small file be read again and again.
    claimed += size;
    if (claimed > bytes.size) throw new ZipProblem('has entries that overlap');
    entries.set(name, entry);
  }
  return entries;
}
