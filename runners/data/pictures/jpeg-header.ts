import { isDensityUnit, marker, word } from './markers.ts';

/** A component as a baseline JPEG states it. */
export interface JpegComponent {
  /** Blocks in an MCU. */
  readonly across: number;
  readonly down: number;
  /** 64 steps of quantisation in the order of the zigzag. */
  readonly quantities: Uint8Array;
  /** Huffman tables: 16 numbers of codes by length, then the symbols. */
  readonly direct: Uint8Array;
  readonly others: Uint8Array;
}

/** What is before the coded pixels of a baseline JPEG of grey or YCbCr. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** One of grey, or Y, Cb and Cr. */
  readonly components: readonly JpegComponent[];
  /** MCUs between two restarts, 0 for none. */
  readonly restart: number;
  /** Where the coded pixels begin. */
  readonly start: number;
  /** Whether there may be EXIF data, which may state an orientation. */
  readonly exif: boolean;
  /** Whether there are EXIF data, a profile or the like, which pixels do not depend on. */
  readonly metadata: boolean;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: readonly { id: number; across: number; down: number; table: number }[];
}

/** What the segments so far have said. */
interface Found {
  frame: Frame | null;
  readonly quantities: Map<number, Uint8Array>;
  readonly direct: Map<number, Uint8Array>;
  readonly others: Map<number, Uint8Array>;
  restart: number;
  exif: boolean;
  metadata: boolean;
  jfif: boolean;
  /** What Adobe's segment says of the colours, -1 without one. */
  transform: number;
}

/**
 * Reads the segments of a baseline JPEG (ITU-T T.81) that has one scan and is as it should be in
 * everything: no byte lies between segments, tables are stated before they are used, all decoders
 * see the same colours in it, and these have every pixel, or every second one sideways, downwards
 * or both.
 *
 * @returns null for anything else, which need not be wrong
 */
export function readJpegHeader(file: Uint8Array): JpegHeader | null {
  const found: Found = {
    ...{ frame: null, quantities: new Map(), direct: new Map(), others: new Map() },
    ...{ restart: 0, exif: false, metadata: false, jfif: false, transform: -1 },
  };
  if (file[0] !== 0xff || file[1] !== marker.soi) return null;
  for (let at = 2; at + 4 <= file.length; ) {
    if (file[at] !== 0xff) return null;
    const code = file[at + 1] as number;
    const end = at + 2 + word(file, at + 2);
    if (end < at + 4 || end > file.length) return null;
    const segment = file.subarray(at + 4, end);
    if (code === marker.sos) return headerOf(found, segment, end);
    if (!takeSegment(found, code, segment)) return null;
    at = end;
  }
  return null;
}

/** False for a segment that is not read here. */
function takeSegment(found: Found, code: number, segment: Uint8Array): boolean {
  switch (code) {
    case marker.baseline:
      if (found.frame !== null) return false;
      found.frame = frameOf(segment);
      return found.frame !== null;
    case marker.dht:
      return takeCodes(found, segment);
    case marker.dqt:
      return takeQuantities(found, segment);
    case marker.dri:
      found.restart = segment.length === 2 ? word(segment, 0) : -1;
      return found.restart >= 0;
    case marker.app0:
      return takeJfif(found, segment);
    case marker.app14:
      return takeAdobe(found, segment);
    case marker.comment:
      return true;
    default:
      if (code < marker.app0 || code > marker.app15) return false;
      found.exif ||= code === marker.app1;
      found.metadata = true;
      return true;
  }
}

function takeJfif(found: Found, segment: Uint8Array): boolean {
  const stated = segment.length >= 14 && startsWith(segment, 'JFIF\0');
  if (stated) {
    // libjpeg warns of any other version.
    if (segment[5] !== 1) return false;
    found.jfif = true;
    found.metadata ||= !isDensityUnit(segment[7] as number);
  } else if (!startsWith(segment, 'JFXX\0')) found.metadata = true;
  return true;
}

function takeAdobe(found: Found, segment: Uint8Array): boolean {
  const stated = segment.length >= 12 && startsWith(segment, 'Adobe');
  if (stated) found.transform = segment[11] as number;
  else found.metadata = true;
  return true;
}

function takeQuantities({ quantities }: Found, segment: Uint8Array): boolean {
  let at = 0;
  for (; at + 65 <= segment.length; at += 65) {
    const table = segment[at] as number;
    // The upper half says whether steps have 16 bits.
    if (table > 3) return false;
    quantities.set(table, segment.subarray(at + 1, at + 65));
  }
  return at === segment.length;
}

function takeCodes({ direct, others }: Found, segment: Uint8Array): boolean {
  let at = 0;
  while (at + 17 <= segment.length) {
    const table = segment[at] as number;
    const symbols = segment.subarray(at + 1, at + 17).reduce((sum, count) => sum + count, 0);
    const end = at + 17 + symbols;
    if ((table & 0xef) > 3 || symbols > 256 || end > segment.length) return false;
    (table < 16 ? direct : others).set(table & 15, segment.subarray(at + 1, end));
    at = end;
  }
  return at === segment.length;
}

/** libjpeg refuses longer ones (JPEG_MAX_DIMENSION). */
const longestSide = 65_500;

function frameOf(segment: Uint8Array): Frame | null {
  const count = segment[5] ?? 0;
  if (segment.length !== 6 + 3 * count || segment[0] !== 8) return null;
  const [height, width] = [word(segment, 1), word(segment, 3)];
  if (height === 0 || width === 0 || Math.max(height, width) > longestSide) return null;
  const components = Array.from({ length: count }, (_, index) => {
    const [id = 0, factors = 0, table = 0] = segment.subarray(6 + 3 * index);
    return { id, across: factors >> 4, down: factors & 15, table };
  });
  return { width, height, components };
}

/** @param segment of the scan */
function headerOf(found: Found, segment: Uint8Array, start: number): JpegHeader | null {
  const { frame, restart, exif, metadata } = found;
  const count = frame?.components.length;
  if (frame === null || (count !== 1 && count !== 3)) return null;
  if (segment[0] !== count || segment.length !== 4 + 2 * count) return null;
  // A baseline scan has all 64 coefficients at their full precision.
  const [first, last, precision] = segment.subarray(1 + 2 * count);
  if (first !== 0 || last !== 63 || precision !== 0) return null;
  if (!isPlainSampling(frame) || (count === 3 && !isYcc(found, frame))) return null;
  const components: JpegComponent[] = [];
  for (const [index, { id, across, down, table }] of frame.components.entries()) {
    const selected = segment[2 + 2 * index] as number;
    const quantities = found.quantities.get(table);
    const direct = found.direct.get(selected >> 4);
    const others = found.others.get(selected & 15);
    const known = quantities !== undefined && direct !== undefined && others !== undefined;
    if (!known || segment[1 + 2 * index] !== id) return null;
    // The units of a scan of one component are its blocks, whatever its factors.
    const unit = count === 1 ? { across: 1, down: 1 } : { across, down };
    components.push({ ...unit, quantities, direct, others });
  }
  const { width, height } = frame;
  return { width, height, components, restart, start, exif, metadata };
}

/** Whether colours have every pixel, or every second one sideways, downwards or both. */
function isPlainSampling({ components: [light, ...colours] }: Frame): boolean {
  const { across, down } = light as Frame['components'][number];
  if (across < 1 || across > 2 || down < 1 || down > 2) return false;
  return colours.every((colour) => colour.across === 1 && colour.down === 1);
}

/** As libjpeg decides it: JFIF is YCbCr, else Adobe's segment says it, else the numbers 1, 2, 3. */
function isYcc({ jfif, transform }: Found, { components }: Frame): boolean {
  const [y, cb, cr] = components.map(({ id }) => id);
  if (new Set([y, cb, cr]).size < 3) return false;
  if (jfif) return true;
  return transform >= 0 ? transform === 1 : y === 1 && cb === 2 && cr === 3;
}

function startsWith(segment: Uint8Array, text: string): boolean {
  return Buffer.from(segment.subarray(0, text.length)).toString('latin1') === text;
}
