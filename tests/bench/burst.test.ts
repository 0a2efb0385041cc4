import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
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

it('a burst of steps that are promises waits for each of them', async () => {
  let [running, calls] = [0, 0];
  const step = async () => {
    calls += 1;
    running += 1;
    assert.equal(running, 1);
    await setTimeout(5);
    running -= 1;
  };
  const { times } = await burstOf('waiting', step, 3, true);
  assert.deepEqual([calls, running, times.length], [3, 0, 3]);
  assert.ok(
    times.every((ms) => ms >= 4),
    times.join(),
  );
});

it('a burst says what the process computed meanwhile, not how long it waited', async () => {
  const { processorMs } = await burstOf('busy', () => compute(20), 3);
  assert.ok(processorMs >= 60, String(processorMs));
  const idle = await burstOf('idle', () => wait(200), 1);
  assert.ok(idle.processorMs < 150, String(idle.processorMs));
});

/** Until the process has computed for so many milliseconds. */
function compute(milliseconds: number): void {
  const before = process.cpuUsage();
  for (let spent = 0; spent < milliseconds; ) {
    const { user, system } = process.cpuUsage(before);
    spent = (user + system) / 1000;
  }
}

function wait(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
