import assert from 'node:assert/strict';
import { it } from 'node:test';
import { burstOf } from '../../bench/serve.ts';

it('a burst calls the step as often as it was told and no more, since lanes are timed as a whole', async () => {
  for (const steps of [1, 3]) {
    let calls = 0;
    const { times, outside } = await burstOf(
      'counted',
      () => {
        calls += 1;
      },
      steps,
    );
    assert.deepEqual([calls, times.length, outside?.length], [steps, steps, steps]);
  }
});
