import '../../../runners/networks/all.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { UsageError } from '../../../common/errors.ts';
import { anySetNetworks } from '../../../runners/catalogue/shared-networks.ts';
import { EngineError } from '../../../runners/engine/errors.ts';
import { tf } from '../../../runners/engine/tensorflow.ts';
import { forwardContext } from '../../../runners/networks/forward.ts';
import { countParameters, initialState } from '../../../runners/networks/init.ts';
import { networkKinds } from '../../../runners/networks/kinds.ts';
import { toEngine, toTorch } from '../../../runners/networks/layout.ts';
import { ModuleScope } from '../../../runners/networks/modules.ts';
import { patchLogits, patchRows, pyramidWeights } from '../../../runners/networks/patch-logits.ts';
import { createNetwork, networkNames } from '../../../runners/networks/registry.ts';
import type { ParamSpec } from '../../../runners/networks/types.ts';

// Logits, features, running statistics and parameter counts are compared with mdistiller in the
// parity tests.

describe('network registry', () => {
  it('says which networks of 224 pixels tables of all data sets call by one name', async () => {
    const large = await Promise.all(
      Object.entries(networkKinds).map(
        async ([name, load]) => [name, (await load()).side] as const,
      ),
    );
    const shared = large.filter(
      ([name, side]) => side === 224 && !/^(imagenet|cub200)-/.test(name),
    );
    assert.deepEqual(
      shared.map(([name]) => name),
      anySetNetworks,
    );
  });

  it('suggests the nearest name', () => {
    assert.throws(
      () => createNetwork('resnet8x5', { classes: 100 }),
      (error: unknown) =>
        error instanceof UsageError &&
        error.code === 'MODEL_UNKNOWN' &&
        /Did you mean "resnet8x4"\?/.test(error.message),
    );
    assert.throws(() => createNetwork('toString', { classes: 100 }), UsageError);
  });

  it('refuses a number of classes that is none', () => {
    assert.throws(() => createNetwork('resnet8', { classes: 0 }), /at least 1, not 0/);
  });

  it('builds every network that it names, with a classifier of the wanted width', () => {
    for (const name of networkNames()) {
      const { params } = createNetwork(name, { classes: 7 });
      assert.deepEqual(params.at(-1)?.shape, [7], name);
      assert.equal(new Set(params.map((param) => param.name)).size, params.length, name);
    }
  });
});

describe('initial state', () => {
  const network = createNetwork('resnet8x4', { classes: 100 });
  const state = initialState(network.params, 3);

  it('follows mdistiller: Kaiming normal over fan-out, batch norm 1 and 0, linear uniform', () => {
    const deviation = (values: Float32Array) =>
      Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    const expected = Math.sqrt(2 / (256 * 9));
    const conv = state['layer3.0.conv2.weight'] as Float32Array;
    assert.ok(Math.abs(deviation(conv) / expected - 1) < 0.01);
    assert.ok((state['bn1.weight'] as Float32Array).every((value) => value === 1));
    assert.ok((state['bn1.bias'] as Float32Array).every((value) => value === 0));
    assert.ok((state['bn1.running_var'] as Float32Array).every((value) => value === 1));
    for (const name of ['fc.weight', 'fc.bias']) {
      const values = state[name] as Float32Array;
      assert.ok(
        values.every((value) => Math.abs(value) <= 1 / 16),
        name,
      );
      assert.ok(Math.max(...values) > 0.9 / 16, name);
    }
  });

  it('follows the other originals where they differ', () => {
    const start = (model: string, name: string) =>
      createNetwork(model, { classes: 100 }).params.find((param) => param.name === name)?.init;
    const kaiming = { kind: 'normal', std: Math.sqrt(2 / (64 * 9)) };
    assert.deepEqual(start('vgg8', 'block0.0.weight'), kaiming);
    assert.deepEqual(start('vgg8', 'block0.0.bias'), { kind: 'constant', value: 0 });
    assert.deepEqual(start('vgg8', 'classifier.weight'), { kind: 'normal', std: 0.01 });
    assert.deepEqual(start('mobilenetv2', 'classifier.0.weight'), { kind: 'normal', std: 0.01 });
    assert.deepEqual(start('wrn_16_2', 'fc.weight'), {
      kind: 'uniform',
      bound: 1 / Math.sqrt(128),
    });
    assert.deepEqual(start('wrn_16_2', 'fc.bias'), { kind: 'constant', value: 0 });
    // PyTorch's default of a convolution: three groups of 240 / 3 inputs each.
    assert.deepEqual(start('shufflenetv1', 'layer1.1.conv1.weight'), {
      kind: 'uniform',
      bound: 1 / Math.sqrt(80),
    });
  });

  it('follows the layers that are new in networks for CUB-200, which start as PyTorch has it', () => {
    const stem = { kind: 'uniform', bound: 1 / Math.sqrt(3 * 49) };
    const classifier = { kind: 'uniform', bound: 1 / Math.sqrt(512) };
    for (const [model, name, expected] of [
      ['cub200-resnet32x4', 'conv1.weight', stem],
      ['cub200-resnet50', 'conv1.weight', stem],
      ['cub200-shufflenetv1', 'conv1.weight', stem],
      ['cub200-mobilenetv2', 'conv1.0.weight', stem],
      ['cub200-vgg8', 'classifier.weight', classifier],
      ['cub200-vgg8', 'classifier.bias', classifier],
      // What stays has drawn its weights before.
      ['cub200-mobilenetv2', 'classifier.0.weight', { kind: 'normal', std: 0.01 }],
    ] as const) {
      const { params } = createNetwork(model, { classes: 200 });
      assert.deepEqual(params.find((param) => param.name === name)?.init, expected, model);
    }
  });

  it('depends on seed and name of a tensor only', () => {
    const spec = network.params.find(({ name }) => name === 'fc.weight') as ParamSpec;
    assert.deepEqual(initialState([spec], 3)['fc.weight'], state['fc.weight']);
    assert.notDeepEqual(initialState([spec], 4)['fc.weight'], state['fc.weight']);
  });

  it('counts trained values only', () => {
    const scope = new ModuleScope();
    scope.conv('conv', { inputs: 3, outputs: 4, kernel: 3, bias: true });
    scope.batchNorm('bn', 4);
    scope.linear('fc', 4, 2);
    assert.equal(countParameters(scope), 3 * 4 * 9 + 4 + 8 + 4 * 2 + 2);
  });
});

describe('networks of ImageNet', () => {
  it('are others than those of CIFAR with the same name in tables', () => {
    const stem = (name: string) => createNetwork(name, { classes: 10 }).params[0]?.torchShape;
    assert.deepEqual(stem('resnet18'), [64, 3, 3, 3]);
    assert.deepEqual(stem('imagenet-resnet18'), [64, 3, 7, 7]);
  });
});

describe('layouts', () => {
  it('OIHW becomes HWIO and back', () => {
    const scope = new ModuleScope();
    scope.conv('conv', { inputs: 2, outputs: 3, kernel: 2 });
    const [spec] = scope.params as [ParamSpec];
    assert.deepEqual(
      [spec.torchShape, spec.shape],
      [
        [3, 2, 2, 2],
        [2, 2, 2, 3],
      ],
    );
    const torch = Float32Array.from({ length: 24 }, (_, index) => index);
    const engine = toEngine(spec, torch);
    // o = 2, i = 1, y = 0, x = 1 in both layouts.
    assert.equal(engine[((0 * 2 + 1) * 2 + 1) * 3 + 2], torch[((2 * 2 + 1) * 2 + 0) * 2 + 1]);
    assert.deepEqual(toTorch(spec, engine), torch);
  });

  it('a depthwise convolution is told by its groups', () => {
    const scope = new ModuleScope();
    scope.conv('dw', { inputs: 4, outputs: 4, kernel: 3, groups: 4 });
    scope.linear('fc', 4, 2);
    assert.deepEqual(
      scope.params.map(({ layout, shape, torchShape }) => ({ layout, shape, torchShape })),
      [
        { layout: 'depthwise', shape: [3, 3, 4, 1], torchShape: [4, 1, 3, 3] },
        { layout: 'oi', shape: [4, 2], torchShape: [2, 4] },
        { layout: 'flat', shape: [2], torchShape: [2] },
      ],
    );
  });
});

describe('forward pass', () => {
  const network = createNetwork('resnet8', { classes: 10 });
  const params = Object.fromEntries(
    Object.entries(initialState(network.params, 1)).map(([name, values]) => [
      name,
      tf.tensor(values, [...(network.params.find((each) => each.name === name)?.shape ?? [])]),
    ]),
  );
  const images = tf.randomNormal([2, 32, 32, 3], 0, 1, 'float32', 5) as Tensor4D;

  it('updates every running statistic in training and none in eval mode, without leaking', () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const training = forwardContext(params, true);
      network.forward(training, images);
      const buffers = network.params.filter(({ trainable }) => !trainable);
      assert.deepEqual(
        Object.keys(training.takeUpdates()).sort(),
        buffers.map(({ name }) => name).sort(),
      );
      const evaluation = forwardContext(params, false);
      network.forward(evaluation, images);
      assert.deepEqual(evaluation.takeUpdates(), {});
    });
    assert.equal(tf.memory().numTensors, before);
  });

  it('moves a running statistic twice where a layer runs twice', () => {
    const scope = new ModuleScope();
    const norm = scope.batchNorm('bn', 3);
    const state = {
      'bn.weight': tf.ones([3]),
      'bn.bias': tf.zeros([3]),
      'bn.running_mean': tf.zeros([3]),
      'bn.running_var': tf.ones([3]),
    };
    const context = forwardContext(state, true);
    const x = tf.fill([2, 2, 2, 3], 10) as Tensor4D;
    norm(context, x);
    norm(context, x);
    const mean = context.takeUpdates()['bn.running_mean']?.dataSync()[0] as number;
    assert.ok(Math.abs(mean - 1.9) < 1e-5, `${mean}`);
  });

  it('names the tensor that is missing', () => {
    assert.throws(
      () => network.forward(forwardContext({}, false), images),
      (error: unknown) =>
        error instanceof EngineError && /reads "conv1\.weight"/.test(error.message),
    );
  });

  it('gives patch logits whose first region is the whole picture and whose rows keep pictures together', () => {
    const output = network.forward(forwardContext(params, false), images);
    const patches = patchLogits(output, [1, 2, 4]);
    assert.deepEqual(patches.shape, [2, 10, 21]);
    const global = [...output.logits.dataSync()];
    const first = [...tf.slice(patches, [0, 0, 0], [2, 10, 1]).dataSync()];
    assert.ok(global.every((value, index) => Math.abs(value - (first[index] as number)) < 1e-4));
    const rows = patchRows(patches);
    assert.deepEqual(
      [...tf.slice(rows, [21, 0], [1, 10]).dataSync()],
      [...tf.slice(patches, [1, 0, 0], [1, 10, 1]).dataSync()],
    );
  });
});

describe('pyramid of regions', () => {
  it('weights sum to one, and 1x1 comes from the 4x4 map: on 7x7 it is no plain mean', () => {
    for (const side of [2, 7, 8]) {
      for (const weights of pyramidWeights(side, side, [1, 2, 4])) {
        assert.ok(Math.abs(weights.reduce((sum, value) => sum + value, 0) - 1) < 1e-12);
      }
    }
    const [plain] = pyramidWeights(8, 8, [1]) as [Float64Array];
    assert.ok(plain.every((value) => value === 1 / 64));
    const [uneven] = pyramidWeights(7, 7, [1]) as [Float64Array];
    // The middle row and column lie in two windows each, the corners in one.
    assert.ok((uneven[3 * 7 + 3] as number) > (uneven[0] as number));
  });

  it('refuses other sizes', () => {
    assert.throws(() => pyramidWeights(8, 8, [3]), /must consist of the sizes 1, 2 and 4/);
  });
});

describe('a convolution with batch norm', () => {
  it('is folded into one in eval mode, equal to the two one after the other', () => {
    for (const groups of [1, 4]) {
      const scope = new ModuleScope();
      const spec = { inputs: 4, outputs: 4, kernel: 3, padding: 1, stride: 2, groups, bias: true };
      const both = scope.convNorm('conv', 'bn', spec);
      const apart = new ModuleScope();
      const conv = apart.conv('conv', spec);
      const norm = apart.batchNorm('bn', 4);
      assert.deepEqual(scope.params, apart.params);
      const state = Object.fromEntries(
        scope.params.map(({ name, shape }, index) => [
          name,
          tf.randomUniform([...shape], 0.5, 1.5, 'float32', index),
        ]),
      );
      const x = tf.randomNormal([2, 5, 5, 4], 0, 1, 'float32', 99) as Tensor4D;
      const folded = both(forwardContext(state, false), x);
      const plain = forwardContext(state, false);
      const difference = tf.sub(folded, norm(plain, conv(plain, x)));
      assert.ok((tf.max(tf.abs(difference)).dataSync()[0] as number) < 1e-5);
      // In training the norm has its statistics from the batch, and moves them.
      const training = forwardContext(state, true);
      both(training, x);
      assert.deepEqual(Object.keys(training.takeUpdates()), ['bn.running_mean', 'bn.running_var']);
    }
  });
});
