import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchWorkspace } from '../../bench/workspace-bench.ts';
import { workspaceBenchLines } from '../../cli/output/bench-workspace.ts';
import { temporaryFolder } from '../results/temporary.ts';

test('a small workspace is written, ingested and rendered, each in a process of its own', async (context) => {
  const said: string[] = [];
  const result = await benchWorkspace('report', {
    size: { suites: 2, rows: 3, columns: 2, seeds: 2, epochs: 3 },
    disk: temporaryFolder(context),
    onCase: (name, mode) => said.push(`${name}: ${mode}`),
  });
  assert.equal(result.conditions.size.cells, 12);
  assert.equal(result.conditions.size.epochRows, 72);
  assert.deepEqual(
    result.results.map(({ name }) => name),
    ['store', 'report', 'journal'],
  );
  for (const { ours_ms, cpu_ms, peak_mib, per_second } of result.results) {
    assert.ok(ours_ms > 0 && per_second > 0 && cpu_ms > 0 && peak_mib > 20);
  }
  assert.deepEqual(said, [
    'report: writing journals of 12 cells and 72 epochs',
    'store: ingest',
    'report: render',
    'journal: 1000 lines',
  ]);
  assert.match(
    workspaceBenchLines(result).join('\n'),
    /^12 cells, 72 epochs[\s\S]*report of all pages/,
  );
});
