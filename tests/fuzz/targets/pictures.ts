import { crc32, deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import {
  decodePicture,
  inspectPicture,
  type PictureOptions,
} from '../../../runners/data/decode.ts';
import { exifSegment, segment, slopes, withParts } from '../../runners/data/pictures/files.ts';
import { corpusFiles } from '../corpus.ts';
import { mutateBytes, type Recipe, recipes } from '../mutate.ts';
import { expect, type FuzzTarget, readOrRefused } from '../target.ts';

async function made(): Promise<readonly Buffer[]> {
  const jpeg = await slopes(24, 17).jpeg({ quality: 80 }).toBuffer();
  const png = await slopes(9, 7).png().toBuffer();
  return [
    jpeg,
    png,
    await slopes(16, 16).jpeg({ progressive: true }).toBuffer(),
    await slopes(16, 16).greyscale().jpeg().toBuffer(),
    await slopes(16, 16).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
    await slopes(9, 7).png({ palette: true }).toBuffer(),
    await slopes(9, 7).greyscale().png().toBuffer(),
    await slopes(9, 7).ensureAlpha().png().toBuffer(),
    await slopes(9, 7).toColourspace('rgb16').png().toBuffer(),
    withParts(jpeg, exifSegment(6)),
    withParts(jpeg, segment(0xfe, 'a comment')),
    ...corpusFiles('pictures'),
  ];
}

const words: readonly Uint8Array[] = [
  ...[
    [0xff, 0xd8],
    [0xff, 0xd9],
    [0xff, 0xda],
    [0xff, 0xc0],
    [0xff, 0xc2],
    [0xff, 0xc4],
    [0xff, 0xdb],
    [0xff, 0xdd],
    [0xff, 0xd0],
  ].map((bytes) => Buffer.from(bytes)),
  Buffer.from([0xff, 0xe1, 0, 8, 0x45, 0x78, 0x69, 0x66, 0, 0]),
  Buffer.from([0xff, 0xfe, 0xff, 0xff]),
  ...['IHDR', 'IDAT', 'IEND', 'PLTE', 'tRNS', 'gAMA', 'iCCP', 'eXIf', 'acTL', 'fcTL'].map((name) =>
    Buffer.from(name),
  ),
  deflateSync(Buffer.alloc(1000)),
];

interface Input {
  readonly recipe: Recipe;
  /** Checksums of chunks are made right again, so that what lies behind them is reached. */
  readonly repair: boolean;
  readonly channels: 1 | 3;
  readonly orientation: 'keep' | 'turn' | 'refuse';
}

let corpus: readonly Buffer[] = [];

function bytesOf({ recipe, repair }: Input): Buffer {
  const bytes = mutateBytes(corpus, recipe, words);
  return repair ? withChecksums(Buffer.from(bytes)) : bytes;
}

function withChecksums(png: Buffer): Buffer {
  if (png[0] !== 0x89) return png;
  for (let at = 8; at + 12 <= png.length; ) {
    const end = at + 8 + png.readUInt32BE(at);
    if (end + 4 > png.length) break;
    png.writeUInt32BE(crc32(png.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return png;
}

export const target: FuzzTarget<Input> = {
  name: 'pictures',
  short: 100,
  async inputs() {
    corpus = await made();
    return fc.record({
      recipe: recipes(),
      repair: fc.boolean(),
      channels: fc.constantFrom(1, 3),
      orientation: fc.constantFrom('keep', 'turn', 'refuse'),
    });
  },
  show: bytesOf,
  run: (input) => {
    const bytes = bytesOf(input);
    const options: PictureOptions = { channels: input.channels, orientation: input.orientation };
    return readOrRefused(
      'fuzz.jpg',
      () => decodePicture(bytes, 'fuzz.jpg', options),
      async ({ width, height, pixels, remarks }) => {
        expect(width > 0 && height > 0 && width * height <= 512 * 512, `${width} x ${height}`);
        expect(
          pixels.length === width * height * input.channels,
          `${pixels.length} bytes of pixels`,
        );
        const again = await decodePicture(bytes, 'fuzz.jpg', options);
        expect(
          Buffer.compare(pixels, again.pixels) === 0,
          'a picture has the same pixels each time',
        );
        expect(new Set(remarks).size === remarks.length, 'a remark is made once');
        await inspectPicture(bytes, 512 * 512, input.orientation === 'turn' ? 'turn' : 'keep');
      },
    );
  },
};
