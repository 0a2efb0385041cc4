import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadTeacherReleases } from '../../../reference/teachers/loader.ts';
import {
  changeOfNormalisation,
  cifar100Normalisation,
  namedNormalisations,
  normalisationNamed,
} from '../../../runners/data/normalisation.ts';

test('the change from one normalisation to another turns every byte as it should', () => {
  const from = namedNormalisations['cifar100-measured'];
  const to = namedNormalisations.imagenet;
  const change = changeOfNormalisation(from, to);
  assert.ok(change);
  for (const byte of [0, 1, 127, 255]) {
    for (const channel of [0, 1, 2] as const) {
      const value = byte / 255;
      const seen = (value - from.mean[channel]) / from.std[channel];
      const expected = (value - to.mean[channel]) / to.std[channel];
      const turned = seen * (change.scale[channel] as number) + (change.shift[channel] as number);
      assert.ok(Math.abs(turned - expected) < 1e-12);
    }
  }
  assert.equal(changeOfNormalisation(from, { ...from }), null);
});

test('names are known in the recipes, in the releases, and nowhere twice', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../../reference/recipes/recipe.schema.json', import.meta.url), 'utf8'),
  );
  const [listed] = [...JSON.stringify(schema).matchAll(/"normalisation":\{"enum":(\[.*?\])/g)].map(
    ([, names]) => JSON.parse(names as string),
  );
  assert.deepEqual(listed, [...Object.keys(namedNormalisations), null]);
  const stated = loadTeacherReleases().flatMap(({ normalisation }) => normalisation ?? []);
  assert.deepEqual([...new Set(stated)].sort(), ['cifar100-measured', 'cifar100-repdistiller']);
  assert.equal(normalisationNamed('cifar100-repdistiller'), cifar100Normalisation);
  assert.throws(() => normalisationNamed('cifar100-mesured'), {
    code: 'NORMALISATION_UNKNOWN',
    message: /Did you mean "cifar100-measured"/,
  });
});
