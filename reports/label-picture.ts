import { crc32, deflateSync } from 'node:zlib';
import { type LabelRuns, noClass } from '../contract/evaluation-artefact.ts';

/**
 * The colour of a label: hues a golden angle apart, in three degrees of lightness, so that
 * neighbours in the list differ without colour too.
 */
export function labelColour(label: number): readonly [red: number, green: number, blue: number] {
  const hue = (label * 137.508) % 360;
  const lightness = [0.5, 0.32, 0.7][label % 3] as number;
  const chroma = (1 - Math.abs(2 * lightness - 1)) * 0.7;
  const channel = (offset: number) => {
    const place = (offset + hue / 30) % 12;
    const value = lightness - (chroma / 2) * Math.max(-1, Math.min(place - 3, 9 - place, 1));
    return Math.round(255 * value);
  };
  return [channel(0), channel(8), channel(4)];
}

/** `#7f3a20` */
export function labelHex(label: number): string {
  return `#${labelColour(label)
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`;
}

/**
 * A map of labels as a PNG with a palette (PNG specification, colour type 3); what is no class is
 * transparent.
 */
export function labelPicture(runs: LabelRuns, width: number, height: number): Uint8Array {
  const labels = Buffer.alloc(width * height);
  for (let index = 0, place = 0; index < runs.length; index += 2) {
    const next = place + (runs[index + 1] as number);
    labels.fill(runs[index] as number, place, next);
    place = next;
  }
  // Every row begins with its filter: none.
  const rows = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row += 1)
    labels.copy(rows, row * (width + 1) + 1, row * width, (row + 1) * width);
  const palette = Buffer.from(Array.from({ length: 256 }, (_, label) => labelColour(label)).flat());
  const opacity = Buffer.alloc(256, 255);
  opacity[noClass] = 0;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits an entry, colour type 3; compression, filter and interlace as ever.
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('tRNS', opacity),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
