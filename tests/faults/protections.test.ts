import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { protections } from './protections.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

test('every protection is where the list says, and its test exists', () => {
  for (const { what, file, line, test: suite, name } of protections) {
    const found = read(file).split(line).length - 1;
    assert.equal(
      found,
      1,
      `${what}: its line is ${found} times in ${file}; bring tests/faults/protections.ts up to date`,
    );
    assert.ok(read(suite).includes(name), `${what}: no test "${name}" in ${suite}`);
  }
});

test('every fault has a protection that was seen to matter, and a row in docs/reliability.md', () => {
  const listed = new Set(protections.map(({ fault }) => fault));
  const rows = [...read('docs/reliability.md').matchAll(/^\| (\d+) \|/gm)].map((row) =>
    Number(row[1]),
  );
  assert.deepEqual(
    rows,
    Array.from({ length: 21 }, (_, index) => index + 1),
  );
  // Of 17 the protection is every ORDER BY and every sum in a fixed order: no single line.
  for (const fault of rows) assert.ok(listed.has(fault) || fault === 17, `fault ${fault}`);
});
