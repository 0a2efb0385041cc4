/*
 * Fault 9: out of memory is an end with its reason, not retried for ever. NaN:
 * tests/runners/training/worker.test.ts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { executeLocally } from '../../runners/executors/local/execute.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { activity, fakeOptions, fakePlan, fakeTrial } from '../runners/executors/fixtures/fake.ts';

test('a worker that runs out of memory ends as infrastructure with that reason, after its retries', async (t) => {
  const workspace = temporaryFolder(t);
  const options = fakeOptions(workspace);
  const args = ['--max-old-space-size=24', ...options.command.args];
  const [outcome] = await executeLocally(fakePlan([fakeTrial('large', { behaviour: 'greedy' })]), {
    ...options,
    retries: 1,
    command: { ...options.command, args },
  });
  assert.equal(outcome?.state, 'infrastructure');
  assert.match(outcome.reason, /The worker was ended by SIGABRT.*out of memory/);
  assert.equal(activity(workspace).filter(({ what }) => what === 'start').length, 2);
});
