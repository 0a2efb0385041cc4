/* Examples in docstrings of app/ and in documents compile, and what they import is exported. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');

interface Example {
  /** File and line. */
  readonly place: string;
  readonly code: string;
}

/** Blocks of TypeScript in docstrings and Markdown. */
function examplesOf(file: string): readonly Example[] {
  const text = readFileSync(file, 'utf8');
  const fenced = file.endsWith('.md')
    ? /^```ts\n(?<code>.*?)^```$/gms
    : /^ \* ```ts\n(?<code>(?: \*.*\n)*?) \* ```$/gm;
  return [...text.matchAll(fenced)].map((match) => ({
    place: `${relative(root, file)}:${text.slice(0, match.index).split('\n').length}`,
    code: (match.groups?.['code'] ?? '').replace(/^ \* ?/gm, ''),
  }));
}

/** The package's entry points as the compiler finds them: `redistill/kinds` and so on. */
function entryPoints(): Record<string, [string]> {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string>>;
  };
  return Object.fromEntries(
    Object.entries(exports).map(([name, file]) => [
      `redistill${name.slice(1)}`,
      [join(root, file)],
    ]),
  );
}

/** What the compiler says about examples, each in a file of its own. */
function compile(examples: readonly Example[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'redistill-examples-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  try {
    const files = examples.map(({ place, code }, index) => {
      const file = join(folder, `${index}.ts`);
      writeFileSync(file, `// ${place}\n${code}\nexport {};\n`);
      return file;
    });
    const config = {
      extends: join(root, 'tsconfig.json'),
      include: files,
      compilerOptions: {
        noUnusedLocals: false,
        paths: entryPoints(),
        typeRoots: [join(root, 'node_modules/@types')],
      },
    };
    const project = join(folder, 'tsconfig.json');
    writeFileSync(project, JSON.stringify(config));
    const compiler = join(root, 'node_modules', '.bin', 'tsc');
    const { stdout, stderr } = spawnSync(compiler, ['--noEmit', '-p', project], {
      encoding: 'utf8',
    });
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('examples compile', () => {
  const files = ['app/**/*.ts', 'docs/**/*.md', 'README.md', 'CONTRIBUTING.md'].flatMap((pattern) =>
    globSync(join(root, pattern)),
  );
  const examples = files.flatMap(examplesOf);
  assert.ok(examples.length >= 5, `${examples.length} examples`);
  assert.equal(compile(examples), '');
});

test('an example that does not compile is named', () => {
  const wrong = "import { plan } from 'redistill';\nawait plan({ suit: 'default' });";
  assert.match(compile([{ place: 'here', code: wrong }]), /'suit' does not exist/);
});
