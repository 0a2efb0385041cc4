import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { importClosure } from '../../../../runners/training/fingerprint/closure.ts';
import { checkoutOf } from './checkouts.ts';

type Files = Readonly<Record<string, string>>;

const closure = (files: Files, entry = 'a.ts') => importClosure([entry], checkoutOf(files));
/** What the fingerprint takes of a closure. */
const identity = (files: Files, entry?: string) =>
  closure(files, entry).files.map(({ digest, names }) => ({ digest, names }));
const paths = (files: Files) =>
  closure(files)
    .files.map(({ path }) => path)
    .sort();

describe('an import closure', () => {
  it('holds what the entry reaches, and nothing else', () => {
    const files = {
      'a.ts': "import { b } from './lib/b.ts';\nimport type { T } from './types.ts';",
      'lib/b.ts': "export * from '../c.mjs'; const w = new URL('./w.ts', import.meta.url);",
      'c.mjs': "export const c = async () => import('./d.ts');",
      'd.ts': "readFileSync(new URL('./d.yaml', import.meta.url))",
      'd.yaml': 'x: 1',
      'lib/w.ts': '',
      'types.ts': '',
      'other.ts': "import './a.ts';",
    };
    assert.deepEqual(paths(files), ['a.ts', 'c.mjs', 'd.ts', 'd.yaml', 'lib/b.ts', 'lib/w.ts']);
  });

  it('goes around a circle of imports once, wherever it lies', () => {
    const circle = {
      'a.ts': "import { b } from './b.ts'; export const a = 1;",
      'b.ts': "import { c } from './c.ts'; export const b = 2;",
      'c.ts': "import { a } from './a.ts'; export const c = 3;",
    };
    const moved = {
      'x/a.ts': "import { b } from '../y/b.ts'; export const a = 1;",
      'y/b.ts': "import { c } from './z/c.ts'; export const b = 2;",
      'y/z/c.ts': "import { a } from '../../x/a.ts'; export const c = 3;",
    };
    assert.deepEqual(identity(moved, 'x/a.ts'), identity(circle));
    for (const path of Object.keys(circle) as (keyof typeof circle)[]) {
      const changed = { ...circle, [path]: `${circle[path]} more();` };
      assert.notDeepEqual(identity(changed), identity(circle), path);
    }
    const itself = { 'a.ts': "new Worker(new URL('./a.ts', import.meta.url))" };
    assert.deepEqual(paths(itself), ['a.ts']);
  });

  it('never takes two files of equal content for one', () => {
    const both = "import { a } from './b.ts';\nimport { a as c } from './c.ts';";
    const twice = "import { a } from './b.ts';\nimport { a as c } from './b.ts';";
    const counter = 'let n = 0; export const a = () => n++;';
    const files = { 'b.ts': counter, 'c.ts': counter };
    assert.notDeepEqual(
      identity({ ...files, 'a.ts': both }),
      identity({ ...files, 'a.ts': twice }),
    );
  });

  it('tells which of two files is imported', () => {
    const files = { 'b.ts': 'export const x = 1;', 'c.ts': 'export const x = 2;' };
    const other = { 'b.ts': 'export const x = 2;', 'c.ts': 'export const x = 1;' };
    const entry = { 'a.ts': "import { x as b } from './b.ts'; import { x as c } from './c.ts';" };
    assert.notDeepEqual(identity({ ...files, ...entry }), identity({ ...other, ...entry }));
  });

  it('does not mind how imports are sorted', () => {
    const files = { 'b.ts': 'export const b = 1;', 'c.ts': 'export const c = 2;' };
    const one = { 'a.ts': "import { b } from './b.ts';\nimport { c } from './c.ts';" };
    const other = { 'a.ts': "import { c } from './c.ts';\nimport { b } from './b.ts';" };
    assert.deepEqual(identity({ ...files, ...one }), identity({ ...files, ...other }));
  });

  it('takes data for what it says', () => {
    const entry = (name: string) => ({ 'a.ts': `read(new URL('./${name}', import.meta.url))` });
    const data = (name: string, text: string) => identity({ ...entry(name), [name]: text });
    assert.deepEqual(data('d.yaml', 'x: [1, 2] # two'), data('d.yaml', 'x:\n  - 1\n  - 2\n'));
    assert.notDeepEqual(data('d.yaml', 'x: 1'), data('d.yaml', 'x: 2'));
    assert.notDeepEqual(data('d.yaml', 'x: .nan'), data('d.yaml', 'x: null'));
    assert.deepEqual(data('d.json', '{"x": 1}'), data('d.json', '{ "x": 1 }\n'));
    assert.notDeepEqual(data('d.json', '{"x": 1}'), data('d.json', '{"x": 2}'));
    assert.notDeepEqual(data('d.json', '{"x": 1'), data('d.json', '{"x": 2'));
    assert.notDeepEqual(data('d.txt', 'a b'), data('d.txt', 'a  b'));
  });

  it('collects packages with a file that imports them', () => {
    const { packages } = closure({
      'a.ts': "import './b.ts'; import 'yaml';",
      'b.ts': "import x from '@scope/x/y'; import fs from 'node:fs';",
    });
    assert.deepEqual(Object.fromEntries(packages), { yaml: 'a.ts', '@scope/x': 'b.ts' });
  });

  it('refuses what it cannot follow, naming file and code', () => {
    const refused = (files: Files, pattern: RegExp) =>
      assert.throws(() => closure(files), { code: 'FINGERPRINT_REFERENCE', message: pattern });
    refused({ 'a.ts': "import './b.ts';", 'b.ts': 'await import(name);' }, /b\.ts.*import\(name/);
    refused({ 'a.ts': "import './gone.ts';" }, /a\.ts names \.\/gone\.ts/);
    refused({ 'a.ts': "import '../outside.ts';" }, /a\.ts names \.\.\/outside\.ts/);
    refused({ 'b.ts': '' }, /names a\.ts/);
    refused({ 'a.ts': "x(new URL('./', import.meta.url));" }, /a\.ts names \./);
    const explained =
      "// Not followed by the fingerprint: a test.\nx(new URL('./', import.meta.url));";
    assert.deepEqual(paths({ 'a.ts': explained }), ['a.ts']);
  });
});
