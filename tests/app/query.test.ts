import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { query } from '../../app/query.ts';
import { main } from '../../cli/main.ts';
import { judge } from '../../reports/judgement/judge.ts';
import { ingest } from '../../results/ingest.ts';
import { fakeContext } from '../cli/fake-context.ts';
import { writeSample } from '../reports/sample.ts';
import { temporaryFolder } from '../results/temporary.ts';

test('a question in SQL is answered as a table, as JSON and as rows, and can only read', async (context) => {
  const workspace = temporaryFolder(context);
  await ingest({ workspace, published: writeSample(workspace), judge: judge() });
  const sql = `SELECT row_name, seeds, round(last_mean, 2) AS mean, verdict FROM report.cells
                WHERE suite = 'quick' AND row_name IN ('KD', 'Student')`;

  const own = fakeContext({ cwd: workspace });
  assert.equal(await main(['query', sql], own), 0);
  assert.deepEqual(own.out, [
    'row_name  seeds   mean  verdict',
    'Student       3   36.1  not comparable',
    'KD            3  38.33  not comparable',
  ]);

  const forPrograms = fakeContext({ cwd: workspace });
  assert.equal(await main(['query', sql, '--json'], forPrograms), 0);
  assert.deepEqual(forPrograms.documents, [
    {
      schemaVersion: 1,
      columns: ['row_name', 'seeds', 'mean', 'verdict'],
      rows: [
        ['Student', 3, 36.1, 'not comparable'],
        ['KD', 3, 38.33, 'not comparable'],
      ],
    },
  ]);

  const { rows } = await query({
    workspace,
    sql: `SELECT count(*), 'nan'::DOUBLE, ['a', 'b'], TIMESTAMP '2026-01-02 03:04:05', NULL`,
  });
  assert.deepEqual(rows, [[1, null, ['a', 'b'], '2026-01-02T03:04:05.000Z', null]]);

  const secret = join(workspace, 'secret.csv');
  writeFileSync(secret, 'a\n1\n');
  const copy = join(workspace, 'copy.csv').replaceAll("'", "''");
  for (const refused of [
    'SELECT nothing FROM report.cells',
    'DELETE FROM runs',
    `COPY runs TO '${copy}'`,
    `FROM read_csv('${secret.replaceAll("'", "''")}')`,
    '',
    ' ; ',
    '-- only words',
    'SELECT 1; SELECT 2',
    'SELECT 1; DROP TABLE runs',
    'SELEC 1',
    'SET threads = 1',
    'CHECKPOINT',
    // The process would end here: DuckDB opens its log where nobody can catch what it throws.
    `CALL enable_logging(storage = 'file', storage_path = '${copy}'); SELECT 1`,
  ]) {
    await assert.rejects(query({ workspace, sql: refused }), { code: 'QUERY_SQL' }, refused);
  }
  assert.ok(!existsSync(copy));

  for (const asked of [
    'EXPLAIN SELECT 1;',
    'DESCRIBE runs',
    "PIVOT (SELECT 'b' AS a, 2 AS b) ON a USING sum(b)",
  ]) {
    const { columns } = await query({ workspace, sql: asked });
    assert.notEqual(columns[0], 'Count', asked);
  }
  await assert.rejects(query({ workspace: join(workspace, 'none'), sql }), {
    code: 'STORE_MISSING',
  });
});
