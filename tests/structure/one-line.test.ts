/* What adding one more of a kind touches, beside its own file: one line of one table. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { verdictWords } from '../../reference/verdict/words/index.ts';
import { codeTokens } from '../../runners/training/fingerprint/tokens.ts';
import { edgesOf, sourcesOf } from './imports.ts';
import { roomOf } from './rooms.ts';

const root = join(import.meta.dirname, '../..');
const sources = sourcesOf(root).filter((path) => roomOf(path) !== 'tests');
const edges = edgesOf(root, sources);

/** Kinds that lie in a folder, a file each, and the table that lists them. */
const tables = [
  { sort: 'verdict word', files: 'reference/verdict/words/*.ts', table: 'index.ts', beside: ['kind.ts'], before: 7 },
  { sort: 'report page', files: 'reports/pages/*.ts', table: 'kinds.ts', beside: ['types.ts'], before: 2 },
  { sort: 'command', files: 'cli/commands/*.ts', table: 'index.ts', beside: [], before: 2 },
] as const; // biome-ignore format: a table

describe('one more of a kind is one file and one line', () => {
  for (const { sort, files, table, beside, before } of tables) {
    it(`${sort}: nothing but its table names its file`, (t) => {
      const folder = files.slice(0, files.lastIndexOf('/') + 1);
      const apart = [table, ...beside].map((name) => folder + name);
      const kinds = globSync(files, { cwd: root }).filter((path) => !apart.includes(path));
      assert.ok(kinds.length > 3);
      for (const kind of kinds) {
        const named = edges.filter(({ to }) => to === kind).map(({ from }) => from);
        assert.deepEqual([...new Set(named)], [folder + table], kind);
      }
      t.diagnostic(
        `${sort}: 2 files touched, its own and ${folder}${table}; ${before} places before`,
      );
    });
  }

  it('verdict words: no other file has a list of them', () => {
    const lists = sources.filter((path) => {
      const words = new Set(codeTokens(readFileSync(join(root, path), 'utf8')).texts);
      return verdictWords.every((word) => words.has(word) || words.has(`'${word}'`));
    });
    assert.deepEqual(lists, ['reference/verdict/words/index.ts']);
  });
});
