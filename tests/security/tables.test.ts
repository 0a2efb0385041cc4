/* A table that is a plain object must not answer to the names that every object answers to. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const folders = ['cli', 'common', 'reference', 'reports', 'results', 'runners', 'suites'];

/** Constants that are tables by name: `const kinds: Readonly<Record<string, Kind>> = {` with entries below. */
const tableOf = /\bconst (\w+): (?:Readonly<)?(?:Partial<)?Record<string,[^=]*= \{\n/g;

/** What is asked there is named by the code itself: tensors of a step, files of golden numbers. */
const inner = /^runners\/(?:engine|tasks|parity)\//;

/** Asked with what has a fixed list of values: a character of a pattern, a signal that was asked for, an operation of a policy. */
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
