import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { executors } from '../../runners/executors/kinds.ts';
import { circlesOf, edgesOf, namedBy } from './imports.ts';
import { executorsFolder, executorsShared, mayName, roomOf, rooms, suiteWindows } from './rooms.ts';

const root = join(import.meta.dirname, '../..');
const all = edgesOf(root);
const edges = all.filter(({ from }) => !['tests', 'examples'].includes(roomOf(from)));
const between = edges.filter(({ from, to }) => roomOf(from) !== roomOf(to));
const shown = ({ from, to }: { readonly from: string; readonly to: string }) => `${from} -> ${to}`;

describe('imports point one way', () => {
  it('between rooms that the table joins', () => {
    const others = between.filter(({ from, to }) => !mayName(roomOf(from), roomOf(to)));
    assert.deepEqual(others.map(shown), []);
  });

  it('and every room is in the table', () => {
    const known = new Set(edges.flatMap(({ from, to }) => [roomOf(from), roomOf(to)]));
    assert.deepEqual(
      [...known].filter((room) => !Object.hasOwn(rooms, room)),
      [],
    );
  });

  it('and the table allows nothing that nobody needs', () => {
    const used = new Set(between.map(({ from, to }) => `${roomOf(from)} -> ${roomOf(to)}`));
    const idle = Object.entries(rooms).flatMap(([from, names]) =>
      names
        .map((to) => `${from} -> ${to}`)
        .filter((pair) => !pair.endsWith('*') && !used.has(pair)),
    );
    assert.deepEqual(idle, []);
  });

  it('by a table that has no circle itself', () => {
    const pairs = Object.entries(rooms).flatMap(([from, names]) =>
      names.filter((name) => name !== '*').map((to) => [from, to] as const),
    );
    assert.deepEqual(circlesOf(pairs), []);
  });

  it('without circles of files', (t) => {
    const imports = edges.filter(({ kind }) => kind === 'import');
    const circles = circlesOf(imports.map(({ from, to }) => [from, to] as const));
    const joined = new Set(between.map(({ from, to }) => `${roomOf(from)} -> ${roomOf(to)}`));
    t.diagnostic(
      `${edges.length} imports, ${between.length} of them between ${joined.size} pairs of rooms; ` +
        `${circles.length} circles`,
    );
    assert.deepEqual(circles, []);
  });

  it('of tests alone: nothing but tests names a test', () => {
    assert.deepEqual(edges.filter(({ to }) => roomOf(to) === 'tests').map(shown), []);
  });

  it('to an executor from the table of executors alone, and never from what executors share', () => {
    const own = (path: string) => {
      const [folder, file] = path.replace(executorsFolder, '').split('/');
      const inside = path.startsWith(executorsFolder) && file !== undefined;
      return inside && !executorsShared.includes(folder as string) ? folder : undefined;
    };
    const others = edges.filter(({ from, to }) => {
      const executor = own(to);
      const table = from === `${executorsFolder}kinds.ts`;
      return executor !== undefined && own(from) !== executor && !table;
    });
    assert.deepEqual(others.map(shown), []);
    const named = new Set(edges.flatMap(({ to }) => own(to) ?? []));
    assert.deepEqual([...named].sort(), [...executors.ids].sort());
  });

  it('from suites to the words of kinds alone', () => {
    const seen = edges.filter(
      ({ from, to }) => roomOf(from) === 'suites' && to.startsWith('runners/'),
    );
    const others = seen.filter(({ to }) => !suiteWindows.includes(to));
    assert.deepEqual(others.map(shown), []);
    const used = new Set(seen.map(({ to }) => to));
    assert.deepEqual(
      suiteWindows.filter((path) => !used.has(path)),
      [],
    );
  });
});

describe('the reader of imports', () => {
  const names = (text: string) =>
    namedBy(text).map(({ kind, specifier }) => `${kind} ${specifier}`);

  it('sees every form', () => {
    assert.deepEqual(
      names(`
        import a from './a.ts';
        import type { B } from './b.ts';
        export { c } from './c.ts';
        export * from './d.ts';
        import './e.ts';
        const f = await import('./f.ts');
        type G = typeof import('./g.ts');
        const h = new Worker(new URL('./h.ts', import.meta.url));
        const i = new URL('i.ts', import.meta.url);
        /** @type {import('./j.mjs')} */
        const k = require('./k.cjs');
      `).sort(),
      [
        ...['address ./h.ts', 'address i.ts', 'import ./a.ts', 'import ./b.ts', 'import ./c.ts'],
        ...['import ./d.ts', 'import ./e.ts', 'import ./f.ts', 'import ./g.ts', 'import ./j.mjs'],
        'import ./k.cjs',
      ],
    );
  });

  it('takes no text for one', () => {
    assert.deepEqual(names("const a = 'import b from ./b.ts'; // import './c.ts'"), []);
  });

  it('finds circles of any length, and each once', () => {
    assert.deepEqual(
      circlesOf([
        ...[['a', 'b'] as const, ['b', 'c'] as const, ['c', 'a'] as const],
        ...[['c', 'd'] as const, ['d', 'e'] as const, ['e', 'd'] as const, ['e', 'f'] as const],
      ]).sort(),
      [
        ['a', 'b', 'c'],
        ['d', 'e'],
      ],
    );
  });
});
