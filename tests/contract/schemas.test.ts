/* Generated schemas are what their sources say, and specifications fit the schema of their type. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compileSchema } from '../../common/checked-yaml.ts';
import { schemaProblems } from '../../common/schema-problems.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import { supposedPaperPlans } from '../../suites/coverage-by-name.ts';
import { checksText, schemaFiles, schemaText } from '../../suites/schema-files.ts';

const root = new URL('../../', import.meta.url);

for (const file of schemaFiles) {
  test(`${file.path} is generated`, async () => {
    const onDisk = readFileSync(new URL(file.path, root), 'utf8');
    assert.equal(onDisk, await schemaText(file), 'run make schemas');
  });
  const { checks } = file;
  if (checks === undefined) continue;
  test(`${checks.path} is generated`, async () => {
    const onDisk = readFileSync(new URL(checks.path, root), 'utf8');
    assert.equal(onDisk, await checksText(file), 'run make schemas');
  });
}

const validate = compileSchema<TrialSpec>(
  JSON.parse(readFileSync(new URL('contract/trial-spec.schema.json', root), 'utf8')) as object,
);
/** Of plans in which everything is supposed to be here, under a checksum that says so. */
const specs = supposedPaperPlans()
  .flatMap(({ trials }) => trials.map(({ spec }) => JSON.stringify(spec)))
  .map((text) => JSON.parse(text.replaceAll('"not here"', `"${'0'.repeat(64)}"`)) as TrialSpec);

test('every planned trial fits the schema that its type is derived from', () => {
  assert.ok(specs.length > 1000, `${specs.length} trials`);
  for (const spec of specs) {
    assert.ok(validate(spec), `${JSON.stringify(spec)}\n${schemaProblems(validate.errors ?? [])}`);
  }
});

test('a specification with another field, or without one, does not fit', () => {
  const [spec] = specs as [TrialSpec];
  assert.equal(validate({ ...spec, comment: 'mine' }), false);
  const { seed: _seed, ...without } = spec;
  assert.equal(validate(without), false);
  assert.equal(validate({ ...spec, recipe: { ...spec.recipe, epochs: 1.5 } }), false);
});
