import '../../runners/distillers/all.ts';
/* A table that is a plain object must not answer to the names that every object answers to. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { main } from '../../cli/main.ts';
import { lookUp } from '../../common/look-up.ts';
import { metricName } from '../../reference/published/metric-names.ts';
import { loadRecipe } from '../../reference/recipes/loader.ts';
import { denseFamilyOf } from '../../runners/catalogue/dense-networks.ts';
import {
  datasetIdentity,
  fetchDataset,
  loadDataset,
  verifyDataset,
} from '../../runners/data/registry.ts';
import { hasDetector } from '../../runners/detection/registry.ts';
import { denseMethod } from '../../runners/distillers/dense/create.ts';
import { resolveDenseHyper } from '../../runners/distillers/dense/hyper.ts';
import { resolveHyper } from '../../runners/distillers/hyper.ts';
import { parseMethod } from '../../runners/distillers/method-id.ts';
import { hasNetwork } from '../../runners/networks/registry.ts';
import { hasSegmenter } from '../../runners/segmentation/registry.ts';
import { loadSuite } from '../../suites/load.ts';
import { fakeContext } from '../cli/fake-context.ts';

const root = join(import.meta.dirname, '../..');
const folders = [
  'app',
  'cli',
  'common',
  'contract',
  'reference',
  'reports',
  'results',
  'runners',
  'suites',
];

/**
 * Constants that are tables by name: `const kinds: Readonly<Record<string, Kind>> = {` with entries
 * below.
 */
const tableOf = /\bconst (\w+): (?:Readonly<)?(?:Partial<)?Record<string,[^=]*= \{\n/g;

/** What is asked there is named by the code itself: tensors of a step, files of golden numbers. */
const inner =
  /^runners\/(?:(?:engine|tasks|parity)\/|(?:classification|detection|segmentation)\/(?!registry))/;

/**
 * Asked with what has a fixed list of values: a character of a pattern, a signal that was asked
 * for, an operation of a policy.
 */
const fixed: ReadonlySet<string> = new Set([
  'cli/process-context.ts: interruptions',
  'reports/markup.ts: entities',
  'runners/data/augment/rand-augment.ts: operations',
]);

test('tables of names are asked with lookUp or after Object.hasOwn', () => {
  const found = new Set<string>();
  let tables = 0;
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }));
  for (const file of files.filter((each) => !inner.test(each))) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, name] of text.matchAll(tableOf)) {
      tables += 1;
      const lines = text.split('\n');
      lines.forEach((line, index) => {
        if (!new RegExp(`(?<![\\w.])${name}\\[(?!['"\\d])`).test(line)) return;
        const before = lines.slice(Math.max(0, index - 3), index + 1).join(' ');
        if (!before.includes(`hasOwn(${name}`)) found.add(`${file}: ${name}`);
      });
    }
  }
  assert.ok(tables > 20, 'the pattern finds tables');
  assert.deepEqual(
    [...found].filter((each) => !fixed.has(each)),
    [],
  );
});

/** What every plain object answers to. */
const everywhere = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];

test('the names of every object are names of nothing here', async () => {
  const refused = { name: 'UsageError' };
  for (const name of everywhere) {
    assert.equal(lookUp({ a: 1 }, name), undefined);
    for (const method of [name, `kd+${name}`, `${name}+lskd`]) {
      assert.throws(() => parseMethod(method, { paper: name }), { code: 'METHOD_UNKNOWN' });
    }
    // As JSON and YAML make them: a key of the object itself.
    const hyper = JSON.parse(`{"${name}": 1}`);
    assert.throws(() => resolveHyper(parseMethod('kd'), hyper), { code: 'HYPER_UNKNOWN' });
    const dense = denseMethod('fgd');
    const place = { family: 'two-stage', kind: name } as const;
    assert.throws(() => resolveDenseHyper(dense, place, hyper), { code: 'HYPER_UNKNOWN' });
    assert.throws(() => loadRecipe(name), { code: 'RECIPE_UNKNOWN' });
    assert.equal(hasNetwork(name), false);
    assert.equal(hasDetector(name), false);
    assert.equal(hasSegmenter(name), false);
    assert.equal(denseFamilyOf(name), null);
    await assert.rejects(datasetIdentity(name), refused);
    await assert.rejects(loadDataset(name), refused);
    await assert.rejects(fetchDataset(name), refused);
    await assert.rejects(verifyDataset(name), refused);
    assert.throws(() => loadSuite(name), { code: 'SUITE_UNKNOWN' });
    assert.equal(metricName(name), name);
    for (const argv of [
      [name],
      ['plan', `--${name}`],
      ['plan', '--scale', name],
      ['data', name],
      ['data', 'fetch', name],
      ['import', name, 'x'],
      ['help', name],
    ]) {
      const context = fakeContext();
      assert.equal(await main(argv, context), 2, argv.join(' '));
      assert.doesNotMatch(context.err.join('\n'), /defect|\n +at /);
    }
  }
});
