/* Baseline JPEGs that are decoded without sharp, beside what Pillow and sharp make of them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import sharp from 'sharp';
import type { Picture } from '../../../../runners/data/augment/picture.ts';
import { decodeBaseline } from '../../../../runners/data/pictures/baseline.ts';
import { CodeTables } from '../../../../runners/data/pictures/code-tables.ts';
import { readJpegHeader } from '../../../../runners/data/pictures/jpeg-header.ts';
import { decodeBytes } from '../../../../runners/data/pictures/libvips.ts';
import { cropped, type Region, wholeOf } from '../../../../runners/data/views/resample.ts';
import { exifSegment, scanStart, segment, sha256, slopes, withParts } from './files.ts';

interface Golden {
  readonly pictures: readonly { name: string; base64: string; sha256: string }[];
}

const { pictures } = JSON.parse(
  readFileSync(new URL('golden.json', import.meta.url), 'utf8'),
) as Golden;
const golden = new Map(
  pictures.map(({ name, base64, sha256: sum }) => [
    name,
    { bytes: Buffer.from(base64, 'base64'), sum },
  ]),
);

const strict = { failOn: 'warning', maximumPixels: 1e6, channels: 3, heedEvents: true } as const;

/** The part of a picture, the whole of it by default; null where sharp is to say what it is. */
function decodedPart(bytes: Uint8Array, region?: Region): Picture | null {
  const header = readJpegHeader(bytes);
  return header && decodeBaseline(bytes, header, region ?? wholeOf(header));
}

const regular = [
  'JPEG 4:4:4',
  'JPEG 4:2:2',
  'JPEG 4:2:0',
  'JPEG 4:4:0',
  'JPEG with restarts',
  'grey JPEG',
];

for (const name of regular) {
  test(`a ${name} has the bytes that Pillow gives it, without sharp`, () => {
    const { bytes, sum } = golden.get(name) ?? assert.fail(name);
    assert.equal(sha256((decodedPart(bytes) ?? assert.fail('not decoded')).pixels), sum);
  });
}

for (const name of [
  'JPEG 4:1:1',
  'JPEG 4:2:0 progressive',
  'JPEG of RGB without transform (Adobe)',
  'grey PNG',
]) {
  test(`a ${name} is left to sharp`, () => {
    assert.equal(decodedPart((golden.get(name) ?? assert.fail(name)).bytes), null);
  });
}

test('every part of a picture is that part of the whole', async () => {
  const large = await slopes(150, 110).jpeg({ quality: 85 }).toBuffer();
  const files = [...regular.map((name) => golden.get(name)?.bytes ?? assert.fail(name)), large];
  for (const bytes of files) {
    const whole = decodedPart(bytes) ?? assert.fail('not decoded');
    for (let x = 0; x < whole.width; x += 7) {
      for (let y = 0; y < whole.height; y += 5) {
        const width = Math.min(whole.width - x, 1 + ((x * 31 + y * 17) % 90));
        const height = Math.min(whole.height - y, 1 + ((x * 13 + y * 29) % 70));
        const region = { x, y, width, height };
        assert.deepEqual(decodedPart(bytes, region), cropped(whole, region));
      }
    }
  }
});

test('pictures of every small size have the bytes that sharp gives them', async () => {
  let few = 0;
  for (const chromaSubsampling of ['4:2:0', '4:4:4']) {
    for (let width = 1; width <= 20; width += 1) {
      for (let height = 1; height <= 20; height += 3) {
        const bytes = await slopes(width, height).jpeg({ chromaSubsampling }).toBuffer();
        const found = decodedPart(bytes);
        if (found === null) {
          few += 1;
          continue;
        }
        const { pixels } = await decodeBytes(bytes, strict);
        assert.deepEqual(Buffer.from(found.pixels), Buffer.from(pixels), `${width} x ${height}`);
      }
    }
  }
  // Those of up to four columns with colours of half a resolution.
  assert.equal(few, 4 * 7);
});

test('what pixels do not depend on is passed over', () => {
  const { bytes, sum } = golden.get('JPEG 4:2:0') ?? assert.fail();
  const more = withParts(bytes, exifSegment(6), segment(0xe2, 'a profile'), segment(0xfe, 'words'));
  assert.equal(sha256((decodedPart(more) ?? assert.fail('not decoded')).pixels), sum);
  const header = readJpegHeader(more);
  assert.deepEqual([header?.exif, header?.metadata], [true, true]);
  assert.equal(readJpegHeader(withParts(bytes, segment(0xe2, 'a profile')))?.exif, false);
});

test('a file with anything irregular is left to sharp', () => {
  const { bytes } = golden.get('JPEG 4:2:0') ?? assert.fail();
  const start = scanStart(bytes);
  const changed = (change: (copy: Buffer) => void) => {
    const copy = Buffer.from(bytes);
    change(copy);
    return copy;
  };
  const restarts = golden.get('JPEG with restarts')?.bytes ?? assert.fail();
  const second = restarts.indexOf(Buffer.from([0xff, 0xd1]));
  assert.ok(second > 0);
  const cases: Record<string, Buffer> = {
    'no end': bytes.subarray(0, -2),
    'half an end': bytes.subarray(0, -1),
    'no coded pixels': bytes.subarray(0, start),
    'half of the coded pixels, closed': Buffer.concat([
      bytes.subarray(0, (start + bytes.length) >> 1),
      Buffer.from([0xff, 0xd9]),
    ]),
    'bytes before the end': Buffer.concat([
      bytes.subarray(0, -2),
      Buffer.from([1, 2]),
      bytes.subarray(-2),
    ]),
    'bytes between segments': withParts(bytes, Buffer.from([1])),
    'another version of JFIF': changed((copy) => {
      copy[copy.indexOf('JFIF\0') + 5] = 2;
    }),
    'a table that is missing': changed((copy) => {
      copy[start - 4] = 0x33;
    }),
    'more components than three': changed((copy) => {
      copy[copy.indexOf(Buffer.from([0xff, 0xc0])) + 9] = 4;
    }),
    'restarts in another order': Buffer.concat([
      restarts.subarray(0, second + 1),
      Buffer.from([0xd2]),
      restarts.subarray(second + 2),
    ]),
  };
  for (const [name, file] of Object.entries(cases)) assert.equal(decodedPart(file), null, name);
});

test('a code of ones, which libjpeg refuses in every table, is left to sharp', async () => {
  const { bytes } = golden.get('grey JPEG') ?? assert.fail();
  const [component] = readJpegHeader(bytes)?.components ?? [];
  const { direct } = component ?? assert.fail();
  // Only the code of ones is free of those as long as the longest one.
  const longest = direct.subarray(0, 16).findLastIndex((count) => count > 0);
  const withCodes = (more: number) => {
    const table = Buffer.from([0, ...direct, ...Array(more).fill(0)]);
    table[1 + longest] = (table[1 + longest] as number) + more;
    const at = bytes.indexOf(Buffer.from([0xff, 0xda]));
    return Buffer.concat([bytes.subarray(0, at), segment(0xc4, table), bytes.subarray(at)]);
  };
  assert.notEqual(decodedPart(withCodes(0)), null);
  assert.equal(decodedPart(withCodes(1)), null);
  await assert.rejects(decodeBytes(withCodes(1), strict), /Bogus Huffman table/);
});

test('a side that is longer than libjpeg has is left to sharp', async () => {
  for (const [width, height] of [
    [65_500, 8],
    [8, 65_500],
  ] as const) {
    const background = { r: 9, g: 9, b: 9 };
    const create = { width, height, channels: 3, background } as const;
    const longest = await sharp({ create }).greyscale().jpeg().toBuffer();
    assert.notEqual(decodedPart(longest), null);
    const place = longest.indexOf(Buffer.from([0xff, 0xc0])) + (width > height ? 7 : 5);
    // As many blocks hold it.
    longest.writeUInt16BE(65_501, place);
    assert.equal(decodedPart(longest), null);
    await assert.rejects(decodeBytes(longest, strict), /65500/);
  }
});

test('a table is made anew where the bytes of the file before were written over', () => {
  let made = 0;
  const huffman = () => {
    made += 1;
    return 1;
  };
  const tables = new CodeTables({
    memory: { buffer: new ArrayBuffer(2 ** 16), grow: () => 0 },
    huffman,
  });
  const codes = Buffer.from([2, ...Array(15).fill(0), 1, 2]);
  const block = { id: 1, across: 1, down: 1, quantities: codes };
  const place = () => tables.place(codes, 'direct', [{ ...block, direct: codes, others: codes }]);
  assert.deepEqual([place(), place(), made], [2048, 2048, 1]);
  codes[17] = 3;
  assert.deepEqual([place(), made], [2048, 2]);
});

test('coefficients that no encoder writes overflow as those of libjpeg do', async () => {
  for (const [width, height] of [
    [24, 17],
    [17, 24],
    [40, 40],
  ] as const) {
    const bytes = await slopes(width, height).jpeg({ quality: 85 }).toBuffer();
    const tables = bytes.indexOf(Buffer.from([0xff, 0xdb]));
    bytes.fill(255, tables + 5, tables + 20);
    const { pixels } = await decodeBytes(bytes, strict);
    assert.deepEqual(Buffer.from(decodedPart(bytes)?.pixels ?? []), Buffer.from(pixels));
  }
});

test('damage below a part is not looked at, above it ends the decoding', async () => {
  const bytes = await slopes(64, 160).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer();
  const whole = decodedPart(bytes) ?? assert.fail('not decoded');
  const damaged = Buffer.concat([bytes.subarray(0, bytes.length - 300), bytes.subarray(-2)]);
  const upper = { x: 5, y: 3, width: 40, height: 20 };
  assert.deepEqual(decodedPart(damaged, upper), cropped(whole, upper));
  assert.equal(decodedPart(damaged, { ...upper, y: 139 }), null);
});

test('a large picture leaves no large memory behind, and the next one is right', async () => {
  const side = 4000;
  const background = { r: 180, g: 90, b: 30 };
  const create = { width: side, height: side, channels: 3, background } as const;
  const large = await sharp({ create }).jpeg().toBuffer();
  const { bytes, sum } = golden.get('JPEG 4:2:0') ?? assert.fail();
  assert.equal(decodedPart(large)?.pixels.length, side * side * 3);
  assert.equal(sha256((decodedPart(bytes) ?? assert.fail('not decoded')).pixels), sum);
  const wide = { width: 8192, height: 8192 };
  const header = readJpegHeader(large) ?? assert.fail();
  assert.equal(decodeBaseline(large, { ...header, ...wide }, wholeOf(wide)), null);
});
