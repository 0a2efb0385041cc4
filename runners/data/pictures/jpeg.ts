import { limits } from '../limits.ts';
import { isDensityUnit, isRestart, marker, word } from './markers.ts';
import type { Remark } from './remarks.ts';

/** A JPEG without what its pixels do not depend on. */
export interface MendedJpeg {
  readonly bytes: Uint8Array;
  /** What was mended; empty where only metadata was left out. */
  readonly remarks: readonly Remark[];
  /**
   * Whether its scans have all coefficients: no decoder warns where a progressive file ends between
   * two scans.
   */
  readonly complete: boolean;
}

/**
 * Copies the segments that pixels depend on, and follows libjpeg's reader of markers where a file
 * is not as it should be: bytes between segments are passed over, a missing end is added, metadata
 * is left out. The coded pixels are copied byte for byte. A strict decoding of the copy then tells
 * whether they are whole: what it still warns of is in them.
 *
 * @returns null where the segments lead nowhere: a header that is cut, a second start, or too many
 *   of them
 */
export function mendJpeg(file: Uint8Array): MendedJpeg | null {
  const parts: Uint8Array[] = [file.subarray(0, 2)];
  const remarks = new Set<Remark>();
  const scans = new ScanRecord();
  let at = 2;
  while (parts.length < limits.pictureSegments) {
    const found = nextMarker(file, at);
    if (found === null || found.code === marker.eoi) {
      if (found === null) remarks.add('noEnd');
      else if (found.skipped > 0) remarks.add('strayBytes');
      parts.push(Uint8Array.of(0xff, marker.eoi));
      const bytes = Buffer.concat(parts);
      return { bytes, remarks: [...remarks], complete: scans.complete() };
    }
    const { code, start, skipped } = found;
    if (skipped > 0) remarks.add('strayBytes');
    if (code === marker.soi) return null;
    if (code === 0x01 || isRestart(code)) {
      at = start + 2;
      continue;
    }
    const length = start + 4 <= file.length ? word(file, start + 2) : 0;
    const end = start + 2 + length;
    if (length < 2 || end > file.length) return null;
    // A slice of a Buffer would be the file's own bytes.
    const own = Uint8Array.from(file.subarray(start, end));
    const segment = mendedSegment(own, code, scans, remarks);
    if (segment !== null) parts.push(segment);
    at = end;
    if (code === marker.sos) {
      at = endOfScan(file, end);
      parts.push(file.subarray(end, at));
    }
  }
  return null;
}

/** The next marker at or after a place, with the bytes before it that belong to nothing. */
function nextMarker(file: Uint8Array, from: number) {
  for (let at = file.indexOf(0xff, from); at >= 0; at = file.indexOf(0xff, at + 1)) {
    let last = at;
    while (file[last + 1] === 0xff) last += 1;
    const code = file[last + 1];
    if (code === undefined) return null;
    if (code !== 0) return { code, start: last, skipped: at - from };
    at = last;
  }
  return null;
}

/** Where coded pixels end: at the first marker that is neither a stuffed zero nor a restart. */
function endOfScan(file: Uint8Array, from: number): number {
  for (let at = file.indexOf(0xff, from); at >= 0; at = file.indexOf(0xff, at + 1)) {
    const code = file[at + 1];
    if (code === undefined) break;
    if (code !== 0 && code !== 0xff && !isRestart(code)) return at;
  }
  return file.length;
}

/**
 * The segment as it is copied, or null for metadata. JFIF and Adobe segments say what the colours
 * are.
 */
function mendedSegment(
  segment: Uint8Array,
  code: number,
  scans: ScanRecord,
  remarks: Set<Remark>,
): Uint8Array | null {
  const isComment = code === marker.comment;
  if (isComment || (code >= marker.app0 && code <= marker.app15)) {
    const says = Buffer.from(segment.subarray(4, 9)).toString('latin1');
    if (code === marker.app14 && says === 'Adobe') return segment;
    if (code !== marker.app0 || says !== 'JFIF\0') return null;
    // libjpeg warns of a version other than 1 and reads the segment as it would that one.
    if (segment.length > 9 && segment[9] !== 1) {
      segment[9] = 1;
      remarks.add('metadata');
    }
    // libvips warns of a unit of density that there is not.
    if (segment.length > 11 && !isDensityUnit(segment[11] as number)) {
      segment[11] = 0;
      remarks.add('metadata');
    }
    return segment;
  }
  if (code === marker.baseline || code === marker.extended || code === marker.progressive) {
    scans.frame(segment, code === marker.progressive);
  }
  if (code === marker.sos) {
    const parameters = segment.length - 3;
    if (!scans.progressive && parameters > 4 && !isWholeRange(segment, parameters)) {
      segment.set([0, 63, 0], parameters);
      remarks.add('scanHeader');
    }
    scans.scan(segment);
  }
  return segment;
}

const isWholeRange = (segment: Uint8Array, at: number) =>
  segment[at] === 0 && segment[at + 1] === 63 && segment[at + 2] === 0;

/** The coefficients of each component that the scans so far have brought to full precision. */
class ScanRecord {
  progressive = false;
  /** Coefficients that are not whole yet, by component. */
  readonly #missing = new Map<number, Set<number>>();

  frame(segment: Uint8Array, progressive: boolean): void {
    this.progressive = progressive;
    for (let at = 10; at + 3 <= segment.length; at += 3) {
      const coefficients = Array.from({ length: 64 }, (_, index) => index);
      this.#missing.set(segment[at] as number, new Set(coefficients));
    }
  }

  scan(segment: Uint8Array): void {
    const [first = 0, last = 63, approximation = 0] = segment.subarray(segment.length - 3);
    if ((approximation & 15) !== 0) return;
    const count = segment[4] ?? 0;
    for (let index = 0; index < count; index += 1) {
      const missing = this.#missing.get(segment[5 + 2 * index] as number);
      for (let at = first; at <= last; at += 1) missing?.delete(at);
    }
  }

  complete(): boolean {
    if (this.#missing.size === 0) return false;
    return [...this.#missing.values()].every((missing) => missing.size === 0);
  }
}
