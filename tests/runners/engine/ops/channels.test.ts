import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { EngineError } from '../../../../runners/engine/errors.ts';
import { channelShuffle } from '../../../../runners/engine/ops/index.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';
import { assertEqualsFormula, at, mapOf, normal } from './reference.ts';

describe('channel shuffle', () => {
  it('takes a channel of every group in turn, gradients too', () => {
    const x = normal([2, 3, 2, 6], 'x');
    assertEqualsFormula({
      inputs: { x },
      run: (given) => channelShuffle(given.x as Tensor4D, 3),
      // Channels 0 1 | 2 3 | 4 5 become 0 2 4 1 3 5.
      formula: (given) =>
        mapOf([2, 3, 2, 6], (b, y, column, c) =>
          at(given.x, [b, y, column, [0, 2, 4, 1, 3, 5][c] as number], 0),
        ),
    });
  });

  it('refuses groups that do not divide the channels', () => {
    assert.throws(
      () => channelShuffle(tf.zeros([1, 2, 2, 6]) as Tensor4D, 4),
      (error: unknown) => error instanceof EngineError && /6 channels, which 4/.test(error.message),
    );
  });
});
