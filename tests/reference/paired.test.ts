import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairedDifference } from '../../reference/verdict/paired.ts';

const seeds = (...values: number[]) => new Map(values.map((value, index) => [index + 1, value]));

test('the difference is taken seed by seed, over shared seeds only', () => {
  const a = new Map([
    [3, 71],
    [1, 70],
    [7, 99],
  ]);
  const b = new Map([
    [1, 69],
    [3, 70.5],
    [8, 1],
  ]);
  const result = pairedDifference(a, b);
  assert.deepEqual(result?.seeds, [1, 3]);
  assert.equal(result?.mean, 0.75);
  // t(.95, 1) = 6.313751514675037; sd = 0.35355, half width = 6.31375 * 0.25
  assert.ok(Math.abs((result?.low ?? 0) - (0.75 - 1.57843787866875)) < 1e-9);
  assert.ok(Math.abs((result?.high ?? 0) - (0.75 + 1.57843787866875)) < 1e-9);
  assert.equal(pairedDifference(new Map([[1, 1]]), new Map([[2, 1]])), null);
});

test('three seeds cannot reach 5 % in a sign-flip test, and it is said', () => {
  const result = pairedDifference(seeds(71, 72, 73), seeds(70, 70, 70));
  assert.equal(result?.p, 0.25);
  assert.equal(result?.smallestP, 0.25);
  assert.match(result?.note ?? '', /3 seeds cannot reach 5 %/);
});

test('six seeds of one sign reach the smallest p-value', () => {
  const result = pairedDifference(seeds(1, 2, 3, 4, 5, 6), seeds(0, 0, 0, 0, 0, 0));
  assert.equal(result?.p, 2 / 64);
  assert.equal(result?.note, null);
});

test('the p-value counts patterns at least as extreme, ties included', () => {
  // differences 1, 1, -1: sums are +-1 (six patterns) and +-3 (two): all eight are at least 1.
  assert.equal(pairedDifference(seeds(1, 1, -1), seeds(0, 0, 0))?.p, 1);
  // 3, 1, -1: sum 3; patterns with |sum| >= 3: 3+1-1, 3-1+1, 3+1+1 and their mirrors.
  assert.equal(pairedDifference(seeds(3, 1, -1), seeds(0, 0, 0))?.p, 6 / 8);
});

test('one seed has no interval', () => {
  const result = pairedDifference(seeds(2), seeds(1));
  assert.equal(result?.low, null);
  assert.equal(result?.p, 1);
});

test('beyond 20 seeds patterns are sampled with a fixed stream', () => {
  const a = new Map(Array.from({ length: 24 }, (_, index) => [index, index % 3 === 0 ? -1 : 1]));
  const b = new Map(Array.from({ length: 24 }, (_, index) => [index, 0]));
  const first = pairedDifference(a, b);
  assert.equal(first?.exact, false);
  assert.equal(first?.p, pairedDifference(a, b)?.p);
  // Binomial(24, 1/2): P(|2k - 24| >= 8) = 0.1516 (SciPy 1.17.1: 2 * binom.cdf(8, 24, .5))
  assert.ok(Math.abs((first?.p ?? 0) - 0.1516) < 0.006, String(first?.p));
});
