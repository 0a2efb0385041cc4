import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { chunk, decoded, exif, exifSegment, segment, slopes, withParts } from './files.ts';

/** The part of a picture in a wide colour space that says so; its pixels are other ones. */
async function profile(format: 'png' | 'jpeg'): Promise<Buffer> {
  const image = slopes(24, 20).withIccProfile('p3');
  const file = await (format === 'png' ? image.png() : image.jpeg()).toBuffer();
  if (format === 'png') {
    const at = file.indexOf('iCCP') - 4;
    return file.subarray(at, at + 12 + file.readUInt32BE(at));
  }
  const at = file.indexOf('ICC_PROFILE') - 4;
  return file.subarray(at, at + 2 + file.readUInt16BE(at + 2));
}

const words = (...values: readonly number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    bytes.writeUInt32BE(value, index * 4);
  });
  return bytes;
};

test('no metadata of a PNG changes its pixels', async () => {
  const plain = await slopes(24, 20).png().toBuffer();
  const expected = await decoded(plain);
  const chunks: Record<string, Buffer> = {
    'a wide profile': await profile('png'),
    'a profile that is none': chunk(
      'iCCP',
      Buffer.concat([Buffer.from('x\0\0'), deflateSync(Buffer.alloc(200, 7))]),
    ),
    'gamma 1.0': chunk('gAMA', words(100_000)),
    'gamma 2.2 with primaries': Buffer.concat([
      chunk('gAMA', words(45_455)),
      chunk('cHRM', words(31_270, 32_900, 70_000, 29_000, 10_000, 80_000, 15_000, 6000)),
    ]),
    'the sRGB chunk': chunk('sRGB', '\0'),
    'coding-independent code points': chunk('cICP', '\x09\x10\0\x01'),
    'significant bits': chunk('sBIT', '\x05\x06\x05'),
    'a background': chunk('bKGD', '\0\xff\0\0\0\0'),
    'pixels that are not square': chunk('pHYs', Buffer.concat([words(1000, 3000), Buffer.of(1)])),
    text: chunk('tEXt', 'Comment\0hello'),
    'the time': chunk('tIME', Buffer.from([7, 0xe0, 1, 2, 3, 4, 5])),
    'upright EXIF': chunk('eXIf', exif(1)),
    'an unknown chunk': chunk('abCd', 'hello'),
  };
  for (const [name, part] of Object.entries(chunks)) {
    assert.deepEqual(await decoded(withParts(plain, part)), expected, name);
  }
});

test('no metadata of a JPEG changes its pixels', async () => {
  const plain = await slopes(24, 20).jpeg().toBuffer();
  const expected = await decoded(plain);
  const segments: Record<string, Buffer> = {
    'a wide profile': await profile('jpeg'),
    'a profile that is none': segment(0xe2, `ICC_PROFILE\0\x01\x01${'nonsense'.repeat(30)}`),
    'upright EXIF': exifSegment(1),
    XMP: segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'),
    'Photoshop resources': segment(0xed, 'Photoshop 3.0\x008BIM'),
    'an Adobe segment of YCbCr': segment(0xee, 'Adobe\0\x64\0\0\0\0\x01'),
    'other pictures': segment(0xe2, 'MPF\0MM\0*'),
    'a comment': segment(0xfe, 'hello'),
    'fill bytes': Buffer.from([0xff, 0xff, 0xff]),
  };
  for (const [name, part] of Object.entries(segments)) {
    assert.deepEqual(await decoded(withParts(plain, part)), expected, name);
  }
  assert.deepEqual(await decoded(Buffer.concat([plain, plain])), expected, 'a second picture');
});

test('grey pictures keep their values under a profile, as label maps too', async () => {
  const grey = slopes(24, 20).toColourspace('b-w');
  for (const format of ['png', 'jpeg'] as const) {
    const plain = await grey.clone()[format]().toBuffer();
    const marked = withParts(plain, await profile(format));
    for (const channels of [1, 3] as const) {
      assert.deepEqual(await decoded(marked, { channels }), await decoded(plain, { channels }));
    }
  }
});

test('what has no certain RGB or no certain value is refused with what to do', async () => {
  const image = slopes(12, 10);
  const cmyk = await image.clone().toColourspace('cmyk').jpeg().toBuffer();
  const deep = await image.clone().toColourspace('rgb16').png().toBuffer();
  const glass = await image.clone().ensureAlpha(0.5).png().toBuffer();
  const fourBits = chunk('IHDR', Buffer.concat([words(2, 1), Buffer.from([4, 0, 0, 0, 0])]));
  const labels = Buffer.concat([
    (await image.clone().png().toBuffer()).subarray(0, 8),
    fourBits,
    chunk('IDAT', deflateSync(Buffer.from([0, 0x12]))),
    chunk('IEND'),
  ]);
  const palette = await image.clone().png({ palette: true }).toBuffer();
  const cases: [Buffer, 1 | 3, RegExp, RegExp][] = [
    [cmyk, 3, /has the colours cmyk/, /Convert it to RGB/],
    [deep, 3, /has the pixel format rgb16 ushort/, /8 bits per channel/],
    [glass, 3, /has transparent pixels/, /background of your choice/],
    [labels, 1, /is a label map of 4 bits per pixel/, /grey PNG of 8 bits/],
    [palette, 1, /is no grey label map/, /not as colours or a palette/],
    [await image.clone().webp().toBuffer(), 3, /not a JPEG or PNG file but WebP/, /to PNG/],
    [await image.clone().tiff().toBuffer(), 3, /not a JPEG or PNG file but TIFF/, /to PNG/],
    [await image.clone().gif().toBuffer(), 3, /not a JPEG or PNG file but GIF/, /to PNG/],
  ];
  for (const [bytes, channels, message, hint] of cases) {
    await assert.rejects(decoded(bytes, { channels }), { code: 'DATA_PICTURE', message, hint });
  }
});
