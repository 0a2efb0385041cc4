import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { initialScaler, nextScaler, unscale } from '../../../../runners/engine/optim/index.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';

/** The scale and the steps since its last change after steps whose gradients were finite or not. */
function after(scale: number, tracker: number, steps: readonly boolean[]): readonly number[] {
  const last = steps.reduce((state, finite) => nextScaler(state, tf.scalar(finite, 'bool')), {
    scale: tf.scalar(scale),
    growth_tracker: tf.scalar(tracker),
  });
  return [last.scale.arraySync(), last.growth_tracker.arraySync()];
}

describe('dynamic loss scaling', () => {
  it('starts, grows and backs off as PyTorch’s GradScaler', () => {
    assert.deepEqual(initialScaler, { scale: 65_536, growth_tracker: 0 });
    assert.deepEqual(after(65_536, 0, [true, true]), [65_536, 2]);
    assert.deepEqual(after(65_536, 1998, [true]), [65_536, 1999]);
    assert.deepEqual(after(65_536, 1999, [true]), [131_072, 0]);
    assert.deepEqual(after(65_536, 1999, [false]), [32_768, 0]);
    assert.deepEqual(after(65_536, 5, [false, false, true]), [16_384, 1]);
    // What would not be a number any more stays, and is tried again after as many steps.
    assert.deepEqual(after(2 ** 127, 1999, [true]), [2 ** 127, 0]);
  });

  it('takes the factor out of gradients exactly, and sees one value that is not finite', () => {
    const scale = tf.scalar(65_536);
    const values = [1e-3, -7.25, 1e-30];
    const scaled = tf.mul(tf.tensor1d(values), scale);
    const fine = unscale({ a: scaled, b: tf.ones([2, 2]) }, scale);
    assert.deepEqual([...(fine.gradients['a']?.dataSync() ?? [])], values.map(Math.fround));
    assert.equal(fine.finite.arraySync(), 1);
    for (const bad of [Infinity, -Infinity, NaN]) {
      const { finite } = unscale({ a: scaled, b: tf.tensor2d([[1, 2, bad]]) }, scale);
      assert.equal(finite.arraySync(), 0, String(bad));
    }
  });
});
