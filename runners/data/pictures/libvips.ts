import sharp from 'sharp';
import type { Picture } from '../augment/picture.ts';
import type { Region } from '../views/resample.ts';

/** Decoded bytes, and whether the decoder had something to say about the file. */
export interface Decoded {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly pixels: Uint8Array;
  readonly warned: boolean;
}

export interface DecodingOptions {
  /** `warning` ends at the first complaint; `truncated` where bytes are missing; `none` never. */
  readonly failOn: 'warning' | 'truncated' | 'none';
  readonly maximumPixels: number;
  readonly channels: 1 | 3;
  /** Whether no other thread of the process decodes. */
  readonly heedEvents: boolean;
  /** Leaves CMYK as it is, four bytes a pixel. */
  readonly cmyk?: boolean;
}

/**
 * Decodes a JPEG or PNG, with a second channel (grey) or a fourth (RGB) where there is alpha.
 * Colour profiles and orientation are left alone.
 *
 * libvips looks at libjpeg's warnings before it reads a strip of rows, so `failOn: 'warning'`
 * misses those of the last strip, which for a small picture is all of it. They come as events
 * instead, from one queue of the whole process: an event may reach another decoding than its own.
 * So with `heedEvents` whichever is under way then is decoded again, alone. Where several threads
 * decode, an event may be another thread's, so there they cannot be heeded.
 *
 * @throws Error with libvips's message for what it refuses
 */
export async function decodeBytes(bytes: Uint8Array, options: DecodingOptions): Promise<Decoded> {
  const first = await besideOthers(() => decodeOnce(bytes, options));
  return first.warned ? alone(() => decodeOnce(bytes, options)) : first;
}

/** What the header says. */
export async function readHeader(bytes: Uint8Array, maximumPixels: number) {
  const image = sharp(bytes, { failOn: 'none', limitInputPixels: maximumPixels });
  image.on('warning', markUnderWay);
  const {
    space,
    depth,
    bitsPerSample,
    orientation,
    isProgressive = false,
    height,
    width,
  } = await besideOthers(() => image.metadata());
  const stated = orientation ?? 1;
  return { space, depth, bitsPerSample, isProgressive, orientation: stated, height, width };
}

interface UnderWay {
  warned: boolean;
}

const underWay = new Set<UnderWay>();

function markUnderWay(): void {
  for (const each of underWay) each.warned = true;
}

async function decodeOnce(
  bytes: Uint8Array,
  { failOn, maximumPixels, channels, heedEvents, cmyk = false }: DecodingOptions,
): Promise<Decoded> {
  const state: UnderWay = { warned: false };
  underWay.add(state);
  try {
    const image = sharp(bytes, {
      failOn,
      limitInputPixels: maximumPixels,
      sequentialRead: true,
      ignoreIcc: true,
    });
    image.on('warning', markUnderWay);
    if (cmyk) image.pipelineColourspace('cmyk');
    const { data, info } = await image
      .toColourspace(cmyk ? 'cmyk' : channels === 1 ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    const warned = heedEvents && state.warned;
    return { width, height, channels: info.channels, pixels: data, warned };
  } finally {
    underWay.delete(state);
  }
}

/**
 * A part of a JPEG of grey or RGB, by itself: rows below it are not decoded. Null where libvips has
 * a complaint; the whole picture then says what it is.
 */
export async function decodePart(
  bytes: Uint8Array,
  { x: left, y: top, width, height }: Region,
  maximumPixels: number,
): Promise<Picture | null> {
  try {
    const { data, info } = await sharp(bytes, {
      ...{ failOn: 'warning', limitInputPixels: maximumPixels },
      ...{ sequentialRead: true, ignoreIcc: true },
    })
      .extract({ left, top, width, height })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return info.channels === 3 ? { pixels: data, height, width } : null;
  } catch {
    return null;
  }
}

let othersWorking = 0;
let last: Promise<unknown> = Promise.resolve();
let aloneWaiting = 0;
let whenIdle: (() => void)[] = [];

/** Runs work unless other work must be alone. */
async function besideOthers<T>(work: () => Promise<T>): Promise<T> {
  while (aloneWaiting > 0) await last;
  othersWorking += 1;
  try {
    return await work();
  } finally {
    othersWorking -= 1;
    if (othersWorking === 0) {
      for (const wake of whenIdle) wake();
      whenIdle = [];
    }
  }
}

/** Runs work when nothing else decodes in this thread. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  aloneWaiting += 1;
  const previous = last;
  const own = (async () => {
    await previous;
    if (othersWorking > 0) await new Promise<void>((resolve) => whenIdle.push(resolve));
    try {
      return await work();
    } finally {
      aloneWaiting -= 1;
    }
  })();
  last = own.catch(() => {});
  return own;
}
