import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { DataError } from '../../common/errors.ts';
import type { Picture } from './augment/picture.ts';
import { limits } from './limits.ts';
import type { AcceptedPictures } from './pictures/accepted.ts';
import { decodeBaseline } from './pictures/baseline.ts';
import { fromCmyk } from './pictures/cmyk.ts';
import { formatOf } from './pictures/format.ts';
import { mendJpeg } from './pictures/jpeg.ts';
import { readJpegHeader } from './pictures/jpeg-header.ts';
import { type Decoded, type DecodingOptions, decodeBytes, readHeader } from './pictures/libvips.ts';
import { turned } from './pictures/orientation.ts';
import { pngRemarks } from './pictures/png.ts';
import type { Remark } from './pictures/remarks.ts';
import { wholeOf } from './views/resample.ts';

/**
 * Version of what is done with a picture's metadata and with pictures that are not as they should
 * be. 2: colour profiles are ignored, orientation is not, opaque alpha is dropped.
 */
export const pictureVersion = 2;

/** What decodes pictures; part of the key of cached pixels. */
export const decoderVersion = `libvips ${sharp.versions.vips}, pictures ${pictureVersion}`;

/** A decoded picture: RGB bytes in rows, or one byte a pixel where one channel was asked for. */
export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  /** The EXIF orientation that the file states, 1 where it states none. */
  readonly orientation: number;
  readonly remarks: readonly Remark[];
  /** Whether it is a JPEG of grey or RGB without a remark about its pixels. */
  readonly plain: boolean;
}

export interface PictureOptions {
  readonly maximumPixels?: number;
  readonly channels?: 1 | 3;
  /**
   * What an EXIF orientation other than 1 does: `keep` leaves the picture as it is stored and
   * remarks on it (as torchvision's loaders leave it), `turn` turns it (as OpenCV and mmdetection
   * do), `refuse` is an error.
   */
  readonly orientation?: 'keep' | 'turn' | 'refuse';
  readonly accepted?: AcceptedPictures;
  /**
   * `convert` makes RGB of CMYK as Pillow does. Default: CMYK is refused, since other readers
   * convert it in other ways.
   */
  readonly cmyk?: 'convert' | 'refuse';
  /**
   * False where other threads of the process decode too: what is wrong with the last rows alone, or
   * with metadata, is then not seen.
   */
  readonly onlyThread?: boolean;
}

/**
 * Decodes a JPEG or PNG to RGB bytes, equal to Pillow's `convert('RGB')` and OpenCV's. Colour
 * profiles, gamma and the like change nothing; alpha is dropped where it is opaque. Pictures whose
 * file is not as it should be are read where their pixels are certainly whole, with a remark.
 *
 * @param name - how errors call the picture
 * @throws DataError `DATA_PICTURE` for anything that is not a whole, 8-bit grey or RGB picture
 *   within the limits.
 */
export async function decodePicture(
  bytes: Uint8Array,
  name: string,
  options: PictureOptions = {},
): Promise<DecodedPicture> {
  const { maximumPixels = limits.picturePixels, channels = 3, orientation = 'keep' } = options;
  const { accepted, cmyk = 'refuse', onlyThread: heedEvents = true } = options;
  const bare: DecodeOptions = { maximumPixels, channels, heedEvents, accepted };
  const format = formatOf(bytes);
  if (format !== 'JPEG' && format !== 'PNG') throw formatError(name, format);
  const regular = format === 'JPEG' ? regularPicture(bytes, bare) : null;
  if (regular !== null) return { ...regular, orientation: 1, remarks: [], plain: true };
  try {
    const header = await readHeader(bytes, maximumPixels);
    const converts = cmyk === 'convert' && header.space === 'cmyk' && header.depth === 'uchar';
    if (!converts) checkHeader(name, header, channels);
    const how = converts ? { ...bare, cmyk: true } : bare;
    const stated = header.orientation;
    if (stated !== 1 && orientation === 'refuse') throw orientationError(name, stated);
    const { decoded, remarks } =
      format === 'JPEG'
        ? await decodeJpeg(bytes, name, header, how)
        : await decodePng(bytes, name, how);
    const picture = converts ? fromCmyk(decoded) : opaque(decoded, name, channels);
    const plain = format === 'JPEG' && !converts && remarks.length === 0;
    const facts = { orientation: stated, plain };
    if (stated === 1) return { ...picture, ...facts, remarks };
    return orientation === 'turn'
      ? { ...turned(picture, stated, channels), ...facts, remarks: [...remarks, 'turned'] }
      : { ...picture, ...facts, remarks: [...remarks, 'notTurned'] };
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw pictureError(name, `is truncated or damaged (${firstLine(cause)})`, { cause });
  }
}

/**
 * A baseline JPEG that is as it should be in everything, decoded in this thread; null for all
 * others, and where metadata would have to be looked at.
 */
function regularPicture(bytes: Uint8Array, options: DecodeOptions): Picture | null {
  const header = readJpegHeader(bytes);
  if (header === null || header.exif || options.channels !== 3) return null;
  if (header.metadata && options.heedEvents) return null;
  const { width, height } = header;
  if (width * height > options.maximumPixels) return null;
  return decodeBaseline(bytes, header, wholeOf(header));
}

/**
 * What is remarkable about a picture's file as far as it shows without decoding: orientation,
 * missing ends, stray bytes. Empty for what is no picture, which decoding refuses.
 */
export async function inspectPicture(
  bytes: Uint8Array,
  maximumPixels: number,
  orientation: 'keep' | 'turn',
): Promise<readonly Remark[]> {
  const format = formatOf(bytes);
  if (format !== 'JPEG' && format !== 'PNG') return [];
  const remarks = format === 'PNG' ? pngRemarks(bytes) : (mendJpeg(bytes)?.remarks ?? []);
  try {
    const stated = (await readHeader(bytes, maximumPixels)).orientation;
    return stated === 1 ? remarks : [...remarks, orientation === 'turn' ? 'turned' : 'notTurned'];
  } catch {
    return remarks;
  }
}

interface DecodeOptions extends Omit<DecodingOptions, 'failOn'> {
  readonly accepted: AcceptedPictures | undefined;
}

interface WithRemarks {
  readonly decoded: Decoded;
  readonly remarks: readonly Remark[];
}

/**
 * libjpeg goes on after nearly everything and only warns: of stray bytes, which harm nothing, as of
 * coded pixels that are missing or wrong. So a file that it warns of is mended where pixels do not
 * depend on it, and must then decode without a word, to the pixels that every reader of the file
 * itself gets.
 */
async function decodeJpeg(
  bytes: Uint8Array,
  name: string,
  { isProgressive }: Header,
  options: DecodeOptions,
): Promise<WithRemarks> {
  const strict = { ...options, failOn: 'warning' } as const;
  let reason = 'its last rows are missing or damaged';
  try {
    const decoded = await decodeBytes(bytes, strict);
    if (!decoded.warned) {
      const whole = !isProgressive || mendJpeg(bytes)?.complete !== false;
      if (whole) return { decoded, remarks: [] };
      reason = 'some of its scans are missing';
    }
  } catch (error) {
    reason = firstLine(error);
  }
  const mended = mendJpeg(bytes);
  if (mended?.complete === true) {
    const decoded = await decodeBytes(mended.bytes, strict).catch(() => null);
    const lenient = await decodeBytes(bytes, { ...options, failOn: 'none' }).catch(() => null);
    if (decoded?.warned === false && lenient !== null && isSame(decoded, lenient)) {
      return { decoded, remarks: mended.remarks.length > 0 ? mended.remarks : ['metadata'] };
    }
  }
  return acceptedOrRefused(bytes, name, options, reason);
}

/** libpng refuses what touches pixels and is silent about the rest. */
async function decodePng(
  bytes: Uint8Array,
  name: string,
  options: DecodeOptions,
): Promise<WithRemarks> {
  try {
    const decoded = await decodeBytes(bytes, { ...options, failOn: 'warning' });
    return { decoded, remarks: pngRemarks(bytes) };
  } catch (error) {
    return acceptedOrRefused(bytes, name, options, firstLine(error));
  }
}

/** A damaged picture that lacks no byte is read where the list beside the set names it. */
async function acceptedOrRefused(
  bytes: Uint8Array,
  name: string,
  { accepted, ...options }: DecodeOptions,
  reason: string,
): Promise<WithRemarks> {
  const decoded = await decodeBytes(bytes, { ...options, failOn: 'truncated' }).catch(() => null);
  if (decoded === null || accepted === undefined) {
    throw pictureError(name, `is truncated or damaged (${reason})`);
  }
  const sum = createHash('sha256').update(bytes).digest('hex');
  if (accepted.sums.has(sum)) return { decoded, remarks: ['accepted'] };
  throw pictureError(name, `is truncated or damaged (${reason})`, {
    hint:
      'Replace the file or get the data set again. To use it as decoders recover it, add the line ' +
      `"${sum}  ${name.slice(name.lastIndexOf('/') + 1)}" to ${accepted.file}.`,
  });
}

function isSame(a: Decoded, b: Decoded): boolean {
  return (
    a.width === b.width && a.channels === b.channels && Buffer.compare(a.pixels, b.pixels) === 0
  );
}

type Header = Awaited<ReturnType<typeof readHeader>>;

function checkHeader(name: string, header: Header, channels: 1 | 3): void {
  const { space, depth, bitsPerSample } = header;
  if (depth !== 'uchar') {
    throw pictureError(name, `has the pixel format ${space} ${depth}; only 8 bits are read`, {
      hint: 'Save it with 8 bits per channel: there are several ways to round, and they differ.',
    });
  }
  if (space !== 'srgb' && space !== 'b-w') {
    throw pictureError(name, `has the colours ${space}; only grey and RGB are read`, {
      hint: 'Convert it to RGB and save it as PNG: tools differ in how they convert, so it is yours to choose.',
    });
  }
  if (channels === 3) return;
  // The values of a label map are no colours: they must come out as they are, without any
  // conversion.
  if (space !== 'b-w') {
    throw pictureError(name, 'is no grey label map', {
      hint: 'Save the class indices as a grey PNG of 8 bits, not as colours or a palette.',
    });
  }
  if (bitsPerSample !== undefined && bitsPerSample < 8) {
    throw pictureError(name, `is a label map of ${bitsPerSample} bits per pixel`, {
      hint: 'Save the class indices as a grey PNG of 8 bits: decoders scale smaller values.',
    });
  }
}

/** The picture without its alpha channel, which must be opaque everywhere. */
function opaque(
  { width, height, channels: found, pixels }: Decoded,
  name: string,
  channels: 1 | 3,
) {
  if (found === channels) return { width, height, pixels };
  if (found !== channels + 1) throw pictureError(name, `decodes to ${found} channels`);
  const bare = new Uint8Array(width * height * channels);
  for (let from = 0, to = 0; from < pixels.length; from += 1) {
    if (from % found < channels) bare[to++] = pixels[from] as number;
    else if (pixels[from] !== 255) {
      throw pictureError(name, 'has transparent pixels; only opaque pictures are read', {
        hint: 'Lay it over a background of your choice and save it without alpha (ImageMagick: -background white -flatten).',
      });
    }
  }
  return { width, height, pixels: bare };
}

function orientationError(name: string, orientation: number): DataError {
  return pictureError(name, `has the EXIF orientation ${orientation}`, {
    hint:
      'Picture and label map must lie the same way, and tools turn the one and not the other. Turn both, or remove ' +
      'the orientation (exiftool -Orientation= FILE).',
  });
}

function formatError(name: string, format: string | null): DataError {
  if (format === null) return pictureError(name, 'is not a JPEG or PNG file');
  return pictureError(name, `is not a JPEG or PNG file but ${format}`, {
    hint: 'Convert it to PNG, which keeps every pixel.',
  });
}

export function pictureError(
  name: string,
  what: string,
  { hint, cause }: { readonly hint?: string; readonly cause?: unknown } = {},
): DataError {
  return new DataError('DATA_PICTURE', `The picture ${name} ${what}.`, {
    hint: hint ?? 'Replace the file or get the data set again; no picture is skipped silently.',
    cause,
  });
}

const firstLine = (error: unknown) => (error as Error).message.split('\n')[0] as string;
