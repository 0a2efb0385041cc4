import '../../../runners/detection/all.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Recipe } from '../../../contract/spec.ts';
import { createDetector } from '../../../runners/detection/registry.ts';
import { t2tVit } from '../../../runners/networks/t2t-vit.ts';
import { vit } from '../../../runners/networks/vit.ts';
import { decays, normLayers, rateFactor } from '../../../runners/tasks/optimise.ts';

const setting = { classes: 5, inputShape: [32, 32, 3] } as const;
const networks = [
  vit('vit', { width: 8, heads: 2, depth: 1, stages: [0], distilled: true }, setting),
  t2tVit('t2t', { width: 8, heads: 2, depth: 1, tokenWidth: 8 }, setting),
];

function moved(rule: 'matrices' | 'weights' | undefined): readonly string[] {
  const optimizer = { kind: 'adamw', ...(rule && { decays: rule }) } as Recipe['optimizer'];
  return networks.flatMap(({ params }) =>
    params.filter((param) => param.trainable && decays(optimizer, param)).map(({ name }) => name),
  );
}

test('weight decay acts on all, on matrices, or on weights alone', () => {
  const trained = networks.flatMap(({ params }) => params.filter(({ trainable }) => trainable));
  assert.equal(moved(undefined).length, trained.length);
  const tokens = ['cls_token', 'pos_embed', 'dist_token', 'cls_token'];
  const matrices = moved('matrices');
  assert.deepEqual(
    matrices.filter((name) => /token|pos/.test(name) && !name.includes('.')),
    tokens,
  );
  assert.ok(matrices.every((name) => !/norm|bias/.test(name)));
  const weights = moved('weights');
  assert.deepEqual(
    weights,
    matrices.filter((name) => !tokens.includes(name)),
  );
  assert.ok(weights.includes('patch_embed.proj.weight') && weights.includes('head.weight'));
});

test('biases have a rate of their own and no decay, those of norms excepted', () => {
  const { params } = createDetector('fcos-centred-r18w16-fpn32', { classes: 5 });
  const trained = params.filter(({ trainable }) => trainable);
  const norms = normLayers(trained.map((param) => ({ name: `student0/${param.name}`, param })));
  const optimizer = { biasRate: 2, biasDecays: false } as Recipe['optimizer'];
  // Those that mmengine 0.10.7's DefaultOptimWrapperConstructor gives twice the rate.
  const biases = [
    ...[0, 1, 2].map((level) => `neck.lateral_convs.${level}.conv.bias`),
    ...[0, 1, 2, 3, 4].map((level) => `neck.fpn_convs.${level}.conv.bias`),
    ...['cls', 'reg'].flatMap((part) =>
      [0, 1].map((at) => `bbox_head.${part}_convs.${at}.conv.bias`),
    ),
    ...['cls', 'reg', 'centerness'].map((part) => `bbox_head.conv_${part}.bias`),
  ];
  const twice = trained.filter((param) => rateFactor(optimizer, param, norms) === 2);
  assert.deepEqual(twice.map(({ name }) => name).sort(), biases.sort());
  const still = trained.filter((param) => !decays(optimizer, param, norms));
  assert.deepEqual(still.map(({ name }) => name).sort(), biases);
  assert.ok(trained.every((param) => rateFactor({}, param, norms) === 1));
  const offset = { name: 'backbone.layer2.0.conv2.conv_offset.bias' };
  assert.equal(rateFactor(optimizer, offset, norms), 1);
});
