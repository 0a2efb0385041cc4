import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptTotals } from '../../bench/kept-totals.ts';

const times = {
  ...{ kd: 300, six: 800, 'six-given': 600, mlkd: 600, 'two-mlkd': 800, 'two-mlkd-given': 600 },
  ...{ 'teacher-pass': 200, 'look-up': 1 },
};
const bench = (peer: number | null) => ({
  results: Object.entries(times).map(([name, ours_ms]) => ({
    ...{ name, ours_ms },
    peer_ms: name === 'kd' ? peer : name === 'mlkd' && peer !== null ? 2 * peer : null,
  })),
});

test('a table with kept outputs is the parts times their counts', () => {
  const [one, both] = keptTotals(bench(300) as never) ?? [];
  const steps = 5 * 240 * 782;
  const hours = (ms: number) => (ms * steps) / 3.6e6;
  const close = (found: number | undefined | null, expected: number) =>
    assert.ok(Math.abs((found ?? Number.NaN) / expected - 1) < 1e-9, `${found}, not ${expected}`);
  // Of 1,200 passes 162 (1 - (161 / 162)^1200) show a picture in a new view.
  const missing = (162 * (1 - (161 / 162) ** 1200)) / 1200;
  close(one?.misses, missing);
  close(one?.computed, hours(800));
  close(one?.kept, hours(601 + missing * 200));
  close(one?.peer, hours(6 * 300));
  close(both?.peer, hours(6 * 300 + 2 * 2 * 600));
  assert.ok((both?.misses ?? 1) < missing && (both?.kept ?? 0) < (both?.computed ?? 0));
  assert.equal(keptTotals(bench(null) as never)?.[0]?.peer, null);
});

test('without one of the parts there is no total', () => {
  const { results } = bench(300);
  assert.equal(keptTotals({ results: results.slice(1, 5) } as never), null);
});
