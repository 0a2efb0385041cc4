import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSource } from '../../../../runners/training/fingerprint/references.ts';

const digest = (text: string) => readSource(text).digest;
const specifiers = (text: string) => readSource(text).references.map(({ specifier }) => specifier);

/** Sources that are one and the same to the fingerprint. */
const same: Readonly<Record<string, readonly [string, string]>> = {
  'a comment': ['a = 1; // one\n/* two\n*/ b();', 'a = 1; b();'],
  'white space and line breaks': ['f(a,b);\n\n\nif (x) { y(); }', 'f(a, b); if (x) {\n\ty();\n}'],
  'the comma that a formatter adds': [
    'f(a, b); x = [1, { c: 2 }];',
    'f(\n  a,\n  b,\n); x = [\n  1,\n  { c: 2, },\n];',
  ],
  'the path of an import': [
    "import { a } from './a.ts';",
    "import { a } from '../elsewhere/b.ts';",
  ],
  'the path of a re-export': ["export * from './a.ts'", "export * from './b/a.ts'"],
  'the path of a worker': [
    "new URL('./w.ts', import.meta.url)",
    "new URL('./x/w.ts', import.meta.url)",
  ],
  'the order of imports': [
    "import { a } from './a.ts';\nimport { b } from './b.ts';\nrun();",
    "import { b } from '../b.ts';\nimport { a } from './a.ts';\nrun();",
  ],
  'an import of types': ["import type { T } from './t.ts';\na();", 'a();'],
  'a re-export of types': ["export type { T } from './t.ts';\na();", 'a();'],
};

/** Sources that a shorter look would take for one. */
const different: Readonly<Record<string, readonly [string, string]>> = {
  'a number': ['x = 0.1;', 'x = 0.2;'],
  'a text that looks like a comment': ["x = '// a';", "x = '// b';"],
  'white space in a text': ["x = 'a b';", "x = 'a  b';"],
  'white space in a template': ['x = `a\nb`;', 'x = `a b`;'],
  'code in a template': ['x = `$' + '{a + b}`;', 'x = `$' + '{a - b}`;'],
  'a regular expression': ['x = /a\\/b/;', 'x = /a\\/c/;'],
  'a division that looks like one': ['x = a / b / c;', 'x = a / c / b;'],
  'where tokens part': ['x = a + +b;', 'x = a ++b;'],
  'a text and a name': ["x = 'a';", 'x = a;'],
  'a hole in an array': ['x = [,];', 'x = [];'],
  'holes in an array': ['x = [1,,];', 'x = [1,];'],
  'a line break behind return': ['function f() { return\n1 }', 'function f() { return 1 }'],
  'a line break before ++': ['a\n++b', 'a++\nb'],
  'what an import binds': ["import { a } from './a.ts';", "import { b } from './a.ts';"],
  'which file an import names': [
    "import { a } from './a.ts';\nimport { b } from './a.ts';",
    "import { a, b } from './a.ts';",
  ],
  'a package': ["import a from 'yaml';", "import a from 'ajv';"],
  'a built-in module': ["import { a } from 'node:fs';", "import { a } from 'node:net';"],
};

describe('a source', () => {
  for (const [what, [a, b]] of Object.entries(same)) {
    it(`is the same with another ${what}`, () => assert.equal(digest(a), digest(b)));
  }
  for (const [what, [a, b]] of Object.entries(different)) {
    it(`differs by ${what}`, () => assert.notEqual(digest(a), digest(b)));
  }

  it('names the files that it can load or read', () => {
    assert.deepEqual(specifiers("import './side.ts';"), ['./side.ts']);
    assert.deepEqual(specifiers("import a, { b as c } from '../a.ts'"), ['../a.ts']);
    assert.deepEqual(specifiers("import * as a from './a.ts' with { type: 'json' };"), ['./a.ts']);
    assert.deepEqual(specifiers("import type, { b } from './a.ts';"), ['./a.ts']);
    assert.deepEqual(specifiers("import type from './a.ts';"), ['./a.ts']);
    // Node loads the file all the same.
    assert.deepEqual(specifiers("import { type T } from './a.ts';"), ['./a.ts']);
    assert.deepEqual(specifiers("export { a } from './a.ts'; export * as b from './b.ts'"), [
      './b.ts',
      './a.ts',
    ]);
    assert.deepEqual(specifiers("const a = async () => (await import('./a.ts')).a;"), ['./a.ts']);
    assert.deepEqual(specifiers('const a = `$' + '{await import("./a.ts")}`;'), ['./a.ts']);
    assert.deepEqual(specifiers("readFileSync(new URL('a.yaml', import.meta.url), 'utf8')"), [
      './a.yaml',
    ]);
    assert.deepEqual(specifiers("new Worker(new URL('./w.mjs', import.meta.url), {})"), [
      './w.mjs',
    ]);
    assert.deepEqual(specifiers("import.meta.resolve('./a.ts')"), ['./a.ts']);
    assert.deepEqual(specifiers("createRequire(import.meta.url)('./a.json')"), ['./a.json']);
  });

  it('names no file by types, comments, texts and properties', () => {
    for (const text of [
      "import type { T } from './t.ts';",
      "import type T from './t.ts';",
      "import type * as T from './t.ts';",
      "export type { T } from './t.ts';",
      "// import { a } from './a.ts';",
      '"import { a } from \'./a.ts\'"',
      'export { a, b }; export const c = 1; export default d;',
      'x.import(y); const z = { import: 1, export: 2 };',
    ]) {
      const { references, hidden } = readSource(text);
      assert.deepEqual([references, hidden], [[], []], text);
    }
  });

  it('names packages, however deep it reaches into them', () => {
    const { packages } = readSource(
      "import a from 'yaml/deep'; import { b } from '@scope/name/deep'; import 'node:fs';" +
        "createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu'); await import('sharp');",
    );
    assert.deepEqual([...packages].sort(), [
      '@scope/name',
      '@tensorflow/tfjs-node-gpu',
      'sharp',
      'yaml',
    ]);
  });

  /** Whatever reaches a file or code by what only a run knows. */
  const hiding = [
    'await import(name)',
    'await import(`./$' + '{name}.ts`)',
    "await import('./a' + extension)",
    "readFileSync(join(import.meta.dirname, 'a.yaml'))",
    'dirname(fileURLToPath(import.meta.url))',
    'new URL(name, import.meta.url)',
    "new URL('./' + name, import.meta.url)",
    'import.meta.filename',
    'import.meta.resolve(name)',
    'createRequire(import.meta.url)',
    'require(name)',
    "readFileSync(join(__dirname, 'a.yaml'))",
    'eval(text)',
    'new Function(text)',
    "import a from '/a.ts'",
    "await import('file:///a.ts')",
  ];
  for (const text of hiding) {
    it(`hides what "${text}" reaches, unless it gives a reason`, () => {
      assert.equal(readSource(text).hidden.length, 1);
      const explained = `// Not followed by the fingerprint: a test.\nconst x = ${text};`;
      if (!/'(\/|file:)/.test(text)) assert.deepEqual(readSource(explained).hidden, []);
      // The reason is one statement's.
      assert.equal(
        readSource(`// Not followed by the fingerprint: a test.\na();\n${text};`).hidden.length,
        1,
      );
      // And a reason has words.
      assert.equal(readSource(`// Not followed by the fingerprint:\n${text};`).hidden.length, 1);
    });
  }
});
