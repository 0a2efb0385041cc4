import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratesMarkdown, writtenRates } from '../../bench/verdict-rates.ts';

const rows = () =>
  writtenRates()
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
const rate = (text: string | undefined) => Number.parseFloat(text ?? 'none');

test('docs/verdicts.md holds the rates that the code has', () => {
  assert.equal(
    writtenRates(),
    ratesMarkdown(),
    'the statistics changed; run: node bench/verdict-rates.ts, and read what it did to the rates',
  );
});

test('false words are as rare as promised where the published error is known', () => {
  // 5 % plus three standard errors of 1,000 cells.
  const limit = 5 + 300 * Math.sqrt((0.05 * 0.95) / 1000);
  const cells = rows().filter(([seeds]) => /^[135]$/.test(seeds ?? '') && rows().length > 0);
  const judged = cells.filter(
    (row) => row.length === 8 && row[2] !== 'not stated' && /own|pooled/.test(row[1] ?? ''),
  );
  assert.equal(judged.length, 8);
  for (const [seeds, spread, error, reproduced, below, , wrong] of judged) {
    const name = `${seeds} seeds, ${spread} spread, published error ${error}`;
    assert.ok(rate(reproduced) < limit, `${name}: false reproduced ${reproduced}`);
    assert.ok(rate(below) < limit, `${name}: false below ${below}`);
    assert.ok(rate(wrong) < 1, `${name}: false below or above where equal ${wrong}`);
    if (seeds === '1') assert.equal(rate(reproduced), 0);
  }
});

test('over a table of independent cells false words are as rare as promised together', () => {
  // 5 % plus three standard errors of 300 tables.
  const limit = 5 + 300 * Math.sqrt((0.05 * 0.95) / 300);
  const tables = rows().filter((row) => row[1] === 'independent');
  assert.equal(tables.length, 2);
  for (const row of tables) {
    assert.ok(rate(row[5]) < limit, `wrong among the cells called below: ${row[5]}`);
  }
});
