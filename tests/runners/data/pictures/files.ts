import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { decodePicture, type PictureOptions } from '../../../../runners/data/decode.ts';

/** A segment of a JPEG: marker, length, content. */
export function segment(marker: number, content: Buffer | string): Buffer {
  const body = Buffer.from(content);
  return Buffer.concat([
    Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255]),
    body,
  ]);
}

/** A chunk of a PNG, with its checksum. */
export function chunk(type: string, content: Buffer | string = ''): Buffer {
  const body = Buffer.concat([Buffer.from(type), Buffer.from(content)]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length - 4, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** EXIF that says nothing but an orientation. */
export function exif(orientation: number): Buffer {
  const tiff = Buffer.from(
    'MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0',
    'latin1',
  );
  tiff[19] = orientation;
  return tiff;
}

/** The segment that holds it. */
export const exifSegment = (orientation: number) =>
  segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), exif(orientation)]));

/** Puts parts after a JPEG's start, or after a PNG's header. */
export function withParts(file: Buffer, ...parts: readonly Buffer[]): Buffer {
  const at = file[0] === 0xff ? 2 : 33;
  return Buffer.concat([file.subarray(0, at), ...parts, file.subarray(at)]);
}

/** The same noisy slopes always, as a raw picture that sharp encodes. */
export function slopes(width: number, height: number) {
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at += 1) {
    const pixel = Math.floor(at / 3);
    pixels[at] = (pixel % width) * 3 + Math.floor(pixel / width) * 2 + ((at * 7919) % 61);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** Where the coded pixels of a JPEG with one scan begin. */
export function scanStart(jpeg: Buffer): number {
  const at = jpeg.indexOf(Buffer.from([0xff, 0xda]));
  return at + 2 + jpeg.readUInt16BE(at + 2);
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The checksum of a decoded picture's bytes, with what is said of it. */
export async function decoded(bytes: Buffer, options: PictureOptions = {}) {
  const { width, height, pixels, remarks } = await decodePicture(bytes, 'a.jpg', options);
  return { width, height, sha256: sha256(pixels), remarks };
}
