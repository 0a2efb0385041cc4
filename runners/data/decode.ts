import sharp from 'sharp';
import { DataError } from '../../common/errors.ts';
import { limits } from './limits.ts';

/** Version of the library that decodes pictures; recorded, and part of the key of cached pixels. */
export const decoderVersion = `libvips ${sharp.versions.vips}`;

/** A decoded picture: RGB bytes in rows, or one byte a pixel where one channel was asked for. */
export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/**
 * Decodes a JPEG or PNG to RGB bytes. Nothing else is done: no resizing, no rotation by EXIF, no colour management
 * beyond grey to RGB.
 *
 * @param name - how errors call the picture
 * @throws DataError `DATA_PICTURE` for anything that is not a whole, 8-bit grey or RGB picture within the limits.
 */
export async function decodePicture(
  bytes: Uint8Array,
  name: string,
  {
    maximumPixels = limits.picturePixels,
    channels = 3,
  }: { readonly maximumPixels?: number; readonly channels?: 1 | 3 } = {},
): Promise<DecodedPicture> {
  if (!looksLikePicture(bytes)) throw pictureError(name, 'is not a JPEG or PNG file');
  try {
    const image = sharp(bytes, {
      failOn: 'warning',
      limitInputPixels: maximumPixels,
      sequentialRead: true,
    });
    const { space, depth, hasAlpha } = await image.metadata();
    if (depth !== 'uchar' || (space !== 'srgb' && space !== 'b-w')) {
      throw pictureError(
        name,
        `has the pixel format ${space} ${depth}; only 8-bit grey or RGB is read`,
      );
    }
    if (hasAlpha) throw pictureError(name, 'has an alpha channel; only opaque pictures are read');
    // The values of a label map are no colours: they must come out as they are, without any conversion.
    if (channels === 1 && space !== 'b-w') throw pictureError(name, 'is no grey label map');
    const { data, info } = await image
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== channels)
      throw pictureError(name, `decodes to ${info.channels} channels`);
    return { width: info.width, height: info.height, pixels: data };
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const reason = (cause as Error).message.split('\n')[0];
    throw pictureError(name, `is truncated or damaged (${reason})`, cause);
  }
}

/** JPEG or PNG by the first bytes: libvips would also open SVG, TIFF and more. */
function looksLikePicture(bytes: Uint8Array): boolean {
  const jpeg = bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
  const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a].every(
    (byte, index) => bytes[index] === byte,
  );
  return jpeg || png;
}

export function pictureError(name: string, what: string, cause?: unknown): DataError {
  return new DataError('DATA_PICTURE', `The picture ${name} ${what}.`, {
    hint: 'Replace the file or get the data set again; no picture is skipped silently.',
    cause,
  });
}
