import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { RandomStream } from '../../../common/random.ts';
import { packedMasks } from '../../../runners/detection/parts/two-stage/maker.ts';
import { createProgram } from '../../../runners/engine/program.ts';
import { recordFor } from '../../../runners/engine/target.ts';
import { maskTargetsFunction } from '../../../runners/parity/det/mask-head.ts';

afterEach(() => recordFor(null));

const size = 28;
type Region = readonly [x1: number, y1: number, x2: number, y2: number];
type Pixel = (x: number, y: number) => boolean;

/** Masks of which many cells are half inside. */
const pictures: readonly (readonly [height: number, width: number])[] = [[64, 64], [200, 333], [800, 1333]]; // biome-ignore format: a table
const masksOf = (width: number): readonly Pixel[] => [
  (x) => x < width / 2,
  (x, y) => (x + y) % 2 === 0,
  (x, y) => ((x >> 1) + (y >> 1)) % 2 === 0,
];

/** Regions with whole edges, as true boxes have them, anywhere in a picture. */
function regionsIn(height: number, width: number): readonly Region[] {
  const stream = RandomStream.named(1, `regions/${height}/${width}`);
  const edges = (pixels: number) => {
    const from = stream.below(pixels - 4);
    return [from, Math.min(pixels, from + 4 + stream.below(Math.ceil(pixels / 2)))] as const;
  };
  return Array.from({ length: 24 }, () => {
    const [[x1, x2], [y1, y2]] = [edges(width), edges(height)];
    return [x1, y1, x2, y2];
  });
}

/** Weights of the pixels of an axis in each cell, in 64 bits. */
function axis(from: number, to: number, pixels: number): readonly ReadonlyMap<number, number>[] {
  const bin = (to - from) / size;
  const grid = Math.ceil(bin);
  return Array.from({ length: size }, (_, cell) => {
    const weights = new Map<number, number>();
    const add = (pixel: number, share: number) =>
      weights.set(pixel, (weights.get(pixel) ?? 0) + share / grid);
    for (let sample = 0; sample < grid; sample += 1) {
      const at = from - 0.5 + cell * bin + ((sample + 0.5) * bin) / grid;
      const near = Math.min(Math.max(at, 0), pixels - 1);
      const low = Math.floor(near);
      add(low, 1 - near + low);
      add(Math.min(low + 1, pixels - 1), near - low);
    }
    return weights;
  });
}

/** The share of each cell of a region that is inside, in 64 bits. */
function shares([x1, y1, x2, y2]: Region, inside: Pixel, height: number, width: number): number[] {
  const columns = axis(x1, x2, width);
  return axis(y1, y2, height).flatMap((row) =>
    columns.map((column) => {
      let sum = 0;
      for (const [y, down] of row) {
        for (const [x, across] of column) if (inside(x, y)) sum += down * across;
      }
      return sum;
    }),
  );
}

function targetsFor(
  device: 'cpu' | 'gpu',
  regions: readonly Region[],
  height: number,
  width: number,
): Float32Array {
  const inside = masksOf(width);
  const masks = inside.map((each) =>
    Uint8Array.from({ length: height * width }, (_, at) =>
      Number(each(at % width, Math.floor(at / width))),
    ),
  );
  const batch = { pictures: [{ masks, imgShape: [height, width] }], height, width };
  recordFor(device);
  const form = {
    masks: [1, masks.length, height, Math.ceil(width / 32)],
    regions: regions.length,
    width,
  } as const;
  const functions = { targets: maskTargetsFunction(form) };
  const program = createProgram({ state: {}, initial: {}, functions });
  try {
    return program.call('targets', {
      masks: packedMasks(batch as unknown as Parameters<typeof packedMasks>[0], 1, masks.length),
      boxOf: Int32Array.from(regions, (_, region) => region % masks.length),
      regions: Float32Array.from(regions.flat()),
    })['targets'] as Float32Array;
  } finally {
    program.dispose();
  }
}

describe('a cell of which exactly half is inside', () => {
  for (const [height, width] of pictures) {
    for (const device of ['cpu', 'gpu'] as const) {
      it(`is inside, wherever its region is in ${height} x ${width} pixels (graph of a ${device})`, () => {
        const regions = regionsIn(height, width);
        const inside = masksOf(width);
        const exact = regions.flatMap((region, index) =>
          shares(region, inside[index % inside.length] as Pixel, height, width),
        );
        const made = targetsFor(device, regions, height, width);
        let halves = 0;
        exact.forEach((share, at) => {
          const isHalf = Math.abs(share - 0.5) < 1e-9;
          if (isHalf) halves += 1;
          // Shares just below a half are inside too, as rounding may have made them.
          else if (Math.abs(share - 0.5) < 2e-5) return;
          assert.equal(made[at], Number(isHalf || share > 0.5), `cell ${at}, ${share} inside`);
        });
        assert.ok(halves > 100, `${halves} cells are half inside`);
      });
    }
  }
});
