/* docs/history.md holds what the bench measures: the conditions, the rows, and our own rates. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  conditions,
  heads,
  type Row,
  rate,
  rows,
  workspaceRows,
  writtenRates,
} from '../../bench/history.ts';
import { before, now } from '../../bench/history-rules.ts';

const stale = 'the history changed; run PYTHON=... node bench/history.ts, and read what it did';
const [said, ...tables] = writtenRates().split('\n\n');

/** The lines of a table of the page below its head, as cells. */
function cellsOf(table: string | undefined): readonly (readonly string[])[] {
  const lines = (table ?? '').split('\n').slice(2);
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const written = new Map(tables.flatMap(cellsOf).map(([name, ...cells]) => [name, cells]));

/** The share that the page says, in percent. */
const share = (name: string, rule: 'before' | 'now') =>
  Number.parseFloat(written.get(name)?.[rule === 'before' ? 0 : 1] ?? 'none');

test('the page states the conditions, rules and situations that the bench has', () => {
  assert.equal(said, conditions(), stale);
  assert.deepEqual(
    tables.map((table) => table.split('\n')[0]),
    heads,
    stale,
  );
  const names = [rows, workspaceRows].map((of) => of.map(({ name }) => name));
  assert.deepEqual(
    tables.map((table) => cellsOf(table).map(([name]) => name)),
    names,
    stale,
  );
});

test('the page says our own rates as they are, before and now', () => {
  const measured = (row: Row) =>
    [before, now].map((rule) => {
      const hits = row.measure(rule);
      return hits === null ? '' : rate(hits);
    });
  for (const row of [...rows, ...workspaceRows]) {
    assert.deepEqual(written.get(row.name)?.slice(0, 2), measured(row), `${row.name}: ${stale}`);
  }
});

test('two machines in turn show a loss sooner together, and a drift is found', () => {
  const turns = 'two machines in turn, sd 0.3';
  assert.ok(share(`${turns}: -0.8 after 40 nights found in 5`, 'now') > 75);
  assert.ok(share(`${turns}: -0.8 after 40 nights found in 5`, 'before') < 65);
  assert.ok(share(`${turns}: false alarms per look`, 'now') < 2);
  assert.ok(share('drift of -0.6 over 90 nights found, normal, sd 0.3', 'now') > 80);
});
