import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { RandomStream } from '../../../common/random.ts';
import { tf } from '../../../runners/engine/tensorflow.ts';
import { convnext } from '../../../runners/networks/convnext.ts';
import { branchesWith, branchFactors } from '../../../runners/networks/drop-path.ts';
import { forwardContext } from '../../../runners/networks/forward.ts';
import { initialState } from '../../../runners/networks/init.ts';
import { mixer } from '../../../runners/networks/mixer.ts';
import { pit } from '../../../runners/networks/pit.ts';
import { pvt } from '../../../runners/networks/pvt.ts';
import { swin } from '../../../runners/networks/swin.ts';
import { t2tVit } from '../../../runners/networks/t2t-vit.ts';
import type { Network } from '../../../runners/networks/types.ts';
import { vit } from '../../../runners/networks/vit.ts';

const options = { classes: 3, inputShape: [32, 32, 3] as const };
const stages = [0, 0, 1, 2] as const;
const ofStages = { widths: [4, 4, 4], heads: [1, 1, 1] } as const;
const families: readonly { network: Network; rates: readonly number[] }[] = [
  {
    network: vit('vit', { patch: 16, width: 4, depth: 3, heads: 1, stages }, options),
    rates: [0, 0, 0.15, 0.15, 0.3, 0.3],
  },
  {
    network: swin(
      'swin',
      { width: 4, patch: 2, window: 4, depths: [1, 2, 1, 1], heads: [1, 1, 1, 1] },
      options,
    ),
    rates: [0, 0, 0.075, 0.075, 0.15, 0.15, 0.225, 0.225, 0.3, 0.3],
  },
  {
    network: mixer('mixer', { kind: 'mixer', width: 4, depth: 2, stages: [0, 0, 1, 1] }, options),
    rates: [0.3, 0.3, 0.3, 0.3],
  },
  {
    network: mixer('resmlp', { kind: 'resmlp', width: 4, depth: 2, stages: [0, 0, 1, 1] }, options),
    rates: [0.3, 0.3, 0.3, 0.3],
  },
  {
    network: pit('pit', { ...ofStages, depths: [1, 2, 1], patch: 8, stride: 4 }, options),
    // 0.3 i / 4: the last one is below the rate.
    rates: [0, 0, 0.075, 0.075, 0.15, 0.15, 0.225, 0.225],
  },
  {
    network: pvt(
      'pvt',
      {
        widths: [4, 4, 4, 4],
        heads: [1, 1, 1, 1],
        depths: [1, 1, 1, 1],
        mlpRatios: [1, 1, 1, 1],
        reductions: [2, 2, 1, 1],
      },
      options,
    ),
    rates: [0, 0, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3],
  },
  {
    network: t2tVit('t2t', { width: 8, depth: 2, heads: 1, tokenWidth: 4 }, options),
    rates: [0, 0, 0.3, 0.3],
  },
  {
    network: convnext('convnext', { depths: [1, 2, 1, 1], widths: [4, 4, 4, 4] }, options),
    rates: [0, 0.075, 0.15, 0.225, 0.3],
  },
];

/** Logits of a forward pass in training, and how many branches it asked for. */
function pass(network: Network, branch: <T extends Tensor>(value: T) => T) {
  return tf.tidy(() => {
    const values = initialState(network.params, 1);
    const state = Object.fromEntries(
      network.params.map(({ name, shape }) => [
        name,
        tf.tensor(values[name] as Float32Array, [...shape]),
      ]),
    );
    const images = tf.randomNormal([2, 32, 32, 3], 0, 1, 'float32', 7) as Tensor4D;
    let asked = 0;
    const context = {
      ...forwardContext(state, true),
      branch: <T extends Tensor>(value: T): T => {
        asked += 1;
        return branch(value);
      },
    };
    const { tokens, features } = network.forward(context, images);
    const last = (tokens ?? features).at(-1) as Tensor;
    return { asked, last: last.dataSync() };
  });
}

describe('stochastic depth', () => {
  for (const { network, rates } of families) {
    it(`${network.name}: every residual branch has its probability, which grows as timm's does`, () => {
      const own = network.dropPath?.(0.3) ?? [];
      assert.equal(own.length, rates.length);
      own.forEach((rate, index) => {
        assert.ok(Math.abs(rate - (rates[index] as number)) < 1e-12, `${index}: ${rate}`);
      });
      assert.equal(pass(network, (value) => value).asked, rates.length);
    });
  }

  it('keeps the mean: branches that stay are divided by their probability to stay', () => {
    const factors = branchFactors([0, 0.25], 20_000, RandomStream.named(1, 'drop'));
    const [whole, some] = [factors.subarray(0, 20_000), factors.subarray(20_000)];
    assert.ok(whole.every((factor) => factor === 1));
    assert.deepEqual([...new Set(some)].sort(), [0, Math.fround(1 / 0.75)]);
    const mean = some.reduce((sum, factor) => sum + factor, 0) / some.length;
    assert.ok(Math.abs(mean - 1) < 0.01, String(mean));
  });

  it('leaves a branch out for a whole picture, and others alone', () => {
    tf.tidy(() => {
      const factors = tf.tensor2d([1, 1, 0, 2], [2, 2]);
      const branch = branchesWith([0, 0.5], factors);
      const x = tf.tensor3d([1, 2, 3, 4], [2, 1, 2]);
      assert.deepEqual([...branch(x).dataSync()], [1, 2, 3, 4]);
      assert.deepEqual([...branch(x).dataSync()], [0, 0, 6, 8]);
      assert.throws(() => branch(x), /More branches/);
    });
  });
});
