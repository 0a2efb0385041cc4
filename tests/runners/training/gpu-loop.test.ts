import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../results/temporary.ts';
import { measured, startWorker, startWorkerRecordingForGpu, writeRequest } from './workers.ts';

/** Five full batches in an epoch, and a smaller one. */
const recipe = { trainPictures: 88, batchSize: 16, dropLast: false };

test('a training whose steps are those of a GPU has its batches ahead, and the same numbers without', async (t) => {
  const root = temporaryFolder(t);
  const request = (name: string) => writeRequest(join(root, name), { recipe });
  const ahead = await startWorkerRecordingForGpu(await request('ahead'), {});
  assert.equal(ahead.exitCode, 0, ahead.stderr);
  const without = await startWorkerRecordingForGpu(await request('without'), {
    NOTHING_AHEAD: '1',
  });
  assert.equal(without.exitCode, 0, without.stderr);
  assert.match(without.stderr, /ahead: 0 of /);
  // Batches that the loader still makes are not waited for.
  const [, there = 0, calls = 0] = /ahead: (\d+) of (\d+)/.exec(ahead.stderr)?.map(Number) ?? [];
  assert.ok(there > 0 && calls > there, ahead.stderr);
  assert.deepEqual(measured(join(root, 'ahead')), measured(join(root, 'without')));

  assert.equal((await startWorker(await request('cpu'))).exitCode, 0);
  const lossesOf = (name: string) =>
    measured(join(root, name)).epochs.map(
      ([, epoch]) => (epoch as { readonly losses: { readonly total: number } }).losses.total,
    );
  const [gpu, cpu] = [lossesOf('ahead'), lossesOf('cpu')];
  assert.ok(cpu.length > 0);
  cpu.forEach((loss, epoch) => {
    assert.ok(Math.abs((gpu[epoch] as number) - loss) <= 1e-3 * loss, `${gpu} and ${cpu}`);
  });
});
