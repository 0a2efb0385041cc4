import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePicture, type PictureOptions, pictureError } from '../decode.ts';
import { limits } from '../limits.ts';
import type { AcceptedPictures } from '../pictures/accepted.ts';
import type { Remark } from '../pictures/remarks.ts';
import type { Raster } from './resize.ts';
import { readZipEntry, type ZipPlace } from './zip.ts';

/** Encoded files; some damaged ones may be accepted. */
interface EncodedSource {
  readonly accepted?: AcceptedPictures;
}

/**
 * Where the pictures of a split are. Plain data that a thread can be sent; what is in memory is
 * shared.
 */
export type PictureSource =
  | {
      /** Pixels of one size, picture after picture. */
      readonly kind: 'raw';
      readonly pixels: Uint8Array;
      readonly height: number;
      readonly width: number;
      readonly channels: number;
    }
  | (EncodedSource & {
      /** Encoded files one after another: picture i at `starts[i]` to `starts[i + 1]`. */
      readonly kind: 'packed';
      readonly bytes: Uint8Array;
      readonly starts: Float64Array;
      readonly names: readonly string[];
    })
  | (EncodedSource & {
      readonly kind: 'files';
      readonly folder: string;
      readonly names: readonly string[];
    })
  | (EncodedSource & { readonly kind: 'zip'; readonly places: readonly ZipPlace[] });

/** How errors call a picture. */
export function pictureName(source: PictureSource, index: number): string {
  if (source.kind === 'raw') return `number ${index}`;
  if (source.kind === 'zip') {
    const { archive, name } = source.places[index] as ZipPlace;
    return `${archive}/${name}`;
  }
  const name = source.names[index] as string;
  return source.kind === 'files' ? join(source.folder, name) : name;
}

/** The encoded bytes of a picture (for raw ones the pixels): what a data hash is made of. */
export async function pictureBytes(source: PictureSource, index: number): Promise<Uint8Array> {
  switch (source.kind) {
    case 'raw': {
      const size = source.height * source.width * source.channels;
      return source.pixels.subarray(index * size, (index + 1) * size);
    }
    case 'packed':
      return source.bytes.slice(source.starts[index], source.starts[index + 1]);
    case 'files': {
      const path = join(source.folder, source.names[index] as string);
      checkSize(path, (await stat(path)).size);
      return readFile(path);
    }
    case 'zip': {
      const place = source.places[index] as ZipPlace;
      checkSize(pictureName(source, index), place.size);
      return readZipEntry(place);
    }
  }
}

/** Before memory is taken: a zip archive may state any size, and its bytes may unpack to it. */
function checkSize(name: string, size: number): void {
  const most = limits.densePictureFile;
  if (size > most) throw pictureError(name, `has ${size} bytes, more than ${most}`);
}

/** Pixels with what their file says of them. */
export interface ReadRaster extends Raster {
  readonly orientation: number;
  readonly remarks: readonly Remark[];
}

/**
 * Decodes a picture to RGB bytes, or to one channel.
 *
 * @throws DataError `DATA_PICTURE` naming the file that is damaged or of a kind that is not read
 */
export async function readRaster(
  source: PictureSource,
  index: number,
  {
    channels,
    orientation,
    onlyThread,
  }: Required<Pick<PictureOptions, 'channels' | 'orientation' | 'onlyThread'>>,
): Promise<ReadRaster> {
  const bytes = await pictureBytes(source, index);
  if (source.kind === 'raw') {
    const { height, width } = source;
    return { pixels: bytes, height, width, channels: source.channels, orientation: 1, remarks: [] };
  }
  const { accepted } = source;
  const decoded = await decodePicture(bytes, pictureName(source, index), {
    maximumPixels: limits.densePicturePixels,
    channels,
    orientation,
    onlyThread,
    ...(accepted === undefined ? {} : { accepted }),
  });
  return { ...decoded, channels };
}
