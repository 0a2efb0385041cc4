import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { judge } from '../../reports/judgement/judge.ts';
import { ingest } from '../../results/ingest.ts';
import { pageWithSchema, schemaPage } from '../../results/schema-page.ts';
import { writeSample } from '../reports/sample.ts';
import { temporaryFolder } from '../results/temporary.ts';

const page = readFileSync(schemaPage, 'utf8');

test('the lists of docs/database.md are those of the schema', async () => {
  const fresh = await pageWithSchema(page);
  assert.ok(fresh === page, 'docs/database.md is stale: run "make schemas"');
  // The test can fail: a page without its list is not what would be written.
  const [begin, end] = ['<!-- schema -->\n', '<!-- end of schema -->'] as const;
  const bare = page.slice(0, page.indexOf(begin) + begin.length) + page.slice(page.indexOf(end));
  assert.equal(await pageWithSchema(bare), page);
});

describe('the Python examples of docs/database.md', () => {
  const python = process.env['REDISTILL_PYTHON'] ?? 'python3';
  const programs = [...page.matchAll(/^```python\n([\s\S]*?)^```/gm)].map(([, text = '']) => text);
  let missing: string | false = false;

  before(() => {
    assert.ok(programs.length > 0);
    const { status } = spawnSync(python, ['-c', 'import duckdb, pandas'], { stdio: 'ignore' });
    if (status !== 0)
      missing = `${python} has no duckdb and pandas ($REDISTILL_PYTHON names another)`;
  });

  test('run in a workspace and print verdicts', async (context) => {
    if (missing !== false) return context.skip(missing);
    const workspace = temporaryFolder(context);
    await ingest({ workspace, published: writeSample(workspace), judge: judge() });
    mkdirSync(join(workspace, 'home'));
    for (const program of programs) {
      const printed = execFileSync(python, ['-c', program], {
        cwd: workspace,
        encoding: 'utf8',
        env: { ...process.env, HOME: join(workspace, 'home') },
      });
      assert.match(printed, /reproduced +3\n/);
      assert.match(printed, /quick +proxy +DKD\/resnet56__resnet20\/top1 +33\.3 /);
    }
  });
});
