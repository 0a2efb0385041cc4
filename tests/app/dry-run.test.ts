import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { plan } from '../../app/plan.ts';
import { conditionsOf } from '../../app/run/conditions.ts';
import { openExecutor } from '../../app/run/executor.ts';
import { presentNumerics } from '../../app/run/numerics.ts';
import { type WouldDo, wouldDo } from '../../app/run/would-do.ts';
import { main } from '../../cli/main.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import { fakeContext } from '../cli/fake-context.ts';
import { makeJournal, writeJournal } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { fakeTrial, fingerprint } from '../runners/executors/fixtures/fake.ts';

/** Every file and folder below a folder, with what it holds and when it was changed. */
function everythingIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => {
      const { mtimeMs } = statSync(join(folder, path));
      const isFile = statSync(join(folder, path)).isFile();
      const text = isFile ? readFileSync(join(folder, path)) : '';
      return `${path} ${mtimeMs} ${createHash('sha256').update(text).digest('hex')}`;
    });
}

const teacher = fakeTrial('teacher', {}, { gate: 50 });
const [one, two, three] = [1, 2, 3].map((alpha) =>
  fakeTrial('student', { alpha }, { teacher }),
) as [PlannedTrial, PlannedTrial, PlannedTrial];
// A student may stand before its teacher.
const trials = [one, two, three, teacher];
const options = { fingerprintOf: () => fingerprint, retryEnded: false } as const;
const nothing: WouldDo = { train: [], resume: [], reuse: [], keep: [], blocked: [] };
const journal = (workspace: string, { spec }: PlannedTrial, accuracy: number, more = {}) =>
  writeJournal(workspace, makeJournal({ spec, accuracies: [accuracy], fingerprint, ...more }));
const failed = { end: { state: 'diverged', reason: 'Why.' } };

test('of each trial it is told what would become of it', (t) => {
  const workspace = temporaryFolder(t);
  assert.deepEqual(wouldDo(trials, { ...options, workspace }), {
    ...nothing,
    train: [teacher, one, two, three].map(({ id }) => id),
  });
  journal(workspace, teacher, 60);
  journal(workspace, one, 40);
  journal(workspace, two, 40, { end: null });
  journal(workspace, three, 40, failed);
  const parts = { ...nothing, reuse: [teacher.id, one.id], resume: [two.id] };
  assert.deepEqual(wouldDo(trials, { ...options, workspace }), { ...parts, keep: [three.id] });
  assert.deepEqual(wouldDo(trials, { ...options, workspace, retryEnded: true }), {
    ...parts,
    train: [three.id],
  });
  // A night measures anew, with earlier teachers where it is asked for.
  const night = { ...options, workspace, since: '2026-06-01T00:00:00.000Z' };
  assert.deepEqual(wouldDo(trials, night).train, [teacher.id, one.id, three.id]);
  const kept = wouldDo(trials, { ...night, keepTeachers: true });
  assert.deepEqual([kept.reuse, kept.train], [[teacher.id], [one.id, three.id]]);
});

test('students of a teacher that failed its gate or ended badly would not be started', (t) => {
  for (const [accuracy, more, reason] of [
    [40, {}, /below its gate of 50 %/],
    [60, failed, /did not complete \(diverged\)/],
  ] as const) {
    const workspace = temporaryFolder(t);
    journal(workspace, teacher, accuracy, more);
    const { blocked, train } = wouldDo(trials, { ...options, workspace });
    assert.deepEqual(train, []);
    assert.deepEqual(
      blocked.map(({ trial }) => trial),
      [one.id, two.id, three.id],
    );
    assert.ok(blocked.every((each) => reason.test(each.reason)));
  }
});

test('a dry run of a run and of a night says what they would do, and writes nothing', async (t) => {
  const cwd = temporaryFolder(t);
  const place = { cwd, environment: process.env };
  const told = async (...line: string[]) => {
    const before = everythingIn(cwd);
    const context = fakeContext(place);
    assert.equal(await main([...line, '--dry-run'], context), 0);
    assert.deepEqual(everythingIn(cwd), before, line.join(' '));
    return { text: context.out.join('\n'), documents: context.documents };
  };
  const asked = ['run', 'default@smoke', '--only', 'none,kd'];
  const fresh = await told(...asked);
  assert.match(fresh.text, /Would be trained: 5 trials; gone on with: 0; reused: 0\./);
  assert.match(fresh.text, /\n {2}runs\/plans\/default@smoke\.json\n/);
  assert.match(fresh.text, /\n {2}reports\/out\n/);

  const { plan: made } = await plan({ suite: 'default@smoke' }, place);
  const plain = made.trials.find(({ spec }) => spec.role === 'student' && spec.method === 'none');
  assert.ok(plain !== undefined);
  const { of } = await presentNumerics([plain], conditionsOf(1, {}));
  const { spec } = plain;
  const measured = makeJournal({ spec, accuracies: [10], fingerprint: of(spec).fingerprint });
  writeJournal(cwd, measured);
  const json = await told(...asked, '--no-report', '--json');
  const [document] = json.documents as { dryRun: boolean; would: WouldDo; writes: string[] }[];
  assert.equal(document?.dryRun, true);
  assert.deepEqual(document?.would.reuse, [plain.id]);
  assert.ok(document?.writes.includes(join(cwd, 'runs', document.would.train[0] as string)));
  assert.ok(!document?.writes.some((path) => path.includes('reports')));

  const night = await told('nightly', 'default@smoke', '--rotating', '0', '--fixed-seeds', '1');
  assert.match(night.text, /Would be trained: \d+ trials; gone on with: 0; reused: 0\./);
});

test('an environment that no training takes is refused before any begins', async (t) => {
  const environment = { REDISTILL_LOADER_THREADS: 'two' };
  const place = { cwd: temporaryFolder(t), workspace: temporaryFolder(t), environment };
  await assert.rejects(openExecutor({}, place), { code: 'LOADER_THREADS' });
});
