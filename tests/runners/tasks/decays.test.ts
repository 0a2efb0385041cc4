import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Recipe } from '../../../contract/spec.ts';
import { t2tVit } from '../../../runners/networks/t2t-vit.ts';
import { vit } from '../../../runners/networks/vit.ts';
import { decays } from '../../../runners/tasks/optimise.ts';

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
