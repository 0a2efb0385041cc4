/* The hooks of .pre-commit-config.yaml name programs and files that are here. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly language: string;
}

const { repos } = parse(readFileSync(join(root, '.pre-commit-config.yaml'), 'utf8')) as {
  readonly repos: readonly { readonly repo: string; readonly hooks: readonly Hook[] }[];
};
const hooks = repos.flatMap((repo) => repo.hooks);

test('hooks are local: a commit fetches nothing', () => {
  assert.deepEqual(new Set(repos.map(({ repo }) => repo)), new Set(['local']));
  assert.deepEqual(
    hooks.map(({ id }) => id),
    ['lint', 'types', 'generated-schemas'],
  );
});

for (const { id, entry, language } of hooks) {
  test(`the hook ${id} names files that are here`, () => {
    assert.equal(language, 'system');
    const files = entry.split(' ').filter((word) => word.includes('/'));
    assert.ok(files.length > 0);
    for (const file of files) assert.ok(existsSync(join(root, file)), file);
  });
}
