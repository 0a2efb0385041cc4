import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { InfrastructureError } from '../../../common/errors.ts';
import { journalFile, runFolder } from '../../../contract/paths.ts';
import { runsOf } from '../../../contract/reuse.ts';
import type { ExecutorEvent } from '../../../runners/executors/events.ts';
import { executeLocally } from '../../../runners/executors/local/execute.ts';
import { failedGate } from '../../../runners/executors/teachers.ts';
import { findCheckpoint } from '../../../runners/weights/checkpoints/store.ts';
import { activity, fakeOptions, fakePlan, fakeTrial } from './fixtures/fake.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'redistill-local-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

test('a student starts after its teacher has completed, and gets its weights', async () => {
  const teacher = fakeTrial('teacher', {}, { gate: 40 });
  const student = fakeTrial('student', {}, { teacher });
  const outcomes = await executeLocally(fakePlan([student, teacher]), fakeOptions(workspace));
  assert.deepEqual(
    outcomes.map(({ trial, state, reused, headline }) => ({ trial, state, reused, headline })),
    [
      { trial: student.id, state: 'completed', reused: false, headline: 50 },
      { trial: teacher.id, state: 'completed', reused: false, headline: 50 },
    ],
  );
  assert.deepEqual(
    activity(workspace).map(({ what, trial }) => `${what} ${trial}`),
    [
      `start ${teacher.id}`,
      `completed ${teacher.id}`,
      `start ${student.id}`,
      `completed ${student.id}`,
    ],
  );
});

test('a checkpoint that is not there is the trouble of the trials that need it', async () => {
  const plain = fakeTrial('teacher');
  const reference = { kind: 'checkpoint', model: 'teacher', sha256: 'a'.repeat(64) } as const;
  const teacher = { ...plain, spec: { ...plain.spec, teacher: reference } };
  const student = fakeTrial('student', {}, { teacher });
  const other = fakeTrial('other');
  const outcomes = await executeLocally(fakePlan([teacher, student, other]), {
    ...fakeOptions(workspace),
    checkpointFile: (sha256) => findCheckpoint(workspace, sha256),
  });
  assert.deepEqual(
    outcomes.map(({ state }) => state),
    ['infrastructure', 'blocked', 'completed'],
  );
  assert.match(outcomes[0]?.reason ?? '', /No imported checkpoint .* redistill import checkpoint/);
});

test('an edit of the sources during a run stops what has not begun, and touches no run', async () => {
  const before = fakeTrial('before');
  const after = fakeTrial('after');
  let looks = 0;
  const outcomes = await executeLocally(fakePlan([before, after]), {
    ...fakeOptions(workspace),
    workers: 1,
    confirmNumerics() {
      looks += 1;
      if (looks > 1) throw new InfrastructureError('NUMERICS_CHANGED', 'kd.ts was edited.');
    },
  });
  const states = new Map(outcomes.map(({ trial, state, reason }) => [trial, `${state} ${reason}`]));
  const begun = activity(workspace).filter(({ what }) => what === 'start');
  assert.equal(begun.length, 1);
  assert.deepEqual([...states.values()].sort(), ['completed ', 'infrastructure kd.ts was edited.']);
  const stopped = outcomes.find(({ state }) => state === 'infrastructure')?.trial as string;
  assert.deepEqual(
    runsOf(workspace, stopped).filter(({ lines }) => lines > 0),
    [],
  );
});

test('no more workers run at a time than asked for, longest chains first', async () => {
  const short = fakeTrial('short', {}, { epochs: 2 });
  const long = fakeTrial('long', {}, { epochs: 4 });
  const teacher = fakeTrial('teacher', {}, { epochs: 3 });
  const student = fakeTrial('student', {}, { teacher, epochs: 3 });
  await executeLocally(fakePlan([short, long, teacher, student]), {
    ...fakeOptions(workspace),
    workers: 1,
  });
  const order = activity(workspace);
  assert.deepEqual(
    order.filter(({ what }) => what === 'start').map(({ trial }) => trial),
    [teacher.id, long.id, student.id, short.id],
  );
  order.forEach(({ what }, index) => {
    assert.equal(what, index % 2 === 0 ? 'start' : 'completed');
  });
});

test('a second execution recomputes nothing', async () => {
  const teacher = fakeTrial('teacher');
  const plan = fakePlan([teacher, fakeTrial('student', {}, { teacher })]);
  await executeLocally(plan, fakeOptions(workspace));
  const before = activity(workspace).length;
  const outcomes = await executeLocally(plan, fakeOptions(workspace));
  assert.deepEqual(
    outcomes.map(({ state, reused, headline }) => ({ state, reused, headline })),
    [
      { state: 'completed', reused: true, headline: 50 },
      { state: 'completed', reused: true, headline: 50 },
    ],
  );
  assert.equal(activity(workspace).length, before);
});

test('another numerics fingerprint is another run', async () => {
  const plan = fakePlan([fakeTrial('one')]);
  const [first] = await executeLocally(plan, fakeOptions(workspace));
  const [second] = await executeLocally(plan, {
    ...fakeOptions(workspace),
    fingerprintOf: () => 'e'.repeat(64),
  });
  assert.equal(second?.reused, false);
  assert.notEqual(second?.run, first?.run);
});

test('a teacher below its gate teaches nobody', async () => {
  const teacher = fakeTrial('weak', { top1: 39.5 }, { gate: 40 });
  const student = fakeTrial('student', {}, { teacher });
  const grandchild = fakeTrial('grandchild', {}, { teacher: student });
  const outcomes = await executeLocally(
    fakePlan([teacher, student, grandchild]),
    fakeOptions(workspace),
  );
  assert.deepEqual(
    outcomes.map(({ state }) => state),
    ['completed', 'failed gate', 'blocked'],
  );
  const reason = 'The teacher weak (seed 1) reached 39.50 % top-1, below its gate of 40 %.';
  assert.equal(outcomes[1]?.reason, reason);
  assert.equal(failedGate(teacher, outcomes[0] as (typeof outcomes)[0]), reason);
  assert.equal(activity(workspace).filter(({ what }) => what === 'start').length, 1);
});

test('a worker that is killed is started again and goes on', async () => {
  const events: ExecutorEvent[] = [];
  const outcomes = await executeLocally(
    fakePlan([fakeTrial('one', { behaviour: 'crashes-once' })]),
    {
      ...fakeOptions(workspace),
      listener: (event) => events.push(event),
    },
  );
  assert.equal(outcomes[0]?.state, 'completed');
  const retry = events.find((event) => event.type === 'retrying');
  assert.match(retry?.reason ?? '', /ended by SIGKILL/);
  assert.deepEqual(
    events.filter((event) => event.type === 'started').map((event) => event.doneEpochs),
    [0, 1],
  );
});

test('infrastructure failures are tried three times and no more, and resumed by the next execution', async () => {
  const trial = fakeTrial('one', { behaviour: 'crashes' });
  const outcomes = await executeLocally(fakePlan([trial]), fakeOptions(workspace));
  assert.equal(outcomes[0]?.state, 'infrastructure');
  assert.equal(activity(workspace).length, 3);
  const again = await executeLocally(fakePlan([trial]), { ...fakeOptions(workspace), retries: 0 });
  assert.equal(again[0]?.run, outcomes[0]?.run);
  assert.equal(activity(workspace).length, 4);
});

test('an infrastructure end that the worker journalled is retried likewise', async () => {
  const plan = fakePlan([fakeTrial('one', { behaviour: 'no-gpu' })]);
  const outcomes = await executeLocally(plan, { ...fakeOptions(workspace), retries: 1 });
  assert.equal(outcomes[0]?.state, 'infrastructure');
  assert.equal(outcomes[0]?.reason, 'No GPU.');
  assert.equal(activity(workspace).filter(({ what }) => what === 'start').length, 2);
});

test('a trial’s time is its own, without what it waited for a place', async () => {
  const trials = ['a', 'b', 'c'].map((name) => fakeTrial(name, { epochMs: 100 }));
  const began = performance.now();
  const outcomes = await executeLocally(fakePlan(trials), {
    ...fakeOptions(workspace),
    workers: 1,
  });
  const all = (performance.now() - began) / 1000;
  const own = outcomes.reduce((sum, { seconds }) => sum + seconds, 0);
  assert.ok(own > 0.9 && own <= all, `${own} s of ${all} s`);
});

test('a diverged trial is a result: not retried, not repeated unless asked for', async () => {
  const plan = fakePlan([fakeTrial('one', { behaviour: 'diverges' })]);
  const first = await executeLocally(plan, fakeOptions(workspace));
  assert.equal(first[0]?.state, 'diverged');
  assert.equal(first[0]?.reason, 'The loss is NaN in step 12.');
  const second = await executeLocally(plan, fakeOptions(workspace));
  assert.deepEqual({ ...second[0], seconds: 0 }, { ...first[0], reused: true, seconds: 0 });
  const third = await executeLocally(plan, { ...fakeOptions(workspace), retryEnded: true });
  assert.equal(third[0]?.reused, false);
  assert.match(third[0]?.run ?? '', /-2$/);
  assert.equal(activity(workspace).filter(({ what }) => what === 'start').length, 2);
});

test('a worker that throws has failed, and its last words are the reason', async () => {
  const outcomes = await executeLocally(
    fakePlan([fakeTrial('one', { behaviour: 'broken' })]),
    fakeOptions(workspace),
  );
  assert.equal(outcomes[0]?.state, 'failed');
  assert.match(
    outcomes[0]?.reason ?? '',
    /code 1 and no end in its journal: .*Error: broken on purpose/,
  );
  assert.equal(activity(workspace).length, 1);
});

test('a worker that cannot be started is an infrastructure failure', async () => {
  const options = fakeOptions(workspace);
  const command = { ...options.command, file: join(workspace, 'no-such-node') };
  const outcomes = await executeLocally(fakePlan([fakeTrial('one')]), { ...options, command });
  assert.equal(outcomes[0]?.state, 'infrastructure');
  assert.match(outcomes[0]?.reason ?? '', /could not be started: .*no-such-node/);
});

test('a worker without a heartbeat is killed', async () => {
  const outcomes = await executeLocally(fakePlan([fakeTrial('one', { behaviour: 'freezes' })]), {
    ...fakeOptions(workspace),
    retries: 0,
    limits: { grace: 1, heartbeat: 3, silence: 1800 },
  });
  assert.equal(outcomes[0]?.state, 'infrastructure');
  assert.match(outcomes[0]?.reason ?? '', /gave no heartbeat for 3 s and was killed/);
});

test('a worker whose training hangs while its heart beats is killed', async () => {
  const outcomes = await executeLocally(fakePlan([fakeTrial('one', { behaviour: 'silent' })]), {
    ...fakeOptions(workspace),
    retries: 0,
    limits: { grace: 1, heartbeat: 60, silence: 1 },
  });
  assert.match(outcomes[0]?.reason ?? '', /made no progress for 1 s and was killed/);
});

test('a damaged journal fails its own trial only', async () => {
  const bad = fakeTrial('bad');
  const good = fakeTrial('good');
  const [first] = await executeLocally(fakePlan([bad]), fakeOptions(workspace));
  writeFileSync(journalFile(runFolder(workspace, bad.id, first?.run as string)), 'rubbish\n');
  const outcomes = await executeLocally(fakePlan([bad, good]), fakeOptions(workspace));
  assert.deepEqual(
    outcomes.map(({ state }) => state),
    ['infrastructure', 'completed'],
  );
  assert.match(outcomes[0]?.reason ?? '', /journal\.jsonl, line 1/);
});

test('a plan that waits for itself or for what it does not contain is refused', async () => {
  const one = fakeTrial('one');
  const stranger = fakeTrial('student', {}, { teacher: one });
  await assert.rejects(executeLocally(fakePlan([stranger]), fakeOptions(workspace)), {
    code: 'PLAN_GRAPH',
  });
  await assert.rejects(
    executeLocally(fakePlan([{ ...one, after: [one.id] }]), fakeOptions(workspace)),
    { code: 'PLAN_GRAPH' },
  );
});
