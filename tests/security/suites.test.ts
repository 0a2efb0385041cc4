/*
 * Suite files come from strangers: bounded, without code, without a way to touch objects that are
 * not theirs.
 */
import assert from 'node:assert/strict';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkYaml, compileSchema } from '../../common/checked-yaml.ts';
import { loadSuite, parseSuite } from '../../suites/load.ts';
import { temporaryFolder } from '../results/temporary.ts';

const syntax = (message: RegExp) => ({ code: 'SUITE_SYNTAX', exitCode: 2, message });

test('aliases of aliases are refused before they become terabytes', () => {
  const levels = Array.from({ length: 30 }, (_, level) =>
    level === 0 ? 'a0: &a0 [lol]' : `a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}]`,
  );
  assert.throws(
    () => parseSuite('bomb.yaml', levels.join('\n')),
    syntax(/^bomb\.yaml: .*alias count/),
  );
});

test('an alias to itself is refused', () => {
  assert.throws(() => parseSuite('self.yaml', 'a: &a [*a]'), { exitCode: 2 });
});

test('nesting beyond the stack is refused as such', () => {
  for (const text of ['['.repeat(20_000), `${'{a: '.repeat(10_000)}`, '- '.repeat(10_000)]) {
    assert.throws(() => parseSuite('deep.yaml', text), { code: 'SUITE_SYNTAX', exitCode: 2 });
  }
});

test('a text of more than four million characters is not parsed', () => {
  const text = `title: ${'x'.repeat(5_000_000)}`;
  assert.throws(
    () => parseSuite('long.yaml', text),
    syntax(/has 5000007 characters; up to 4194304/),
  );
});

test('a file that is no file, or as large as a disk, is not read', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'folder.yaml'));
  assert.throws(() => loadSuite(join(folder, 'folder.yaml')), { code: 'SUITE_FILE', exitCode: 2 });
  writeFileSync(join(folder, 'huge.yaml'), '');
  truncateSync(join(folder, 'huge.yaml'), 2 ** 40);
  assert.throws(() => loadSuite(join(folder, 'huge.yaml')), { code: 'SUITE_FILE', exitCode: 2 });
});

test('tags make no objects, and keys reach no prototype', () => {
  const anything = compileSchema<{ a: unknown }>({});
  const value = checkYaml(
    'x.yaml',
    'a: 1\nconstructor: {prototype: {polluted: true}}',
    anything,
    'X',
  ).value;
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  assert.throws(
    () => parseSuite('p.yaml', 'title: x\n__proto__: {a: 1}'),
    syntax(/p\.yaml:2: .*__proto__/),
  );
  const tagged = checkYaml('x.yaml', 'a: !!js/function "() => 1"', anything, 'X');
  assert.equal(typeof tagged.value.a, 'string');
});

test('an id is no path, and a checkpoint no file name', () => {
  const suite = (id: string) =>
    `schemaVersion: 1\nid: ${JSON.stringify(id)}\ntitle: T\ntask: classification\nmetrics: {top1: {margin: 1}}\ncolumns: []\nrows: []\nscales: {}`;
  for (const id of ['../up', 'a/b', '/etc/passwd', 'a\\b', '.', 'a\n', 'ä']) {
    assert.throws(
      () => parseSuite('x.yaml', suite(id)),
      { code: 'SUITE_SCHEMA', message: /id: / },
      id,
    );
  }
});

/** A suite that plans, as text; what a test changes stands in it once. */
const plain = `schemaVersion: 1
id: x
title: T
task: classification
noReference: none
metrics: { top1: { margin: 0.5 } }
columns: [{ id: resnet20__resnet8 }]
rows: [{ name: KD, hyper: { temperature: 4 } }]
scales:
  smoke:
    notComparable: "a test"
    dataset: embedded-small
    recipe: { name: embedded-smoke, overrides: { labelSmoothing: 0 } }
    seeds: [1]
`;
const changed = (from: string, to: string) => {
  assert.equal(plain.split(from).length, 2, from);
  return parseSuite('x.yaml', plain.replace(from, to));
};

test('the suite of these tests is a suite', () =>
  assert.equal(parseSuite('x.yaml', plain).id, 'x'));

test('anchors, aliases, parts and keys are counted before the parser has its way with them', () => {
  const many = (count: number, line: (index: number) => string) =>
    plain + Array.from({ length: count }, (_, index) => line(index)).join('');
  const started = process.cpuUsage();
  assert.throws(
    () =>
      parseSuite(
        'x.yaml',
        many(100_000, (k) => `k${k}: &k${k} 1\n`),
      ),
    syntax(/more than 1000 anchors or aliases/),
  );
  assert.throws(
    () =>
      parseSuite(
        'x.yaml',
        many(2000, (k) => (k === 0 ? 'k: &k 1\n' : `k${k}: *k\n`)),
      ),
    syntax(/more than 1000 anchors or aliases/),
  );
  assert.throws(
    () =>
      parseSuite(
        'x.yaml',
        many(200_000, (k) => `- ${k}\n`),
      ),
    syntax(/made of more than 300000 parts/),
  );
  // As many keys as pass: told briefly, and not compared each with each.
  assert.throws(
    () =>
      parseSuite(
        'x.yaml',
        many(40_000, (k) => `k${k}: 1\n`),
      ),
    {
      code: 'SUITE_SCHEMA',
      message: /unknown field "k0"[\s\S]*\.\.\. and \d+ more\.$/,
    },
  );
  assert.throws(
    () =>
      parseSuite(
        'x.yaml',
        many(1, () => `? ${'k'.repeat(100_000)}\n: 1\n`),
      ),
    syntax(/the key "kkk.*\.\.\. has 100000 characters/),
  );
  assert.throws(
    () =>
      parseSuite(
        'x.yaml',
        many(1, () => '? [a, b]\n: 1\n'),
      ),
    syntax(/x\.yaml:\d+: a key must be a name/),
  );
  assert.throws(
    () =>
      parseSuite(
        'x.yaml',
        many(1, () => 'title: T\n'),
      ),
    syntax(/x\.yaml:15: the key "title" stands there twice/),
  );
  assert.ok(process.cpuUsage(started).user < 60e6);
});

test('numbers that no computer holds, or that programs read differently, are refused', () => {
  const seeds = (text: string) => () => changed('seeds: [1]', `seeds: [${text}]`);
  assert.throws(seeds('99999999999999999999'), syntax(/14: the number "9{20}" is beyond 9007/));
  assert.throws(seeds('-1e300'), syntax(/is beyond 9007199254740991/));
  for (const text of ['0o17', '0x1F', '017', '-08']) {
    assert.throws(seeds(text), syntax(/is read as other numbers by other programs/), text);
  }
  for (const text of ['1_000', '1:30', '"1"', '.inf', '-.inf', '.nan', 'yes', '1.5', '-1', '~']) {
    assert.throws(seeds(text), { code: 'SUITE_SCHEMA', message: /seeds\[0\]/ }, text);
  }
  const smoothing = (text: string) => () => changed('labelSmoothing: 0', text);
  for (const field of [
    'optimizer: { lr: .inf }',
    'dropLast: yes',
    'epochs: 1000000000000',
    'batchSize: .nan',
  ]) {
    assert.throws(smoothing(field), { code: 'SUITE_SCHEMA', exitCode: 2 }, field);
  }
  assert.throws(() => changed('margin: 0.5', 'margin: .inf'), {
    message: /not Infinity|is Infinity/,
  });
  assert.throws(
    () => parseSuite('x.yaml', `%YAML 1.1\n---\n${plain}`),
    syntax(/asks for YAML 1\.1/),
  );
});

test('lists of a suite have an end', () => {
  const list = (count: number) => Array.from({ length: count }, (_, index) => index).join(',');
  assert.throws(() => changed('seeds: [1]', `seeds: [${list(20_000)}]`), {
    code: 'SUITE_SCHEMA',
    message: /seeds: must NOT have more than 1000 items/,
  });
});
