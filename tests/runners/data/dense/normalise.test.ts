import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { byteTable, normaliseInto } from '../../../../runners/data/dense/normalise.ts';
import { namedNormalisations } from '../../../../runners/data/normalisation.ts';

/** A red and a green-blue pixel. */
const picture = {
  pixels: Uint8Array.of(200, 10, 0, 0, 100, 255),
  height: 1,
  width: 2,
  channels: 3,
};

function normalised(name: keyof typeof namedNormalisations, mirrored = false): number[] {
  const target = new Float32Array(6);
  normaliseInto(picture, mirrored, byteTable(namedNormalisations[name]), target, 2);
  return [...target].map((value) => Math.round(value * 1e4) / 1e4);
}

describe('normaliseInto', () => {
  it('gives red, green, blue as mmdetection divides them', () => {
    assert.deepEqual(normalised('imagenet'), [1.307, -1.8606, -1.8044, -2.1179, -0.285, 2.64]);
  });

  it('gives blue, green, red where the normalisation says so, mirrored too', () => {
    const [red, other] = [
      [-103.53, -106.28, 76.325],
      [151.47, -16.28, -123.675],
    ];
    assert.deepEqual(normalised('caffe-bgr'), [...(red ?? []), ...(other ?? [])]);
    assert.deepEqual(normalised('caffe-bgr', true), [...(other ?? []), ...(red ?? [])]);
    assert.equal(normalised('torchdistiller-bgr')[0], -104.007);
  });
});
