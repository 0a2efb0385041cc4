import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteStatistics, placeInto } from '../../../../runners/data/dense/normalise.ts';
import { namedNormalisations } from '../../../../runners/data/normalisation.ts';

/** A red and a green-blue pixel. */
const picture = {
  pixels: Uint8Array.of(200, 10, 0, 0, 100, 255),
  height: 1,
  width: 2,
  channels: 3,
};

test('a picture lies at the upper left, its channels in the order that the network sees', () => {
  const placed = (order: 'rgb' | 'bgr') => {
    const target = new Uint8Array(18).fill(7);
    placeInto(picture, order, target, 3);
    return [...target];
  };
  const beside = new Array(12).fill(7);
  assert.deepEqual(placed('rgb'), [200, 10, 0, 0, 100, 255, ...beside]);
  assert.deepEqual(placed('bgr'), [0, 10, 200, 255, 100, 0, ...beside]);
});

test('statistics are those of the configurations, in single precision', () => {
  const of = (name: keyof typeof namedNormalisations) => byteStatistics(namedNormalisations[name]);
  assert.deepEqual(of('imagenet'), {
    centres: [123.675, 116.28, 103.53].map(Math.fround),
    spreads: [58.395, 57.12, 57.375].map(Math.fround),
  });
  assert.deepEqual(of('caffe-bgr').centres, [103.53, 116.28, 123.675].map(Math.fround));
  assert.deepEqual(of('torchdistiller-bgr').spreads, [1, 1, 1]);
});
