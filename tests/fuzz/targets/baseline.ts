import * as fc from 'fast-check';
import { decodeBaseline } from '../../../runners/data/pictures/baseline.ts';
import { readJpegHeader } from '../../../runners/data/pictures/jpeg-header.ts';
import { decodeBytes } from '../../../runners/data/pictures/libvips.ts';
import { cropped, wholeOf } from '../../../runners/data/views/resample.ts';
import { slopes } from '../../runners/data/pictures/files.ts';
import { mutateBytes, type Recipe, recipes } from '../mutate.ts';
import { expect, type FuzzTarget } from '../target.ts';

/** Larger pictures are not asked for: a file of a few bytes may state them. */
const mostPixels = 512 * 512;

async function made(): Promise<readonly Buffer[]> {
  const kinds = ['4:2:0', '4:4:4'].flatMap((chromaSubsampling) =>
    [24, 57].map((side) => slopes(side, side - 7).jpeg({ quality: 85, chromaSubsampling })),
  );
  const grey = slopes(33, 20).greyscale().jpeg();
  const longCodes = slopes(40, 40).jpeg({ quality: 100, optimizeCoding: true });
  return Promise.all([...kinds, grey, longCodes].map((picture) => picture.toBuffer()));
}

const words = [
  [0xff, 0xd9],
  [0xff, 0xd0],
  [0xff, 0x00],
  [0xff, 0xff],
  [0xff, 0xdd, 0, 4, 0, 1],
  [0xff, 0xc0],
  [0xff, 0xc4],
].map((bytes) => Buffer.from(bytes));

interface Input {
  readonly recipe: Recipe;
  /** Where a part begins and how large it is, as shares of the picture. */
  readonly part: readonly number[];
}

let corpus: readonly Buffer[] = [];

/**
 * Whatever is decoded without sharp, sharp decodes without a warning to the same pixels, and a part
 * is that part of the whole.
 */
export const target: FuzzTarget<Input> = {
  name: 'baseline',
  short: 150,
  async inputs() {
    corpus = await made();
    return fc.record({
      recipe: recipes(),
      part: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), {
        minLength: 4,
        maxLength: 4,
      }),
    });
  },
  show: ({ recipe }) => mutateBytes(corpus, recipe, words),
  async run({ recipe, part: [left = 0, top = 0, wide = 0, high = 0] }) {
    const bytes = mutateBytes(corpus, recipe, words);
    const header = readJpegHeader(bytes);
    if (header === null || header.width * header.height > mostPixels) return;
    const whole = decodeBaseline(bytes, header, wholeOf(header));
    if (whole === null) return;
    const strict = { failOn: 'warning', maximumPixels: mostPixels, heedEvents: true } as const;
    const other = await decodeBytes(bytes, { ...strict, channels: 3 });
    expect(!other.warned || header.metadata, 'sharp decodes it without a warning');
    expect(Buffer.compare(other.pixels, whole.pixels) === 0, 'sharp makes the same pixels of it');
    const [x, y] = [Math.floor(left * header.width), Math.floor(top * header.height)];
    const width = 1 + Math.floor(wide * (header.width - x));
    const height = 1 + Math.floor(high * (header.height - y));
    const region = { x, y, width, height };
    const part = decodeBaseline(bytes, header, region);
    expect(part !== null, 'a part of it is decoded too');
    expect(
      Buffer.compare(part.pixels, cropped(whole, region).pixels) === 0,
      'a part is that part of the whole',
    );
  },
};
