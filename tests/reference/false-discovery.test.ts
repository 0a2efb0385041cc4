import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adjustedPValues } from '../../reference/verdict/false-discovery.ts';
import { controlTable, standing } from '../../reference/verdict/table-control.ts';
import { type Verdict, verdict } from '../../reference/verdict/verdict.ts';

// biome-ignore format: a row of numbers
const pValues = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269, 0.275, 0.34];
// SciPy 1.17.1: scipy.stats.false_discovery_control(pValues, method='bh')
// biome-ignore format: a row of numbers
const bh = [0.015, 0.06, 0.126, 0.126, 0.126, 0.15, 0.15857142857142856, ...new Array(7).fill(0.29464285714285715), 0.34];
// SciPy 1.17.1: scipy.stats.false_discovery_control(pValues, method='by')
// biome-ignore format: a row of numbers
const by = [0.0497734348984349, 0.1990937395937396, 0.4180968531468532, 0.4180968531468532, 0.4180968531468532, 0.49773434898434904, 0.5261763117834547, ...new Array(7).fill(0.9776924712192571), 1];

function near(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, index) => {
    assert.ok(Math.abs(value - (expected[index] as number)) < 1e-12, `${index}: ${value}`);
  });
}

test('adjusted p-values agree with SciPy', () => {
  near(adjustedPValues(pValues, 'positive'), bh);
  near(adjustedPValues(pValues, 'any'), by);
});

test('adjusted p-values come in the order given, whatever that is', () => {
  const order = [14, 3, 0, 9, 1, 12, 5, 7, 2, 13, 4, 6, 8, 11, 10];
  near(
    adjustedPValues(
      order.map((index) => pValues[index] as number),
      'positive',
    ),
    order.map((index) => bh[index] as number),
  );
  assert.deepEqual(adjustedPValues([], 'any'), []);
  assert.throws(() => adjustedPValues([0.5, 1.5], 'positive'), /1\.5 is not a probability/);
});

/**
 * A cell of three seeds whose mean is `difference` from the published 75, with a pooled standard
 * deviation of 0.2.
 */
function cell(difference: number, selection: 'last' | 'unknown' = 'last'): Verdict {
  const seeds = [-0.1, 0, 0.1].map((step) => 75 + difference + step);
  const spread = { sd: 0.2, df: 40 };
  return verdict({
    measured: { last: seeds, best: seeds.map((value) => value + 0.05) },
    published: { value: 75, selection, sd: null, runsAveraged: 1e9, trust: 'primary' },
    margin: 0.5,
    pooled: { last: spread, best: spread },
  });
}

test('a word that one cell earns by itself may not stand in a table of many', () => {
  const close = cell(-0.71);
  assert.equal(close.word, 'below');
  const [alone] = controlTable([close]);
  assert.equal(alone?.stands, true);
  assert.equal(standing(close, alone ?? null), close);
  const table = [close, ...Array.from({ length: 19 }, () => cell(0))];
  const control = controlTable(table);
  assert.equal(control[0]?.stands, false);
  assert.equal(control[0]?.cells, 20);
  // Then it is no word at all: neither red nor green, and counted as neither.
  const shown = standing(close, control[0] ?? null);
  assert.equal(shown.word, 'inconclusive');
  assert.match(
    shown.reason,
    /By itself the cell is below, but over the 20 tested cells.*may be chance/,
  );
  assert.ok((shown.moreSeeds ?? 0) > 3, `${shown.moreSeeds}`);
  // `reproduced` is a family of its own: nineteen cells have strong evidence there.
  assert.ok(control.slice(1).every((entry) => entry?.stands === true));
});

test('far differences stand in any table, and open cells have nothing to control', () => {
  const control = controlTable([
    cell(-1.5),
    cell(0.45),
    ...Array.from({ length: 30 }, () => cell(0)),
  ]);
  assert.equal(control[0]?.stands, true);
  assert.equal(control[1], null);
});

test('where best and last were both compared the weaker p-value counts', () => {
  const both = cell(-0.9, 'unknown');
  const [control] = controlTable([both]);
  assert.equal(control?.adjustedP, both.comparisons.best?.p?.below);
  assert.ok((both.comparisons.best?.p?.below ?? 0) > (both.comparisons.last?.p?.below ?? 1));
});
