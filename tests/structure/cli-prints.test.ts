/* The command line parses and prints. What commands do stands in app/. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { dirname, join } from 'node:path/posix';
import { it } from 'node:test';
import { sourcesOf } from './imports.ts';
import { roomOf } from './rooms.ts';

const root = joinPath(import.meta.dirname, '../..');

/** Where it finds words to print and values that options may have. */
const windows: readonly string[] = [
  'bench/figures.ts',
  'bench/step.ts',
  'reference/published/lint/index.ts',
  'reference/teachers/loader.ts',
  'reports/format.ts',
  'reports/official-table.ts',
  'runners/data/pictures/remarks.ts',
  'runners/data/registry.ts',
  'runners/engine/environment.mjs',
  'runners/executors/kinds.ts',
  'runners/executors/limits.ts',
  'runners/official/log-name.ts',
  'tools/setup/main.mjs',
  'tools/setup/node.mjs',
];

/** The files that a source loads: imports of types alone are gone before it runs. */
function loadedBy(path: string): readonly string[] {
  const text = readFileSync(joinPath(root, path), 'utf8');
  const named = [
    ...text.matchAll(/^(?:import|export)\s(?!type\s)[^;']*?from '(\.[^']+)'/gm),
    ...text.matchAll(/\bimport\(\s*'(\.[^']+)',?\s*\)/g),
  ];
  return named.map(([, specifier]) => join(dirname(path), specifier as string));
}

it('cli/ loads its own files, app/, the ground, and words to print', () => {
  const free = ['cli', 'app', 'common', 'contract'];
  const loaded = sourcesOf(root)
    .filter((path) => roomOf(path) === 'cli')
    .flatMap((from) => loadedBy(from).map((to) => ({ from, to })))
    .filter(({ to }) => !free.includes(roomOf(to)));
  const others = loaded.filter(({ to }) => !windows.includes(to));
  assert.deepEqual(
    others.map(({ from, to }) => `${from} -> ${to}`),
    [],
  );
  const used = new Set(loaded.map(({ to }) => to));
  assert.deepEqual(
    windows.filter((path) => !used.has(path)),
    [],
  );
});
