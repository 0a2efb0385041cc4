import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { parseHTML } from 'linkedom';
import { renderText } from '../../reports/text-report.ts';
import { annotations } from '../../reports/writers/annotations.ts';
import type { Digest } from '../../reports/writers/digest.ts';
import { exportTables } from '../../reports/writers/export.ts';
import { junitXml } from '../../reports/writers/junit.ts';
import { digestMarkdown } from '../../reports/writers/markdown.ts';
import { ingest } from '../../results/ingest.ts';
import { databaseFile } from '../../results/workspace.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { writeSample } from './sample.ts';

/*
 * What every format makes of the sample. After a wanted change:
 * REDISTILL_UPDATE_GOLDEN=1 node --test tests/reports/writers.test.ts
 */
const golden = new URL('./fixtures/writers/', import.meta.url);
const formats = [
  ['markdown', 'report.md'],
  ['junit', 'junit.xml'],
  ['annotations', 'annotations.txt'],
  ['json', 'report.json'],
  ['csv', 'cells.csv'],
  ['latex', 'tables.tex'],
] as const;

test('every text format of the sample is the golden one', async (context) => {
  const workspace = temporaryFolder(context);
  await ingest({ workspace, published: writeSample(workspace) });
  for (const [format, name] of formats) {
    const text = await renderText(databaseFile(workspace), { format });
    const file = new URL(name, golden);
    if (process.env['REDISTILL_UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
    assert.equal(text, readFileSync(file, 'utf8'));
  }
});

test('CSV has a record of one length per cell and metric, and says what a number was measured with', async (context) => {
  const workspace = temporaryFolder(context);
  await ingest({ workspace, published: writeSample(workspace) });
  const file = join(workspace, 'cells.csv');
  writeFileSync(file, await renderText(databaseFile(workspace), { format: 'csv' }));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(
    `SELECT published, round(last_mean, 2) AS measured, round(difference_last, 2) AS difference, round(interval_low_last, 2) AS low,
            round(interval_high_last, 2) AS high, margin, verdict, seed_list AS seeds, scale, hardware, data_hash
       FROM read_csv('${file}', header = true) WHERE cell = 'DKD/resnet56__resnet20/top1' ORDER BY scale`,
  );
  const [paper, proxy] = rows.getRowObjectsJS();
  const conditions = {
    margin: 0.5,
    hardware: 'Test CPU 3000, 2 cores, 8 GiB',
    data_hash: 'd'.repeat(64),
    published: 71.97,
  };
  assert.deepEqual(paper, {
    published: 71.97,
    measured: 70.87,
    difference: -1.1,
    low: -1.38,
    high: -0.82,
    margin: 0.5,
    verdict: 'below',
    seeds: '1 2 3',
    scale: 'paper',
    hardware: conditions.hardware,
    data_hash: conditions.data_hash,
  });
  // A proxy has a published number beside it for who joins tables, and never a difference to it.
  assert.deepEqual(
    { ...proxy },
    {
      ...conditions,
      measured: 32.9,
      difference: null,
      low: null,
      high: null,
      verdict: 'not comparable',
      seeds: '1 2',
      scale: 'proxy',
    },
  );
  connection.closeSync();
  instance.closeSync();
});

const hostile: Digest = {
  title: 'A & <b>',
  lead: '',
  groups: [
    {
      name: 'suite@paper',
      note: null,
      entries: [
        { name: 'fine', level: 'passed', word: 'reproduced', message: 'inside' },
        { name: 'a,b:c', level: 'notice', word: 'above', message: '100 % sure\nsecond line' },
        {
          name: '"<script>|\u0007',
          level: 'failed',
          word: 'below',
          message: ']]>_x_ wrn_40_2',
          place: { file: 'suites/a,b.yaml', line: 7 },
        },
        { name: 'odd', level: 'warning', word: 'inconclusive', message: 'two more seeds' },
        { name: 'gone', level: 'skipped', word: 'not run', message: 'no data' },
        { name: 'broken', level: 'error', word: 'failed', message: 'diverged' },
      ],
    },
  ],
};

test('annotations come with the errors in front, and nothing in a text can begin or end a command', () => {
  assert.equal(
    annotations(hostile),
    [
      '::error title=failed%3A broken::suite@paper: diverged',
      '::error file=suites/a%2Cb.yaml,line=7,title=below%3A "<script>|\u0007::suite@paper: ]]>_x_ wrn_40_2',
      '::warning title=inconclusive%3A odd::suite@paper: two more seeds',
      '::notice title=above%3A a%2Cb%3Ac::suite@paper: 100 %25 sure%0Asecond line',
      '',
    ].join('\n'),
  );
});

test('JUnit counts what it holds, and gives back hostile names as they were', () => {
  const xml = junitXml(hostile);
  const { document } = parseHTML(xml.replace(/^<\?xml.*\n/, ''));
  const suite = document.querySelector('testsuite');
  const numbers = ['tests', 'failures', 'errors', 'skipped'].map((name) =>
    suite?.getAttribute(name),
  );
  assert.deepEqual(numbers, ['6', '1', '1', '2']);
  assert.equal(document.querySelectorAll('testcase').length, 6);
  assert.equal(
    document.querySelector('failure')?.parentElement?.getAttribute('name'),
    '"<script>|\uFFFD',
  );
  assert.equal(document.querySelector('script'), null);
});

test('Markdown of a digest keeps its table whatever a text holds', () => {
  assert.equal(
    digestMarkdown(hostile),
    `## A &amp; &lt;b>

1 error, 1 failed, 1 undecided, 1 to be noted, 1 passed, 1 not judged.

### suite@paper

| What            | Outcome     | Finding      | Why                    |
| --------------- | ----------- | ------------ | ---------------------- |
| fine            | passed      | reproduced   | inside                 |
| a,b:c           | to be noted | above        | 100 % sure second line |
| "&lt;script>\\|  | failed      | below        | \\]\\]>\\_x\\_ wrn_40_2    |
| odd             | undecided   | inconclusive | two more seeds         |
| gone            | not judged  | not run      | no data                |
| broken          | error       | failed       | diverged               |
`,
  );
});

for (const format of ['parquet', 'csv'] as const) {
  test(`exported ${format} holds the rows of the database and the verdicts`, async (context) => {
    const workspace = temporaryFolder(context);
    await ingest({ workspace, published: writeSample(workspace) });
    const out = join(workspace, "it's exported");
    const files = await exportTables(databaseFile(workspace), { format, out });
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const count = async (sql: string) =>
      (await connection.runAndReadAll(sql)).getRowsJS().map((row) => row.map(String));
    const path = (table: string) => `'${join(out, `${table}.${format}`).replaceAll("'", "''")}'`;
    assert.deepEqual(
      await count(`SELECT verdict, count(*) FROM ${path('verdicts')} GROUP BY ALL ORDER BY ALL`),
      [
        ['above', '1'],
        ['below', '1'],
        ['failed', '1'],
        ['inconclusive', '2'],
        ['no reference', '2'],
        ['not comparable', '4'],
        ['not run', '2'],
        ['reproduced', '3'],
      ],
    );
    const rowsOf = (table: string) => files.find(({ file }) => file === `${table}.${format}`)?.rows;
    assert.deepEqual(await count(`SELECT count(*) FROM ${path('epochs')}`), [
      [String(rowsOf('epochs'))],
    ]);
    assert.ok((rowsOf('epochs') ?? 0) > 100);
    connection.closeSync();
    instance.closeSync();
  });
}
