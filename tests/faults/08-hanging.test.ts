/*
 * Fault 8: the heartbeat does not live on the training thread. That a worker without one is killed
 * and tried again a bounded number of times, and that a missing GPU is no CPU run:
 * tests/runners/executors/local.test.ts, tests/runners/training/worker.test.ts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { executeLocally } from '../../runners/executors/local/execute.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { activity, fakeOptions, fakePlan, fakeTrial } from '../runners/executors/fixtures/fake.ts';

const starts = (workspace: string) =>
  activity(workspace).filter(({ what }) => what === 'start').length;

test('a worker whose training thread is in one long call is left alone, for its heart beats', async (t) => {
  const workspace = temporaryFolder(t);
  const trial = fakeTrial('busy', { behaviour: 'blocks', blockMs: 7000 });
  const [outcome] = await executeLocally(fakePlan([trial]), {
    ...fakeOptions(workspace),
    limits: { grace: 1, heartbeat: 5, silence: 60 },
  });
  assert.equal(outcome?.state, 'completed', outcome?.reason);
  assert.equal(starts(workspace), 1);
});

test('a worker that hangs every time is tried as often as asked for, and no more', async (t) => {
  const workspace = temporaryFolder(t);
  const trial = fakeTrial('hangs', { behaviour: 'silent' });
  let started = 0;
  const [outcome] = await executeLocally(fakePlan([trial]), {
    ...fakeOptions(workspace),
    retries: 2,
    limits: { grace: 1, heartbeat: 60, silence: 1 },
    listener: ({ type }) => {
      if (type === 'started') started += 1;
    },
  });
  assert.equal(outcome?.state, 'infrastructure');
  assert.match(outcome.reason, /made no progress for 1 s and was killed/);
  assert.equal(started, 3);
});
