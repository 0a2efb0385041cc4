import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest, suggestion } from '../../common/nearest.ts';

test('the nearest name has the fewest edits', () => {
  assert.equal(nearest('resnet8x', ['resnet32x4', 'resnet8', 'vgg8']), 'resnet8');
});

test('of names equally near, the one that begins alike is meant', () => {
  assert.equal(nearest('ctdk', ['crd', 'ctkd', 'dkd']), 'ctkd');
  assert.equal(nearest('ctdk', ['ctkd', 'crd']), 'ctkd');
});

test('a word that is near to nothing gets a list', () => {
  assert.equal(nearest('transformer', ['kd', 'dkd']), undefined);
  assert.equal(suggestion('transformer', ['kd', 'dkd', 'kd']), 'Known: dkd, kd.');
  assert.equal(nearest('x', []), undefined);
});
