import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratesMarkdown, runs, situations, writtenRates } from '../../bench/verdict-rates.ts';

/** The rows of the table that has a column with this in its head, as cells. */
function rows(head: string): readonly (readonly string[])[] {
  const block = writtenRates()
    .split('\n\n')
    .find((text) => text.startsWith(`| ${head}`));
  return (block ?? '')
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const rate = (text: string | undefined) => Number.parseFloat(text ?? 'none');

test('docs/verdicts.md holds the rates that the code has', () => {
  assert.equal(
    writtenRates(),
    ratesMarkdown(),
    'the statistics changed; run: node bench/verdict-rates.ts, and read what it did to the rates',
  );
});

test('false words are as rare as promised, or the page says why not', () => {
  // 5 % plus four standard errors: forty rates are looked at.
  const limit = 5 + 400 * Math.sqrt((0.05 * 0.95) / runs);
  const cells = rows('situation');
  assert.equal(cells.length, situations.length);
  for (const [name, seeds, , reproduced, , below, , , why] of cells) {
    const row = `${name}, ${seeds} seeds`;
    if (why !== '') {
      assert.ok(rate(reproduced) > 5 || rate(below) > 5, `${row}: needs no excuse`);
      continue;
    }
    assert.ok(rate(reproduced) < limit, `${row}: false reproduced ${reproduced}`);
    assert.ok(rate(below) < limit, `${row}: false below ${below}`);
    if (seeds === '1') assert.equal(rate(reproduced) + rate(below), 0);
  }
});

test('each rule is worth its place: without it the rates are what they were', () => {
  const before = (name: string, seeds: string) =>
    rows('situation').find((row) => row[0] === name && row[1] === seeds)?.[2];
  assert.ok(rate(before('four published runs, no sd printed', '3')) > 8);
  assert.ok(rate(before('one published run', '3')) > 15);
  assert.ok(rate(before('last-epoch number held against best epochs', '3')) > 50);
  assert.ok(rate(before('three teachers in turn', '6')) > 7);
  assert.ok(rate(before('seeds added until a word appears, up to 10', '3')) > 11);
});

test('over a table of independent cells false words are as rare as promised together', () => {
  // 5 % plus three standard errors of 300 tables.
  const limit = 5 + 300 * Math.sqrt((0.05 * 0.95) / 300);
  const tables = rows('cells truly below').filter((row) => row[1] === 'independent');
  assert.equal(tables.length, 2);
  for (const row of tables) {
    assert.ok(rate(row[5]) < limit, `wrong among the cells called below: ${row[5]}`);
  }
});

test('of the arrows of a table few are wrong, and none where no test can decide', () => {
  for (const [better, seeds, before, now, , share] of rows('truly better')) {
    assert.ok(rate(before) > 10, `before ${before}`);
    if (seeds === '3') assert.equal(rate(now), 0);
    if (better !== '0') assert.ok(rate(share) < 8, `${share}`);
  }
});

test('as many seeds as are said to decide do so in four of five cases', () => {
  for (const [truth, seeds, decided] of rows('true difference')) {
    assert.ok(rate(decided) > 79 && rate(decided) < 92, `${truth}, ${seeds} seeds: ${decided}`);
  }
});
