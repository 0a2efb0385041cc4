import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulateLoader } from '../../bench/loader-simulation.ts';

const run = (changes: Partial<Parameters<typeof simulateLoader>[0]>) =>
  simulateLoader({
    ...{ pictures: [10], batchSize: 4, threads: 1, prefetch: 1, step: 100, steps: 50 },
    ...changes,
  });

test('a loader that is faster than the step is waited for once', () => {
  assert.deepEqual(run({}), { first: 40, waits: 0, waited: 0 });
});

test('a loader that is slower keeps every step waiting, with more threads as much less', () => {
  // Batches of 400 ms against steps of 100.
  assert.deepEqual(run({ pictures: [100] }), { first: 400, waits: 49, waited: 49 * 300 });
  const { waited } = run({ pictures: [100], threads: 2 });
  assert.ok(Math.abs(waited / 49 - 100) < 5, `${waited}`);
  assert.equal(run({ pictures: [100], threads: 5 }).waits, 0);
});

test('a batch that takes long is bridged by those ahead', () => {
  // Three batches of 40 ms, then one of 200.
  const pictures = [10, 10, 10, 50].flatMap((each) => [each, each, each, each]);
  assert.ok(run({ pictures }).waits > 0);
  assert.equal(run({ pictures, prefetch: 3 }).waits, 0);
});
