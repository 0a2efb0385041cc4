import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startLane, together } from '../../bench/lane.ts';
import { median, spread } from '../../bench/spread.ts';
import { RedistillError } from '../../common/errors.ts';

/** A process that answers as step-process.ts and torch-peer.py do. */
const fake = `
  console.log(JSON.stringify({ version: '9', variants: ['plain'] }));
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const [variant, steps] = line.split(' ');
    if (variant === 'broken') { console.error('RangeError: no such variant'); process.exit(1); }
    console.log(JSON.stringify({ times: Array(Number(steps)).fill(2), processorMs: 3, peakMiB: 5 }));
  });
`;
const start = (script: string) =>
  startLane<{ version: string }>(process.execPath, ['-e', script], {});

describe('a process that runs steps on demand', () => {
  it('greets, answers every burst in turn, and ends when told to', async () => {
    const lane = await start(fake);
    assert.ok(lane !== null);
    assert.deepEqual(lane.hello, { version: '9', variants: ['plain'] });
    assert.deepEqual(await lane.run('plain', 3), { times: [2, 2, 2], processorMs: 3, peakMiB: 5 });
    assert.deepEqual(await lane.run('plain', 1), { times: [2], processorMs: 3, peakMiB: 5 });
    await lane.stop();
  });

  it('is absent where what it measures is not installed, or its program is not there', async () => {
    assert.equal(await start('process.exit(3)'), null);
    assert.equal(await startLane('no-such-python', [], {}), null);
  });

  it('several run as one: the time of a step is that of the burst over the steps of all', async () => {
    const [one, other] = [await start(fake), await start(fake)];
    assert.ok(one !== null && other !== null);
    const both = together([one, other]);
    const before = performance.now();
    const { times, processorMs, peakMiB } = await both.run('plain', 4);
    // A step of any of the two: each spent 3 ms on its own.
    assert.deepEqual([processorMs, peakMiB], [3, 10]);
    assert.ok(times.length === 1 && (times[0] as number) <= (performance.now() - before) / 8);
    await both.stop();
  });

  it('says why it failed, at the start or in a burst', async () => {
    const failed = (error: unknown) =>
      error instanceof RedistillError &&
      error.code === 'BENCH_FAILED' &&
      /RangeError: no such variant/.test(error.message);
    await assert.rejects(
      start("console.error('RangeError: no such variant'); process.exit(1)"),
      failed,
    );
    const lane = await start(fake);
    await assert.rejects(async () => lane?.run('broken', 1), failed);
  });
});

describe('a spread', () => {
  it('is median, smallest and median absolute deviation', () => {
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.deepEqual(spread([1, 2, 9]), { n: 3, min: 1, mad: 1 });
  });
});
