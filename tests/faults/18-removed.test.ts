/*
 * Fault 18: somebody removes or replaces files of a run while it is going on. The command goes on,
 * other trials are not touched, and the trial is tried again or ends as trouble of the machine.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { trialFolder } from '../../contract/paths.ts';
import { readRunState } from '../../contract/run-state.ts';
import { executeLocally } from '../../runners/executors/local/execute.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { activity, fakeOptions, fakePlan, fakeTrial } from '../runners/executors/fixtures/fake.ts';

const starts = (workspace: string, trial: string) =>
  activity(workspace).filter((line) => line.what === 'start' && line.trial === trial).length;

for (const what of ['worker.log', 'heartbeat', 'request.json']) {
  test(`a removed ${what} costs nothing`, async (t) => {
    const workspace = temporaryFolder(t);
    const trial = fakeTrial('one', { behaviour: 'removed', what });
    const [outcome] = await executeLocally(fakePlan([trial]), fakeOptions(workspace));
    assert.equal(outcome?.state, 'completed', outcome?.reason);
    assert.equal(starts(workspace, trial.id), 1);
  });
}

for (const what of ['journal.jsonl', 'folder']) {
  test(`after a removed ${what} the trial starts anew, with all of its epochs`, async (t) => {
    const workspace = temporaryFolder(t);
    const trial = fakeTrial('one', { behaviour: 'removed', what });
    const other = fakeTrial('other');
    const reasons: string[] = [];
    const outcomes = await executeLocally(fakePlan([trial, other]), {
      ...fakeOptions(workspace),
      listener: (event) => {
        if (event.type === 'retrying') reasons.push(event.reason);
      },
    });
    assert.deepEqual(
      outcomes.map(({ state }) => state),
      ['completed', 'completed'],
    );
    assert.deepEqual(
      reasons.map((reason) => /removed while its run was going on/.test(reason)),
      [true],
    );
    const folder = `${trialFolder(workspace, trial.id)}/${outcomes[0]?.run}`;
    assert.equal(readRunState(folder).lastEpoch?.epoch, trial.spec.recipe.epochs);
    assert.equal(starts(workspace, other.id), 1);
  });
}

test("a file in place of the run's folder is trouble of that trial alone", async (t) => {
  const workspace = temporaryFolder(t);
  const trial = fakeTrial('one', { behaviour: 'removed', what: 'folder', file: 1 });
  const other = fakeTrial('other');
  const outcomes = await executeLocally(fakePlan([trial, other]), fakeOptions(workspace));
  assert.deepEqual(
    outcomes.map(({ state }) => state),
    ['infrastructure', 'completed'],
  );
});

test("a file in place of the trial's folder is trouble of that trial alone", async (t) => {
  const workspace = temporaryFolder(t);
  const trial = fakeTrial('one');
  const other = fakeTrial('other');
  const path = trialFolder(workspace, trial.id);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  const outcomes = await executeLocally(fakePlan([trial, other]), fakeOptions(workspace));
  assert.deepEqual(
    outcomes.map(({ state }) => state),
    ['infrastructure', 'completed'],
  );
});

test('what no retry mends is not retried', async (t) => {
  const workspace = temporaryFolder(t);
  const trial = fakeTrial('one', { behaviour: 'no-device' });
  const [outcome] = await executeLocally(fakePlan([trial]), fakeOptions(workspace));
  assert.equal(outcome?.state, 'infrastructure');
  assert.match(outcome.reason, /GPU_MISSING: No GPU here/);
  assert.equal(starts(workspace, trial.id), 1);
});
