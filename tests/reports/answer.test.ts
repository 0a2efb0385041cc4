import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VerdictWord } from '../../reference/verdict/verdict.ts';
import { strip } from '../../reports/charts/strip.ts';
import { marks, verdictMap } from '../../reports/charts/verdict-map.ts';
import { answerOf, answerSentences } from '../../reports/model/answer.ts';
import type { TableModel } from '../../reports/model/table-model.ts';
import type { SiteTable } from '../../reports/pages/types.ts';
import { searchIndex, searchScript } from '../../reports/search-index.ts';
import { answerView } from '../../reports/views/answer-view.ts';
import { byRelevance } from '../../reports/views/table-card.ts';

/** A table of one row: cells by the number that they stand for, with their verdict. */
function tableOf(
  suite: string,
  scale: string,
  cells: readonly (readonly [number: string, word: VerdictWord])[],
  updatedAt = '',
): TableModel {
  const run = updatedAt === '' ? null : { state: 'completed', updatedAt };
  const made = cells.map(([number, word]) => ({
    row: {
      metric: 'top1',
      notRun: null,
      published: { table: 't', row: number, column: 'c' },
    },
    trials:
      word === 'not run' ? [] : [{ run: { state: 'completed' }, counted: word !== 'no value' }],
    verdict: { word },
  }));
  return { plan: { suite, scale }, cells: made, trials: [{ run }] } as unknown as TableModel;
}

const answered = (...tables: readonly TableModel[]) => answerOf(tables, null);

test('numbers that several suites stand for count once, and hold only where no suite contradicts', () => {
  const answer = answered(
    tableOf('one', 'paper', [
      ['a', 'reproduced'],
      ['b', 'reproduced'],
      ['c', 'not run'],
      ['d', 'no value'],
    ]),
    tableOf('two', 'paper', [
      ['a', 'below'],
      ['b', 'inconclusive'],
    ]),
  );
  assert.deepEqual(
    [answer.known, answer.runnable, answer.measured, [...answer.words]],
    [4, 4, 2, [['below', 1], ['inconclusive', 1]]],
  ); // biome-ignore format: figures on a line
  assert.equal(
    answerSentences(answer).headline,
    'None of 2 numbers measured by the published protocol hold.',
  );
});

test('a proxy answers nothing, whatever its words; all, one and some are said as they are', () => {
  const proxy = answered(tableOf('one', 'proxy', [['a', 'reproduced']]));
  assert.equal(proxy.known, 0);
  assert.equal(answerSentences(proxy).headline, 'Not answered here yet.');
  const view = answerView(proxy, ['Three claims stand.']);
  assert.match(view.detail, /No published number was measured.*Three claims stand\.$/);
  assert.equal(view.verdicts, null);
  const other = answered(tableOf('one', 'paper', [['a', 'not comparable']]));
  assert.match(answerSentences(other).detail, /^1 published number was measured.* but none by/);
  const headline = (...words: readonly VerdictWord[]) =>
    answerSentences(
      answered(tableOf('one', 'paper', words.map((word, index) => [`${index}`, word]))),
    ).headline; // biome-ignore format: short
  assert.match(headline('reproduced'), /^The one number .* holds\.$/);
  assert.match(headline('reproduced', 'reproduced'), /^All 2 numbers .* hold\.$/);
  assert.match(headline('reproduced', 'above'), /^1 of 2 numbers .* holds\.$/);
  const judged = answerView(
    answered(tableOf('one', 'paper', [['a', 'reproduced'], ['b', 'below']])),
    ['unused'],
  ); // biome-ignore format: short
  assert.equal(judged.detail, 'Of the others 1 is below what was published.');
});

test('own suites come first, then what was measured last', () => {
  const entries = [
    tableOf('shipped-old', 'paper', [], '2026-01-01'),
    tableOf('shipped-new', 'paper', [], '2026-03-01'),
    tableOf('shipped-never', 'paper', []),
    tableOf('mine-old', 'proxy', [], '2026-01-02'),
    tableOf('mine-new', 'proxy', [], '2026-02-02'),
  ].map((table) => ({ table }) as SiteTable);
  const shipped = new Set(['shipped-old', 'shipped-new', 'shipped-never']);
  assert.deepEqual(
    byRelevance(entries, shipped).map(({ table }) => table.plan.suite),
    ['mine-new', 'mine-old', 'shipped-new', 'shipped-old', 'shipped-never'],
  );
});

test('a bar shows one of thousands, fills its width exactly, and says its counts', () => {
  const svg = strip(
    [
      { count: 1, style: 'reproduced', symbol: '\u2713' },
      { count: 4999, style: 'waiting', symbol: '<' },
      { count: 0, style: 'failed', symbol: 'x' },
    ],
    '1 "of" 5000',
  );
  const widths = [...svg.matchAll(/ width="([\d.]+)%"/g)].map(([, width]) => Number(width));
  assert.equal(widths.length, 2);
  assert.ok((widths[0] as number) > 1);
  assert.ok(Math.abs((widths[0] as number) + (widths[1] as number) - 100) < 0.02);
  assert.match(svg, /aria-label="1 &quot;of&quot; 5000"/);
  assert.match(svg, />&lt;<\/text>/);
});

test('no two marks of a map have one shape, and each lies at its row and column', () => {
  const shapes = marks.map((mark) => /d="M7 7(.*)"/.exec(verdictMap([[mark]], 'one'))?.[1]);
  assert.equal(new Set(shapes).size, marks.length);
  const svg = verdictMap([[null, 'reproduced'], ['below']], 'two');
  assert.match(svg, /class="reproduced filled" d="M21 7m/);
  assert.match(svg, /class="below filled" d="M7 21m/);
  assert.match(svg, /viewBox="0 0 28 28"/);
});

test('the index of the search is a script that holds names as data', () => {
  const title = '</script> "quoted" \u2028 `';
  const script = searchScript(
    searchIndex([{ path: 'a.html', title }], [{ id: 'x', title: 'A claim', paper: 'P' }], []),
  );
  const scope: { redistillSearch?: { kinds: string[]; entries: unknown[] } } = {};
  new Function('globalThis', script)(scope);
  assert.deepEqual(scope.redistillSearch?.entries, [
    [0, title, '', 'a.html'],
    [scope.redistillSearch?.kinds.indexOf('claim'), 'A claim', 'P', 'claims.html#claim-x'],
  ]);
});
