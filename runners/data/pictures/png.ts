import { crc32 } from 'node:zlib';
import type { Remark } from './remarks.ts';

/**
 * What is remarkable about the chunks of a PNG whose pixels libpng reads without complaint: it
 * passes over a missing end, bytes after the end and wrong checksums of metadata in silence.
 */
export function pngRemarks(file: Uint8Array): Remark[] {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const remarks: Remark[] = [];
  let at = 8;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const whole =
      end <= bytes.length && crc32(bytes.subarray(at + 4, end - 4)) === bytes.readUInt32BE(end - 4);
    if (type === 'IEND') {
      if (!whole) remarks.push('noEnd');
      if (end < bytes.length) remarks.push('trailing');
      return remarks;
    }
    // libpng itself refuses the others; a lower-case letter says that pixels do not depend on a
    // chunk.
    if (!whole && /^[a-z]/.test(type)) remarks.push('checksum');
    at = end;
  }
  return [...remarks, 'noEnd'];
}
