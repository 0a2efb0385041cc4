import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { check, ingest, plan, RedistillError, report, reportText, status } from 'redistill';
import { temporaryFolder } from '../results/temporary.ts';

test('plan, status, ingest, report and check work without the command line', async (t) => {
  const notices: string[] = [];
  const effects = {
    cwd: temporaryFolder(t),
    environment: {},
    clock: { now: () => new Date('2026-01-02T03:00:00.000Z'), elapsed: () => 0 },
    notice: (line: string) => void notices.push(line),
  };
  const workspace = 'nights';
  const planned = await plan(
    { suite: 'default@smoke', seeds: [7], store: true, workspace },
    effects,
  );
  assert.ok(planned.plan.trials.every(({ spec }) => spec.seed === 7 || spec.role === 'teacher'));
  assert.equal(planned.measured?.unmeasured.length, planned.plan.trials.length);

  const { workspace: folder, suites } = status({ workspace }, effects);
  assert.equal(folder, join(effects.cwd, workspace));
  assert.deepEqual(
    suites.map(({ suite, scale }) => `${suite}@${scale}`),
    ['default@smoke'],
  );
  assert.ok(suites[0]?.trials.every(({ state }) => state === 'waiting'));

  const summary = await ingest({ workspace }, effects);
  assert.deepEqual(summary.problems, []);
  const { index } = await report({ workspace, out: 'site' }, effects);
  assert.equal(index, join(effects.cwd, 'site', 'index.html'));
  assert.match(readFileSync(index, 'utf8'), /default/);
  const { text, file } = await reportText({ workspace, format: 'markdown' }, effects);
  assert.equal(file, null);
  assert.match(text, /not run/);

  const { findings, exitCode } = await check({ workspace }, effects);
  assert.deepEqual(findings, []);
  assert.equal(exitCode, 3, 'nothing was measured');
  assert.deepEqual(notices, []);
});

test('what is wrong is an error with a code, a sentence and a hint', async (t) => {
  const workspace = temporaryFolder(t);
  await assert.rejects(check({ workspace }), (error) => {
    assert.ok(error instanceof RedistillError);
    assert.equal(error.code, 'STORE_MISSING');
    assert.ok(error.hint);
    return true;
  });
  await assert.rejects(plan({ suite: 'defualt', workspace }), { message: /"default"/ });
  assert.throws(() => status({ workspace, suite: 'default' }), { code: 'STATUS_UNKNOWN_SUITE' });
});
