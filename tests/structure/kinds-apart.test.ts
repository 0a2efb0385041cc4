import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { basename, dirname, join as joinPath } from 'node:path/posix';
import { describe, it } from 'node:test';
import { edgesOf } from './imports.ts';

const root = join(import.meta.dirname, '../..');
const edges = edgesOf(root);

/** `runners/detection/families/gfl/` for a kind with a folder of its own; else the file. */
function kindOf(path: string): string {
  const folder = dirname(path);
  return basename(dirname(folder)) === 'families' ? `${folder}/` : path;
}

/** What the lines of a table load. */
function kindsOf(table: string): ReadonlySet<string> {
  const text = readFileSync(join(root, table), 'utf8');
  return new Set(
    [...text.matchAll(/\bimport\('([^']+)'\)/g)].map(([, path]) =>
      kindOf(joinPath(dirname(table), path as string)),
    ),
  );
}

describe('no kind names another of its table', () => {
  for (const table of globSync('runners/**/kinds.ts', { cwd: root }).sort()) {
    it(table, () => {
      const kinds = kindsOf(table);
      assert.ok(kinds.size > 1);
      const across = edges.filter(({ from, to }) => {
        const [one, other] = [kindOf(from), kindOf(to)];
        return one !== other && kinds.has(one) && kinds.has(other);
      });
      assert.deepEqual(
        across.map(({ from, to }) => `${from} -> ${to}`),
        [],
      );
    });
  }
});
