import '../../../runners/segmentation/all.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { UsageError } from '../../../common/errors.ts';
import { tf } from '../../../runners/engine/tensorflow.ts';
import { forwardContext } from '../../../runners/networks/forward.ts';
import { countParameters, initialState } from '../../../runners/networks/init.ts';
import {
  pixelAccuracy,
  pixelClasses,
  pixelCrossEntropy,
} from '../../../runners/segmentation/networks/losses.ts';
import type { Segmenter } from '../../../runners/segmentation/networks/types.ts';
import { createSegmenter, segmenterNames } from '../../../runners/segmentation/registry.ts';
import { backboneOf, inNetwork } from '../../../runners/tasks/backbone.ts';

const weightsOf = (segmenter: Segmenter) => {
  const state = initialState(segmenter.params, 1);
  return Object.fromEntries(
    segmenter.params.map(({ name, shape }) => [
      name,
      tf.tensor(state[name] as Float32Array, [...shape]),
    ]),
  );
};

describe('segmenters', () => {
  it('have as many parameters as mmsegmentation gives them', () => {
    // PSPNet and DeepLabV3 of ResNet-18 are in reference/golden/segnet; the others follow from the
    // configs.
    const million = (name: string) => countParameters(createSegmenter(name, { classes: 19 })) / 1e6;
    assert.ok(Math.abs(million('pspnet-r18-d8') - 12.79) < 0.01);
    assert.ok(Math.abs(million('deeplabv3-r18-d8') - 13.99) < 0.01);
  });

  it('answer an unknown name with the nearest, and refuse no classes', () => {
    const code = (expected: string) => (error: unknown) =>
      error instanceof UsageError && error.code === expected;
    assert.throws(() => createSegmenter('pspnet-r19-d8', { classes: 2 }), /pspnet-r18-d8/);
    assert.throws(() => createSegmenter('pspnet-r18-d8', { classes: 0 }), code('MODEL_CLASSES'));
    assert.ok(segmenterNames().includes('deeplabv3-r101-d8'));
  });

  it('give maps of the sizes and channels that distillers are told', () => {
    for (const name of ['pspnet-r18w8-d8', 'pspnet-r18w16-d8']) {
      tf.tidy(() => {
        const segmenter = createSegmenter(name, { classes: 3 });
        const pass = {
          ...forwardContext(weightsOf(segmenter), false),
          auxiliary: false,
          dropout: () => null,
        };
        const output = segmenter.forward(pass, tf.ones([1, 32, 40, 3]) as Tensor4D);
        const { shapes } = segmenter;
        assert.deepEqual(output.logits.shape, [1, 4, 5, 3]);
        assert.deepEqual(output.embedding.shape, [1, 4, 5, shapes.embedding]);
        assert.deepEqual(output.backbone.at(-1)?.shape, [1, 4, 5, shapes.features[0]]);
        assert.equal(output.auxiliary, null);
      });
    }
  });

  it('leave out whole channels before both classifiers', () => {
    tf.tidy(() => {
      const segmenter = createSegmenter('pspnet-r18w8-d8', { classes: 3 });
      const { dropoutChannels } = segmenter;
      const weights = weightsOf(segmenter);
      const run = (factor: number) =>
        segmenter.forward(
          {
            ...forwardContext(weights, false),
            auxiliary: true,
            dropout: (head) => tf.fill([1, 1, 1, dropoutChannels[head]], factor) as Tensor4D,
          },
          tf.ones([1, 32, 32, 3]) as Tensor4D,
        );
      const [none, all] = [run(0), run(2)];
      assert.equal(tf.max(tf.abs(none.embedding)).dataSync()[0], 0);
      for (const logits of [none.logits, none.auxiliary as Tensor4D]) {
        // Only the bias is left, which starts at 0.
        assert.equal(tf.max(tf.abs(logits)).dataSync()[0], 0);
      }
      assert.ok((tf.max(tf.abs(all.auxiliary as Tensor4D)).dataSync()[0] as number) > 0);
    });
  });
});

describe('losses of pixels', () => {
  const logits = tf.tensor4d([0, 2, 1, 0], [1, 1, 2, 2]);
  const labels = tf.tensor3d([0, 255], [1, 1, 2], 'int32');
  const first = Math.log(1 + Math.exp(2));

  it('count ignored pixels in the divisor only, or nowhere', () => {
    const value = (counted: boolean) =>
      pixelCrossEntropy(logits, labels, { averageCounted: counted }).dataSync()[0] as number;
    assert.ok(Math.abs(value(false) - first / 2) < 1e-6);
    assert.ok(Math.abs(value(true) - first) < 1e-6);
  });

  it('count right pixels among those that count', () => {
    const { correct, counted } = pixelAccuracy(logits, tf.tensor3d([1, 255], [1, 1, 2], 'int32'));
    assert.deepEqual([correct.dataSync()[0], counted.dataSync()[0]], [1, 1]);
    assert.deepEqual([...pixelClasses(logits, [1, 2]).dataSync()], [1, 0]);
  });
});

describe('PSPNet of TorchDistiller', () => {
  const segmenter = createSegmenter('pspnet-r18w8-torchdistiller', { classes: 3 });

  it('rounds the size of its first pooling up, for even and odd sides', () => {
    // 64 gives 32, then 17 and 9; 66 gives 33, then 17 and 9.
    for (const [side, map] of [
      [64, 9],
      [66, 9],
      [40, 6],
    ] as const) {
      tf.tidy(() => {
        const context = forwardContext(weightsOf(segmenter), false);
        const pass = { ...context, auxiliary: true, dropout: () => null };
        const output = segmenter.forward(pass, tf.ones([1, side, side, 3]) as Tensor4D);
        assert.deepEqual(output.logits.shape, [1, map, map, 3]);
        assert.deepEqual(output.auxiliary?.shape, [1, map, map, 3]);
      });
    }
  });

  it('has its backbone at the root, and puts it back there', () => {
    const backbone = backboneOf(segmenter);
    const names = backbone.params.map(({ name }) => name);
    assert.ok(names.includes('conv1.weight') && names.includes('layer4.1.bn2.running_var'));
    assert.ok(!names.some((name) => /^(pspmodule|head|dsn)\./.test(name)));
    const values = initialState(backbone.params, 1);
    assert.deepEqual(Object.keys(inNetwork(values, segmenter)), names);
  });
});
