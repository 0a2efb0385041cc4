import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { byteStatistics } from '../../../runners/data/dense/normalise.ts';
import { namedNormalisations } from '../../../runners/data/normalisation.ts';
import { createProgram } from '../../../runners/engine/program.ts';
import { normalisedPictures } from '../../../runners/tasks/dense/shown.ts';

const [slots, height, width] = [3, 16, 17];

/** Every byte in every channel, in pictures of different sizes; the last slot has none. */
const images = Uint8Array.from({ length: slots * height * width * 3 }, (_, at) =>
  Math.floor(at / 3),
);
const shapes = Float32Array.of(16, 16, 16, 11, 0, 0);

for (const mode of ['recorded', 'eager'] as const) {
  test(`bytes are normalised in the step to the last bit, 0 beside the pictures, ${mode}`, () => {
    for (const [name, normalisation] of Object.entries(namedNormalisations)) {
      const program = createProgram({
        state: {},
        initial: {},
        mode,
        functions: {
          show: {
            run: (_, inputs) => ({
              outputs: {
                shown: normalisedPictures(
                  inputs['images'] as Tensor4D,
                  inputs['shapes'] as Tensor2D,
                  normalisation,
                ),
              },
              state: {},
            }),
            inputs: {
              images: { shape: [slots, height, width, 3], dtype: 'uint8' },
              shapes: { shape: [slots, 2], dtype: 'float32' },
            },
          },
        },
      });
      const { shown } = program.call('show', { images, shapes });
      program.dispose();
      const { centres, spreads } = byteStatistics(normalisation);
      const expected = Float32Array.from(images, (byte, at) => {
        const pixel = Math.floor(at / 3);
        const slot = Math.floor(pixel / (height * width));
        const [y, x] = [Math.floor(pixel / width) % height, pixel % width];
        const within = y < (shapes[2 * slot] ?? 0) && x < (shapes[2 * slot + 1] ?? 0);
        const [centre = 0, spread = 1] = [centres[at % 3], spreads[at % 3]];
        return within ? Math.fround(byte - centre) / spread : 0;
      });
      // As bits: 0 is not -0.
      assert.deepEqual(
        new Int32Array(shown?.buffer as ArrayBuffer),
        new Int32Array(expected.buffer),
        name,
      );
    }
  });
}
