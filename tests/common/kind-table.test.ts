import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KindTable } from '../../common/kind-table.ts';

type Kind = 'our a' | 'our b' | 'own';
const ours = { b: async () => 'our b' as Kind, a: async () => 'our a' as Kind };
const table = () => new KindTable<Kind>('method', ours, 'ours/kinds.ts');

describe('a table of kinds', () => {
  it('has its own in the order of the table, and behind them those of users by name', () => {
    const methods = table();
    methods.add('z', 'own', 'z.ts');
    methods.add('c', 'own', 'c.ts');
    assert.deepEqual(methods.ids, ['b', 'a', 'c', 'z']);
  });

  it('finds a kind that a user added, and says where it is from', async () => {
    const methods = table();
    methods.add('c', 'own', 'mine/c.ts');
    assert.ok(methods.has('c'));
    assert.equal(methods.find('c'), 'own');
    assert.equal(methods.fileOf('c'), 'mine/c.ts');
    assert.equal(methods.fileOf('a'), null);
    assert.deepEqual(await methods.load(['c', 'unknown']), ['own']);
  });

  it('gives all kinds once they are loaded', async () => {
    const methods = table();
    methods.add('c', 'own', 'c.ts');
    assert.throws(() => methods.all, TypeError);
    await methods.load();
    assert.deepEqual(methods.all, ['our b', 'our a', 'own']);
  });

  it('refuses an id that is taken, and names both files', () => {
    const methods = table();
    methods.add('c', 'own', 'one.ts');
    const refusal = (id: string, file: string, message: RegExp) =>
      assert.throws(() => methods.add(id, 'own', file), { code: 'KIND_CONFLICT', message });
    refusal('a', 'two.ts', /two\.ts adds the method "a", which ours\/kinds\.ts has too\.$/);
    refusal('c', 'two.ts', /two\.ts adds the method "c", which one\.ts has too/);
    refusal('c', 'one.ts', /one\.ts adds the method "c", twice/);
  });
});
