import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import {
  gpuMemoryMiB,
  tooFewGpus,
  visibleGpus,
  workerMemoryMiB,
} from '../../../runners/engine/visible-gpus.ts';
import { local } from '../../../runners/executors/local/executor.ts';
import { temporaryFolder } from '../../results/temporary.ts';
import { fakeOptions, fakePlan, fakeTrial, fakeWorker } from './fixtures/fake.ts';

const path = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = path;
});

/** A driver with two GPUs; `--id` chooses among them. */
function withDriver(folder: string): void {
  const file = join(folder, 'nvidia-smi');
  writeFileSync(
    file,
    `#!/bin/sh
case "$*" in
  *memory.total*) case "$1" in *=1) echo 40960;; *) echo 81920; echo 40960;; esac;;
  *index*) echo 0; echo 1;;
esac
`,
  );
  chmodSync(file, 0o755);
  process.env['PATH'] = `${folder}:${path}`;
}

describe('GPUs of this machine', () => {
  it('are those that CUDA_VISIBLE_DEVICES leaves, with the memory of the smallest', async (t) => {
    withDriver(temporaryFolder(t));
    assert.deepEqual(await visibleGpus({}), ['0', '1']);
    assert.deepEqual(await visibleGpus({ CUDA_VISIBLE_DEVICES: '1' }), ['1']);
    assert.equal(await gpuMemoryMiB(['0', '1']), 40_960);
    assert.equal(await gpuMemoryMiB(['1']), 40_960);
    assert.equal(await gpuMemoryMiB([]), null);
  });

  it('without a driver have no memory that is known', async (t) => {
    process.env['PATH'] = temporaryFolder(t);
    assert.equal(await gpuMemoryMiB(['0']), null);
  });

  it('bound what a worker may take, as does the machine', () => {
    const of = (workers: number, gpus: number, gpuMiB: number | null) =>
      Math.round(workerMemoryMiB(262_144, { workers, gpus, gpuMiB }));
    assert.equal(of(2, 2, 40_960), 36_864);
    assert.equal(of(4, 2, 40_960), 18_432);
    assert.equal(of(3, 2, 40_960), 18_432);
    assert.equal(of(2, 2, null), 131_072);
    assert.equal(of(2, 2, 1_000_000), 131_072);
  });

  it('are shared by memory where several workers use one', async (t) => {
    withDriver(temporaryFolder(t));
    const sharesOf = async (workers: number) => {
      const workspace = temporaryFolder(t);
      const place = { cwd: '/', workspace, environment: {} };
      const { execute } = await local.open({ workers }, { device: 'gpu' }, place);
      await execute(fakePlan([fakeTrial('one'), fakeTrial('other')]), {
        ...fakeOptions(workspace),
        worker: fakeWorker,
        notice: () => {},
      });
      return readFileSync(join(workspace, 'gpu-shares.log'), 'utf8');
    };
    assert.equal(await sharesOf(4), '0.45\n0.45\n');
    // A GPU for each: nothing to share.
    assert.equal(await sharesOf(2), '\n\n');
  });

  it('size the cohorts of a run on them', async (t) => {
    withDriver(temporaryFolder(t));
    const place = { cwd: '/', workspace: '/', environment: {} };
    const open = (workers: number) =>
      local.open({ workers }, { device: 'gpu', maxMemory: 1000 }, place);
    assert.equal((await open(2)).cohorts.memoryMiB, 0.9 * 40_960);
    assert.equal((await open(4)).cohorts.memoryMiB, 0.45 * 40_960);
    const onCpu = await local.open({ workers: 2 }, { device: 'cpu', maxMemory: 10 }, place);
    assert.equal(onCpu.cohorts.memoryMiB, 5 * 1024);
  });
});

it('who asks for a GPU and has none is told what runs without one, and who has too few to ask for fewer', () => {
  const none = tooFewGpus(1, []);
  assert.equal(none.message, 'Each training is to have a GPU, and none can be used here.');
  assert.match(none.hint ?? '', /^Run it with --device cpu\. CUDA_VISIBLE_DEVICES .*doctor/);
  const few = tooFewGpus(4, ['0', '1']);
  assert.equal(few.message, 'Each training is to have 4 GPUs, and 2 can be used here.');
  assert.match(few.hint ?? '', /^Take a smaller --gpus\./);
});
