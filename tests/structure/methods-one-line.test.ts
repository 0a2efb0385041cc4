import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { denseMethodKinds } from '../../runners/distillers/dense/kinds.ts';
import { methodKinds } from '../../runners/distillers/kinds.ts';
import { pluginKinds } from '../../runners/distillers/plugins/kinds.ts';
import { edgesOf } from './imports.ts';
import { roomOf } from './rooms.ts';

const root = join(import.meta.dirname, '../..');
const edges = edgesOf(root).filter(({ from }) => roomOf(from) !== 'tests');

/** Methods that are made of a plug-in's code. */
const madeOf: Readonly<Record<string, readonly string[]>> = {
  // MLKD standardizes logits itself.
  'runners/distillers/plugins/lskd.ts': ['runners/distillers/mlkd.ts'],
};

const tables = [
  { sort: 'method', folder: 'runners/distillers', drivers: 'methods', kinds: methodKinds },
  { sort: 'plug-in', folder: 'runners/distillers/plugins', drivers: 'plugins', kinds: pluginKinds },
  { sort: 'method of maps', folder: 'runners/distillers/dense', drivers: 'dense', kinds: denseMethodKinds },
] as const; // biome-ignore format: a table

describe('one more method is its file and a line, its driver and a line', () => {
  for (const { sort, folder, drivers, kinds } of tables) {
    it(`${sort}: nothing else names its file`, (t) => {
      const table = `${folder}/kinds.ts`;
      for (const id of Object.keys(kinds)) {
        const file = `${folder}/${id}.ts`;
        const naming = edges.filter(({ to }) => to === file).map(({ from }) => from);
        // A driver may ask the kind's own file for what it computes.
        const others = naming.filter((from) => roomOf(from) !== 'runners/parity');
        assert.deepEqual([...new Set(others)].sort(), [...(madeOf[file] ?? []), table].sort(), id);
        const driver = `runners/parity/${drivers}/${id}.ts`;
        const read = edges.filter(({ to }) => to === driver).map(({ from }) => from);
        assert.deepEqual(
          [...new Set(read)].filter((from) => from !== 'runners/parity/drivers.ts'),
          [],
          id,
        );
      }
      t.diagnostic(`${sort}: 2 files and 2 lines, in ${table} and runners/parity/drivers.ts`);
    });
  }
});
