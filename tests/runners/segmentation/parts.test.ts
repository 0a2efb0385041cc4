import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scalar, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { RandomStream } from '../../../common/random.ts';
import { tf } from '../../../runners/engine/tensorflow.ts';
import { headLosses, lossTotals } from '../../../runners/segmentation/networks/losses.ts';
import { usualReading } from '../../../runners/segmentation/networks/types.ts';
import { wholeBatch } from '../../../runners/tasks/parts/part.ts';

const noise = RandomStream.named(1, 'test/segmentation-parts');
const maps = (): Tensor4D =>
  tf.tensor4d(
    Float32Array.from({ length: 2 * 4 * 4 * 3 }, () => noise.normal()),
    [2, 4, 4, 3],
  );
const [logits, auxiliary] = [maps(), maps()];
/** The second picture has few pixels that count. */
const labels = tf.tensor3d(
  Int32Array.from({ length: 2 * 8 * 8 }, (_, at) => (at < 64 ? at % 3 : at % 7 === 0 ? 1 : 255)),
  [2, 8, 8],
  'int32',
);

const pictures = (from: number, count: number) => ({
  output: {
    logits: tf.slice(logits, from, count) as Tensor4D,
    auxiliary: tf.slice(auxiliary, from, count) as Tensor4D,
  },
  labels: tf.slice(labels, from, count) as Tensor3D,
});

for (const averageCounted of [false, true]) {
  test(`losses of parts add up where pixels that ${averageCounted ? 'count' : 'are there'} divide them`, () => {
    const reading = { ...usualReading, averageCounted };
    const whole = pictures(0, 2);
    const counted: Scalar[] = [];
    const note = (own: Scalar) => {
      counted.push(own);
      return own;
    };
    const batch = { ...wholeBatch, total: note };
    const wanted = headLosses(whole.output, whole.labels, reading, batch);
    assert.equal(counted.length, lossTotals(reading));
    const part = {
      ...wholeBatch,
      ofMean: (mean: Scalar) => tf.div<Scalar>(mean, 2),
      total: () => counted[0] as Scalar,
    };
    const found = [0, 1].map((index) => {
      const own = pictures(index, 1);
      return headLosses(own.output, own.labels, reading, part);
    });
    for (const name of ['ce', 'auxiliary'] as const) {
      const sum = found.reduce(
        (total, losses) => total + (losses[name].dataSync()[0] as number),
        0,
      );
      const value = wanted[name].dataSync()[0] as number;
      assert.ok(Math.abs(sum - value) < 1e-6 * Math.abs(value), `${name}: ${sum}, not ${value}`);
    }
  });
}
