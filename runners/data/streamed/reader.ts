import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Picture } from '../augment/picture.ts';
import { decodePicture, pictureError } from '../decode.ts';
import { limits } from '../limits.ts';
import { acceptedPictures } from '../pictures/accepted.ts';
import { decodeBaseline } from '../pictures/baseline.ts';
import { readJpegHeader } from '../pictures/jpeg-header.ts';
import { decodePart } from '../pictures/libvips.ts';
import type { PictureReader, PictureSource } from '../views/batch.ts';
import type { Size } from '../views/regions.ts';
import type { Region } from '../views/resample.ts';
import { readBytes } from './read-bytes.ts';
import type { FileTable, StreamedPictures } from './types.ts';

/**
 * Reads pictures from files. Of a sound JPEG only the wanted part is decoded: libjpeg stops below
 * its last row. Its pixels are those of the whole picture's part.
 */
export function streamReader({ files, places, labels, count }: StreamedPictures): PictureReader {
  // Threads of ours decode at the same time; libvips's own would only stand in their way.
  sharp.concurrency(1);
  sharp.cache(false);
  const accepted = acceptedPictures(files.root);
  const archives = new ArchiveFiles(files);
  return {
    count,
    labels,
    async read(index): Promise<PictureSource> {
      const place = places[index] as number;
      const name = nameOf(files, place);
      const bytes = archives.read(place, name);
      const size = { height: files.height[place] as number, width: files.width[place] as number };
      const options = {
        ...{ maximumPixels: limits.streamedPicturePixels, accepted, onlyThread: false },
        ...{ cmyk: 'convert' as const },
      };
      return {
        ...size,
        async part(region) {
          if (files.plain[place] === 1) {
            const picture =
              baselinePart(bytes, size, region) ??
              (await decodePart(bytes, region, limits.streamedPicturePixels));
            if (picture !== null) return { picture, region: atOrigin(region) };
          }
          const picture = await decodePicture(bytes, name, options);
          if (picture.height !== size.height || picture.width !== size.width) {
            throw changedError(name);
          }
          return { picture, region };
        },
      };
    },
  };
}

/**
 * A part of a picture without libvips. Null where that is not possible, and for a file that no
 * longer has the size that the set states.
 */
function baselinePart(bytes: Uint8Array, size: Size, region: Region): Picture | null {
  const header = readJpegHeader(bytes);
  if (header === null || header.height !== size.height || header.width !== size.width) return null;
  return decodeBaseline(bytes, header, region);
}

const atOrigin = ({ height, width }: Region): Region => ({ x: 0, y: 0, height, width });

/** How errors call a picture: its path, of one in an archive with the archive's before it. */
function nameOf(files: FileTable, place: number): string {
  const archive = files.archives[files.archive[place] as number];
  const within = pathOf(files, place);
  return `${files.root}/${archive === undefined ? within : `${archive}:${within}`}`;
}

function pathOf({ names, nameEnds }: FileTable, place: number): string {
  const start = place === 0 ? 0 : (nameEnds[place - 1] as number);
  return Buffer.from(names.subarray(start, nameEnds[place])).toString('utf8');
}

function changedError(name: string) {
  return pictureError(name, 'is not the one that the set had when it was read first', {
    hint: 'Run "redistill data verify" for the set, and plan again: another picture makes it another set.',
  });
}

/** Open archives, and files that are opened for one picture each. */
class ArchiveFiles {
  private readonly files: FileTable;
  private readonly descriptors = new Map<number, number>();

  constructor(files: FileTable) {
    this.files = files;
  }

  read(place: number, name: string): Uint8Array {
    const { archive, offset, size } = this.files;
    const length = size[place] as number;
    const number = archive[place] as number;
    try {
      if (number >= 0) {
        const descriptor = this.descriptorOf(number);
        const read = (...where: [Uint8Array, number, number, number]) =>
          readSync(descriptor, ...where);
        return readBytes(offset[place] as number, length, read);
      }
      return readWhole(join(this.files.root, pathOf(this.files, place)), length);
    } catch (cause) {
      if (cause instanceof RangeError) throw changedError(name);
      throw pictureError(name, `cannot be read (${(cause as Error).message})`, { cause });
    }
  }

  private descriptorOf(archive: number): number {
    const known = this.descriptors.get(archive);
    if (known !== undefined) return known;
    const path = join(this.files.root, this.files.archives[archive] as string);
    const descriptor = openSync(path, 'r');
    this.descriptors.set(archive, descriptor);
    return descriptor;
  }
}

/** @throws RangeError where the file has another size */
function readWhole(path: string, size: number): Uint8Array {
  const descriptor = openSync(path, 'r');
  try {
    // A byte more than there should be shows a file that has grown.
    const bytes = new Uint8Array(size + 1);
    const found = readSync(descriptor, bytes, 0, size + 1, 0);
    if (found !== size) throw new RangeError(`has ${found} bytes instead of ${size}`);
    return bytes.subarray(0, size);
  } finally {
    closeSync(descriptor);
  }
}
