/* No table is wider than a terminal of 100 columns, and none loses a word or a number for it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StepBench, StepResult } from '../../bench/step.ts';
import { stepCases } from '../../bench/step-cases.ts';
import { stepBenchLines } from '../../cli/output/bench.ts';
import { findingLines } from '../../cli/output/findings.ts';
import { renderTable } from '../../cli/output/table.ts';
import { linesWithin } from '../../cli/output/wrap.ts';
import { stepSuites } from '../../contract/bench-suites.ts';
import { makeEnvironment } from '../results/builder.ts';

const columns = 100;
const tooWide = (lines: readonly string[]) => lines.filter((line) => [...line].length > columns);
const words = (text: string) =>
  text
    .split(/\s+/)
    .filter((word) => word !== '')
    .sort();

describe('texts and tables within a terminal', () => {
  it('breaks after words and slashes, and leaves what fits as it is', () => {
    assert.deepEqual(linesWithin('a  b', 4), ['a  b']);
    assert.deepEqual(linesWithin('one two three', 7), ['one two', 'three']);
    assert.deepEqual(linesWithin('see owner/repository now', 10), [
      'see owner/',
      'repository',
      'now',
    ]);
    assert.deepEqual(linesWithin('unbreakable it is', 5), ['unbreakable', 'it is']);
    assert.deepEqual(linesWithin('teacher, gate 0 %', 16), ['teacher, gate', '0 %']);
    assert.deepEqual(linesWithin('top-1 of 70.1 ± 0.3 %', 19), ['top-1 of', '70.1 ± 0.3 %']);
  });

  it('narrows texts and titles, not numbers, and keeps every word', () => {
    const text = 'a hyper-parameter that somebody explains at great length '.repeat(4).trim();
    const rows = [
      ['name', '1 234.5 ± 12.3', text, text],
      ['other', '5', 'short', ''],
    ];
    const heads = [
      { title: 'name' },
      { title: 'milliseconds of a step of training', align: 'right' as const },
      { title: 'what' },
      { title: 'source' },
    ];
    const lines = renderTable(heads, rows);
    assert.deepEqual(tooWide(lines.map((line) => `  ${line}`)), []);
    assert.deepEqual(
      words(lines.join(' ')),
      words([...heads.map(({ title }) => title), ...rows.flat()].join(' ')),
    );
    assert.ok(lines.some((line) => line.includes('1 234.5 ± 12.3')));
  });

  it('leaves a table that fits on one line per row', () => {
    assert.equal(
      renderTable([{ title: 'a' }, { title: 'b' }], [['x'.repeat(40), 'y y']]).length,
      2,
    );
  });
});

describe('tables of commands', () => {
  for (const suite of stepSuites) {
    it(`bench --suite ${suite}`, () => {
      const results = stepCases[suite].map(({ name }) => resultOf(name));
      const lines = stepBenchLines(benchOf(suite, results));
      const rows = lines.filter((line) => /^\S.* {2}/.test(line));
      assert.ok(rows.length >= 2 * results.length);
      assert.deepEqual(tooWide(rows), []);
      const text = lines.join('\n');
      for (const figure of ['12345.6 ± 123.4', '23456.7 ± 234.5', '4567.8', '99.9 %', '98765']) {
        assert.ok(text.includes(figure), `${figure} in ${text}`);
      }
    });
  }

  it('doctor: what is to be done stands below in the same column', () => {
    const advice = 'Put the archive into a folder and give that with --data DIR. '.repeat(5).trim();
    const lines = findingLines([
      { id: 'imagenet', title: 'imagenet', state: 'missing', value: 'not here', advice },
    ]);
    assert.deepEqual(tooWide(lines), []);
    assert.deepEqual(
      words(lines.join(' ')),
      words(`MISSING imagenet not here ${advice} Not ready: imagenet.`),
    );
  });
});

/** A bench of slow steps: every figure is as long as such figures become. */
function benchOf(suite: StepBench['suite'], results: readonly StepResult[]): StepBench {
  return {
    ...{ schemaVersion: 1, suite, results },
    conditions: { ...makeEnvironment(), batch: 64, torch: '2.15.0' },
    ...(suite === 'kept' && {
      totals: [
        {
          name: 'KD, CTKD, DKD and MLKD',
          kept: 1234.5,
          computed: 1234.5,
          peer: 4321,
          misses: 0.12,
        },
      ],
    }),
  };
}

function resultOf(name: string): StepResult {
  const spread = (mad: number) => ({ n: 9, min: 1, mad });
  return {
    ...{ name, workers: 2, threads: 16, students: 1, nodes: null },
    ...{ ours_ms: 12345.6, eager_ms: 23456.7, peer_ms: 23456.7 },
    peer_variants: { plain: 23456.7, folded: 24000 },
    processor_ms: { ours: 12345.6, peer: 23456.7 },
    harness_ms: 12333.3,
    ...{ start_ms: 4_000_000, first_step_ms: 567_800, peer_start_ms: 1000 },
    differing: null,
    peak_mib: { ours: 98765, peer: 98765 },
    samples: { ours: spread(123.4), eager: spread(1), peer: spread(234.5), peer_variants: null },
  };
}
