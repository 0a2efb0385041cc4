import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { roiAlign, roundUp } from '../../../../runners/engine/ops/index.ts';
import { createProgram } from '../../../../runners/engine/program.ts';
import { recordFor } from '../../../../runners/engine/target.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';

// Against mmcv: golden file det/roi_align.json.gz.

afterEach(() => recordFor(null));

const [pixels, channels] = [96, 2];
/** Regions of whole cells, and their parts on each side. */
const cases: readonly (readonly [size: number, edges: readonly number[]])[] = [
  [7, [7, 14, 21, 42, 63, 77, 84, 91]],
  [14, [14, 42, 56, 70, 84]],
  [28, [28, 56, 84]],
];

function aligned(device: 'cpu' | 'gpu', size: number, edges: readonly number[]): Float32Array {
  recordFor(device);
  const program = createProgram({
    state: {},
    initial: {},
    functions: {
      align: {
        inputs: {
          map: { shape: [1, pixels, pixels, channels], dtype: 'float32' },
          regions: { shape: [1, edges.length, 4], dtype: 'float32' },
          weight: { shape: [1, edges.length], dtype: 'float32' },
        },
        run: (_, { map, regions, weight }) => ({
          state: {},
          outputs: {
            found: roiAlign(map as Tensor4D, regions as Tensor3D, weight as Tensor2D, {
              ...{ size, scale: 1, samples: 0, aligned: true },
            }),
          },
        }),
      },
    },
  });
  try {
    return program.call('align', {
      map: Float32Array.from({ length: pixels * pixels * channels }, (_, at) => Math.sin(at * at)),
      regions: Float32Array.from(edges.flatMap((edge) => [3, 2, 3 + edge, 2 + edge])),
      weight: new Float32Array(edges.length).fill(1),
    })['found'] as Float32Array;
  } finally {
    program.dispose();
  }
}

describe('regions that have whole cells in each part', () => {
  for (const [size, edges] of cases) {
    it(`have as many samples in the graph of a GPU as in that of a CPU, ${size} parts`, () => {
      const [cpu, gpu] = [aligned('cpu', size, edges), aligned('gpu', size, edges)];
      cpu.forEach((value, at) => {
        const off = Math.abs((gpu[at] as number) - value);
        assert.ok(
          off <= 1e-5,
          `${gpu[at]} and ${value} of region ${edges[Math.floor(at / (size * size * channels))]}`,
        );
      });
    });
  }
});

describe('rounding up', () => {
  it('takes what is a whole number within rounding for it, and nothing else', () => {
    const given = [3, 3 + 2 ** -21, 3 + 2 ** -17, 3 - 2 ** -20, 0, 0.25, 190];
    const found = roundUp(tf.tensor1d(given) as Tensor).dataSync();
    assert.deepEqual([...found], [3, 3, 4, 3, 0, 1, 190]);
  });
});
