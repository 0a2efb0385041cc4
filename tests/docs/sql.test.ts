import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { judge } from '../../reports/judgement/judge.ts';
import { ingest } from '../../results/ingest.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import { writeSample } from '../reports/sample.ts';
import { temporaryFolder } from '../results/temporary.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The SQL blocks of every guide, with the guide that has them. */
const queries = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]
  .filter((guide) => guide.endsWith('.md'))
  .flatMap((guide) =>
    [...readFileSync(join(root, guide), 'utf8').matchAll(/^```sql\n([\s\S]*?)^```/gm)].map(
      ([, sql = '']) => ({ guide, sql }),
    ),
  );

test('every query in the guides runs and finds something in a filled database', async (context) => {
  assert.ok(queries.length > 0);
  const workspace = temporaryFolder(context);
  await ingest({ workspace, published: writeSample(workspace), judge: judge() });
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    for (const { guide, sql } of queries) {
      const rows = await store.rows(sql);
      assert.ok(rows.length > 0, `${guide}: nothing is found by\n${sql}`);
    }
  } finally {
    store.close();
  }
});
