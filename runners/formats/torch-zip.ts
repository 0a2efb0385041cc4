import { crc32 } from 'node:zlib';
import { DataError } from '../../common/errors.ts';
import { shortened } from '../../common/shortened.ts';

/** Looks at entries of a zip file by name. */
export interface ZipFile {
  readonly names: readonly string[];
  /** The bytes of an entry, checked against its CRC-32; undefined where there is none. */
  read(name: string): Uint8Array | undefined;
}

interface Entry {
  readonly offset: number;
  readonly size: number;
  readonly crc: number;
}

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const locator64Signature = 0x07064b50;
const centralSignature = 0x02014b50;
const localSignature = 0x04034b50;
const maximumEntries = 100_000;

/**
 * Reads a zip file in memory as PyTorch writes it: entries stored without compression, with or
 * without ZIP64 (APPNOTE.TXT 6.3, sections 4.3 and 4.5). Names are only looked up, never used as
 * paths.
 *
 * @throws DataError `CHECKPOINT_ZIP` for a file that is truncated or damaged, or has compressed or
 *   encrypted entries
 */
export function openZip(bytes: Uint8Array, source: string): ZipFile {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fail = (problem: string): never => {
    throw new DataError('CHECKPOINT_ZIP', `${source} is not a usable zip file: ${problem}.`, {
      hint: 'Get it again from where it came from.',
    });
  };
  const within = (offset: number, size: number): number =>
    Number.isSafeInteger(offset) && offset >= 0 && offset + size <= buffer.byteLength
      ? offset
      : fail('it is truncated, or an offset points outside of it');
  const wide = (offset: number) => Number(buffer.readBigUInt64LE(within(offset, 8)));

  let claimed = 0;
  const checked = new Set<string>();
  const { start, count } = directory();
  if (count > maximumEntries) fail(`it has ${count} entries`);
  const entries = new Map<string, Entry>();
  let position = start;
  for (let index = 0; index < count; index += 1) {
    within(position, 46);
    if (buffer.readUInt32LE(position) !== centralSignature) fail('its directory is damaged');
    const flags = buffer.readUInt16LE(position + 8);
    const method = buffer.readUInt16LE(position + 10);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((at) =>
      buffer.readUInt16LE(position + at),
    ) as [number, number, number];
    within(position + 46, nameLength + extraLength);
    const name = buffer.toString('utf8', position + 46, position + 46 + nameLength);
    if (flags & 1) fail(`the entry ${shortened(name)} is encrypted`);
    const stored = buffer.readUInt32LE(position + 20);
    const size = buffer.readUInt32LE(position + 24);
    const offset = buffer.readUInt32LE(position + 42);
    const [realSize, realStored, realOffset] = widened(
      [size, stored, offset],
      position + 46 + nameLength,
      extraLength,
    );
    if (method !== 0 || realSize !== realStored) {
      fail(`the entry ${shortened(name)} is compressed, which PyTorch never does`);
    }
    if (entries.has(name)) fail(`it holds ${shortened(name)} twice`);
    // Entries that share their bytes would let a small file be read again and again.
    claimed += realSize;
    if (claimed > buffer.byteLength) fail('its entries overlap');
    entries.set(name, {
      offset: realOffset,
      size: realSize,
      crc: buffer.readUInt32LE(position + 16),
    });
    position += 46 + nameLength + extraLength + commentLength;
  }

  return {
    names: [...entries.keys()],
    read(name) {
      const entry = entries.get(name);
      if (entry === undefined) return undefined;
      const local = within(entry.offset, 30);
      if (buffer.readUInt32LE(local) !== localSignature)
        fail(`the entry ${shortened(name)} is damaged`);
      const from = local + 30 + buffer.readUInt16LE(local + 26) + buffer.readUInt16LE(local + 28);
      within(from, entry.size);
      const content = buffer.subarray(from, from + entry.size);
      // Once: many tensors may look at one storage.
      if (!checked.has(name) && crc32(content) !== entry.crc) {
        fail(`the entry ${shortened(name)} does not match its checksum`);
      }
      checked.add(name);
      return content;
    },
  };

  function directory(): { start: number; count: number } {
    // The end record is followed by a comment of at most 65535 bytes.
    const lowest = Math.max(0, buffer.byteLength - 22 - 0xffff);
    for (let at = buffer.byteLength - 22; at >= lowest; at -= 1) {
      if (buffer.readUInt32LE(at) !== endSignature) continue;
      if (at >= 20 && buffer.readUInt32LE(at - 20) === locator64Signature) {
        const record = within(wide(at - 12), 56);
        if (buffer.readUInt32LE(record) !== end64Signature) fail('its directory is damaged');
        return { start: wide(record + 48), count: wide(record + 32) };
      }
      return { start: buffer.readUInt32LE(at + 16), count: buffer.readUInt16LE(at + 10) };
    }
    return fail('it has no directory; it is probably truncated');
  }

  /** Values that do not fit into 32 bits stand in the ZIP64 extra field, in this order. */
  function widened(
    values: readonly [number, number, number],
    extra: number,
    length: number,
  ): [number, number, number] {
    const needed = values.filter((value) => value === 0xffffffff).length;
    if (needed === 0) return [...values];
    for (let at = extra; at + 4 <= extra + length; at += 4 + buffer.readUInt16LE(at + 2)) {
      if (buffer.readUInt16LE(at) !== 1) continue;
      if (buffer.readUInt16LE(at + 2) < 8 * needed) break;
      let next = at + 4;
      return values.map((value) => {
        if (value !== 0xffffffff) return value;
        next += 8;
        return wide(next - 8);
      }) as [number, number, number];
    }
    return fail('an entry lacks its 64-bit sizes');
  }
}
