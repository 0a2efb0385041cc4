import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256 } from '../../../../common/canonical.ts';
import { RandomStream } from '../../../../common/random.ts';
import type { PhotometricRecipe } from '../../../../contract/spec.ts';
import { hsvToRgb, rgbToHsv } from '../../../../runners/data/dense/hsv.ts';
import {
  distorted,
  saturated,
  scaled,
  turned,
} from '../../../../runners/data/dense/photometric.ts';

/** All triples below these bounds, the last one fastest. */
function triples(a: number, b: number, c: number): Uint8Array {
  const all = new Uint8Array(a * b * c * 3);
  let at = 0;
  for (let first = 0; first < a; first += 1) {
    for (let second = 0; second < b; second += 1) {
      for (let third = 0; third < c; third += 1) {
        all[at++] = first;
        all[at++] = second;
        all[at++] = third;
      }
    }
  }
  return all;
}

describe('hue, saturation and value', () => {
  it('are what the hexagon says', () => {
    const colours: [rgb: number[], hsv: number[]][] = [
      [
        [255, 0, 0],
        [0, 255, 255],
      ],
      [
        [0, 255, 0],
        [60, 255, 255],
      ],
      [
        [0, 0, 255],
        [120, 255, 255],
      ],
      [
        [90, 90, 90],
        [0, 0, 90],
      ],
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
      // Value 200, distance 100: 100 * 5222 / 4096 = 127.49 (5222 stands for 255 * 4096 / 200);
      // half of a sixth of 180.
      [
        [200, 150, 100],
        [15, 127, 200],
      ],
      // Below red: -50 of 100 is -15, which is 165.
      [
        [200, 100, 150],
        [165, 127, 200],
      ],
    ];
    for (const [rgb, hsv] of colours) assert.deepEqual([...rgbToHsv(Uint8Array.from(rgb))], hsv);
    // Back: 200 (1 - 127/255) = 100.4 and 200 (1 - 127/255 / 2) = 150.2, cut off.
    assert.deepEqual([...hsvToRgb(Uint8Array.of(15, 127, 200))], [200, 150, 100]);
    assert.deepEqual([...hsvToRgb(Uint8Array.of(165, 127, 200))], [200, 100, 150]);
    assert.deepEqual([...hsvToRgb(Uint8Array.of(120, 255, 255))], [0, 0, 255]);
  });

  // Hashes of what OpenCV 4.8.1 (opencv-python-headless 4.8.1.78) makes of rows of 256 pixels,
  // COLOR_RGB2HSV and COLOR_HSV2RGB.
  it('are OpenCV’s for all 16,777,216 colours', () => {
    assert.equal(
      sha256(rgbToHsv(triples(256, 256, 256))),
      'a5b38b214f65aed9d382cc07bf40311aff2e3e324c98da86df77bef285f224eb',
    );
  });

  it('become OpenCV’s colours, all 11,796,480 of them', () => {
    assert.equal(
      sha256(hsvToRgb(triples(180, 256, 256))),
      'cf2763d893cfed37873c3062fb3b644ac3d2c35a59299550e0e82c8f6874eb48',
    );
  });
});

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('an operation of the distortion', () => {
  it('adds brightness and cuts off', () => {
    assert.deepEqual([...scaled(bytes(0, 16, 17, 18, 255), 1, -17.3)], [0, 0, 0, 0, 237]);
    assert.deepEqual([...scaled(bytes(0, 100, 224, 255), 1, 31.999)], [31, 131, 255, 255]);
  });

  it('multiplies for contrast, within a byte', () => {
    // 16 * 0.73 = 11.68, 255 * 0.73 = 186.15.
    assert.deepEqual([...scaled(bytes(0, 16, 255), 0.73, 0)], [0, 11, 186]);
    assert.deepEqual([...scaled(bytes(1, 100, 171, 200), 1.5, 0)], [1, 150, 255, 255]);
  });

  it('multiplies the saturation alone', () => {
    const pixel = bytes(200, 150, 100);
    // 127 * 0.5 is cut to 63: 200 (1 - 63/255) = 150.6, 200 (1 - 63/255 / 2) = 175.3.
    assert.deepEqual([...saturated(pixel, 0.5)], [200, 175, 150]);
    // 127 * 1.5 is cut to 190: 200 (1 - 190/255) = 51.0, just below, 200 (1 - 190/255 / 2) = 125.5.
    assert.deepEqual([...saturated(pixel, 1.5)], [200, 125, 50]);
    assert.deepEqual([...saturated(pixel, 0)], [200, 200, 200]);
    assert.deepEqual([...saturated(bytes(7, 7, 7), 1.5)], [7, 7, 7]);
  });

  it('turns the hue around the circle', () => {
    assert.deepEqual([...turned(bytes(255, 0, 0), 17)], [255, 144, 0]);
    // Hue 162 is two fifths into the last sixth: blue has 1 - 0.4 of 255, in float32 just below
    // 153.
    assert.deepEqual([...turned(bytes(255, 0, 0), -18)], [255, 0, 152]);
    assert.deepEqual([...turned(bytes(90, 90, 90), 9)], [90, 90, 90]);
  });
});

const official: PhotometricRecipe = {
  kind: 'photometric',
  brightness: 32,
  contrast: [0.5, 1.5],
  saturation: [0.5, 1.5],
  hue: 18,
};

/** A stream that gives these numbers: of `below` the integer itself, of `uniform` the number. */
function scripted(...numbers: number[]): RandomStream {
  const next = () => {
    const number = numbers.shift();
    assert.ok(number !== undefined, 'drew more numbers than were given');
    return number;
  };
  const stream = { below: next, uniform: next, left: () => numbers.length };
  return stream as unknown as RandomStream;
}
const left = (stream: RandomStream) => (stream as unknown as { left(): number }).left();
const raster = (...pixels: number[]) => ({
  pixels: bytes(...pixels),
  height: 1,
  width: pixels.length / 3,
  channels: 3,
});

describe('the distortion', () => {
  const picture = raster(200, 150, 100, 10, 250, 30);

  it('draws brightness, place of the contrast, saturation, hue and contrast, and nothing for what it leaves', () => {
    const none = scripted(0, 0, 0, 0, 0);
    assert.deepEqual(distorted(picture, official, none), picture);
    assert.equal(left(none), 0);
    // Brightness -32 + 64 * 0.75 = 16; contrast last: 0.5 + 0.25 = 0.75.
    const last = scripted(1, 0.75, 0, 0, 0, 1, 0.25);
    assert.deepEqual([...distorted(picture, official, last).pixels], [162, 124, 87, 19, 191, 34]);
    assert.equal(left(last), 0);
    // Contrast first (1.25), then saturation times 0.5, then the hue by 3 - 18 = -15.
    const first = scripted(0, 1, 1, 0.75, 1, 0, 1, 3);
    const expected = turned(saturated(scaled(picture.pixels, 1.25, 0), 0.5), -15);
    assert.deepEqual(distorted(picture, official, first).pixels, expected);
    assert.equal(left(first), 0);
  });

  it('follows from its stream alone, and leaves its picture as it was', () => {
    const before = picture.pixels.slice();
    const made = (name: string) =>
      distorted(picture, official, RandomStream.named(3, name)).pixels.join();
    const names = Array.from({ length: 64 }, (_, index) => `augment/1/${index}/colours`);
    assert.deepEqual(names.map(made), names.map(made));
    assert.ok(new Set(names.map(made)).size > 50);
    assert.deepEqual(picture.pixels, before);
  });

  it('turns hues from minus the bound to one less than it, and none at 0', () => {
    const hues = new Set(
      Array.from({ length: 400 }, (_, seed) => {
        const stream = RandomStream.named(seed, 'x');
        const alone = { ...official, brightness: 0, contrast: [1, 1], saturation: [1, 1] } as const;
        return rgbToHsv(distorted(raster(255, 0, 0), alone, stream).pixels)[0] as number;
      }),
    );
    const steps = [...hues].map((hue) => (hue > 90 ? hue - 180 : hue));
    assert.deepEqual([Math.min(...steps), Math.max(...steps)], [-18, 17]);
    const still = distorted(raster(255, 0, 0), { ...official, hue: 0 }, scripted(0, 0, 0, 1, 0));
    assert.deepEqual([...still.pixels], [255, 0, 0]);
  });
});
