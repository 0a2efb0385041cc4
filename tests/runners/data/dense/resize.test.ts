import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RandomStream } from '../../../../common/random.ts';
import { mirrored } from '../../../../runners/data/augment/picture.ts';
import {
  type Raster,
  resizeBilinear,
  resizedSlowly,
  withResized,
} from '../../../../runners/data/dense/resize.ts';
import { tapsOf } from '../../../../runners/data/dense/taps.ts';

const random = RandomStream.named(3, 'resize');

function noise(height: number, width: number): Raster {
  const pixels = Uint8Array.from({ length: height * width * 3 }, () => random.below(256));
  return { pixels, height, width, channels: 3 };
}

function resizedMirrored(source: Raster, height: number, width: number): Raster {
  return withResized(source, height, width, true, (picture) => ({
    ...picture,
    pixels: picture.pixels.slice(),
  }));
}

test('the kernel gives the bytes of the plain code, mirrored too', () => {
  const side = (most: number) => 1 + random.below(most);
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const source = noise(side(40), side(40));
    const [height, width] = [side(90), side(90)];
    if (height === source.height || source.height === 2 * height) continue;
    const across = tapsOf(source.width, width, 'whole');
    const down = tapsOf(source.height, height, 'twice');
    const expected = resizedSlowly(source, across, down);
    const sizes = `${source.height} x ${source.width} to ${height} x ${width}`;
    assert.deepEqual(resizeBilinear(source, height, width), expected, sizes);
    assert.deepEqual(resizedMirrored(source, height, width), mirrored(expected), sizes);
  }
});

test('pictures that keep their size or become half of it are mirrored as well', () => {
  const source = noise(6, 8);
  assert.deepEqual(resizedMirrored(source, 6, 8), mirrored(source));
  assert.deepEqual(resizedMirrored(source, 3, 4), mirrored(resizeBilinear(source, 3, 4)));
  assert.deepEqual(mirrored(mirrored(source)), source);
});

test('a large picture leaves no large memory behind, and the next one is right', () => {
  const large = resizeBilinear(noise(100, 100), 4000, 4000);
  assert.equal(large.pixels.length, 4000 * 4000 * 3);
  const source = noise(5, 7);
  const expected = resizedSlowly(source, tapsOf(7, 12, 'whole'), tapsOf(5, 9, 'twice'));
  assert.deepEqual(resizeBilinear(source, 9, 12), expected);
});
