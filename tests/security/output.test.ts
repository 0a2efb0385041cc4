/*
 * What leaves for other programs. HTML and SVG: tests/reports/site.test.ts; JUnit, Markdown and
 * GitHub's annotations: tests/reports/writers.test.ts; a shell: tests/reports/words.test.ts.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderText } from '../../reports/text-report.ts';
import { exportTables } from '../../reports/writers/export.ts';
import { ingest } from '../../results/ingest.ts';
import { databaseFile } from '../../results/workspace.ts';
import { makeJournal, makePlan, makeSpec, writeJournal, writePlan } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';

test('no text of an exported CSV file begins a formula; numbers and Parquet are as they were', async (t) => {
  const workspace = temporaryFolder(t);
  const names = ['=HYPERLINK("http://evil")', '+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1', 'KD'];
  const rows = names.map((name, index) => ({
    name,
    method: 'kd',
    specs: [makeSpec({ seed: index })],
  }));
  writePlan(workspace, makePlan({ rows }));
  writeJournal(workspace, makeJournal({ spec: makeSpec({ seed: 0 }), accuracies: [-1.5] }));
  await ingest({ workspace });
  const out = join(workspace, 'csv');
  await exportTables(databaseFile(workspace), { format: 'csv', out });
  const verdicts = readFileSync(join(out, 'verdicts.csv'), 'utf8');
  for (const name of names.slice(0, -1)) {
    const written = `'${name}`.replaceAll('"', '""');
    assert.ok(verdicts.includes(written), `${JSON.stringify(name)} has an apostrophe in front`);
  }
  assert.match(verdicts, /,KD,/);
  // A field begins after a comma, a line feed or a quote that one of these begins.
  assert.doesNotMatch(verdicts, /(?:^|[\n,]|[\n,]")[=+@]/);
  const report = await renderText(databaseFile(workspace), { format: 'csv' });
  assert.doesNotMatch(report, /(?:^|[\n,]|[\n,]")\s*[=+@]/);
  assert.equal(report.split('\n').length, names.length + 2, 'a record is one line');
  assert.match(report, /,-1\.5,/);
  assert.match(readFileSync(join(out, 'metrics.csv'), 'utf8'), /,-1\.5(?:,|\n)/);
});
