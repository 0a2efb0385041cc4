/* Suite files come from strangers: bounded, without code, without a way to touch objects that are not theirs. */
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
    'a: 1\n__proto__: {polluted: true}\nconstructor: {prototype: {polluted: true}}',
    anything,
    'X',
  ).value;
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  assert.throws(() => parseSuite('p.yaml', '__proto__: {a: 1}'), { code: 'SUITE_SCHEMA' });
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
