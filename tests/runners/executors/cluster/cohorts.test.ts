import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partition } from '../../../../contract/cohorts.ts';
import { clusterCohorts } from '../../../../runners/executors/cluster/cohorts.ts';
import { parseSlurmConfig } from '../../../../runners/executors/slurm/config.ts';
import { fakeTrial } from '../fixtures/fake.ts';

const teacher = fakeTrial('teacher');
const students = Array.from({ length: 12 }, (_, n) => fakeTrial('student', { n }, { teacher }));

/**
 * Sizes of the tasks of twelve students that nobody has measured: 1,598 MiB each beside the 450 of
 * the process.
 */
function sizes(
  lines: readonly string[],
  asked: { cohort?: number; maxMemory?: number; device?: 'cpu' | 'gpu' } = {},
) {
  const config = parseSlurmConfig('slurm.yaml', ['schemaVersion: 1', ...lines, ''].join('\n'));
  const limits = { ...clusterCohorts({ device: 'cpu', ...asked }, config), memoryOf: () => 2048 };
  return partition(students, limits).map(({ length }) => length);
}

test('cohorts of a cluster have room in the memory of a job', () => {
  assert.deepEqual(sizes([]), [4, 4, 4]);
  assert.deepEqual(sizes(['memory: 16G']), [6, 6]);
  assert.deepEqual(sizes(['memory: 64G']), [12]);
  // What teachers ask for is theirs, and the command line goes before the configuration.
  assert.deepEqual(sizes(['teachers: {memory: 64G}']), [4, 4, 4]);
  assert.deepEqual(sizes(['memory: 64G'], { maxMemory: 16 }), [6, 6]);
});

test('cohorts of a cluster fit on one of its GPUs, and in the memory of the job', () => {
  const device = 'gpu';
  // Nine tenths of a GPU.
  assert.deepEqual(sizes(['gpuMemory: 8G'], { device }), [4, 4, 4]);
  assert.deepEqual(sizes(['gpuMemory: 7G'], { device }), [3, 3, 3, 3]);
  assert.deepEqual(sizes(['gpuMemory: 80G'], { device }), [12]);
  assert.deepEqual(sizes(['gpuMemory: 80G', 'memory: 8G'], { device }), [4, 4, 4]);
  assert.deepEqual(sizes(['gpuMemory: 80G'], { device, maxMemory: 8 }), [4, 4, 4]);
  assert.deepEqual(sizes(['gpuMemory: 80G', 'gpus: 4'], { device }), [12]);
  assert.deepEqual(sizes(['gpuMemory: 80G'], { device: 'cpu' }), [4, 4, 4]);
  assert.deepEqual(sizes(['memory: 16G'], { device }), [6, 6]);
});

test('cohorts of a cluster keep the tasks busy that may run at a time', () => {
  assert.deepEqual(sizes(['memory: 64G', 'maxRunning: 3']), [4, 4, 4]);
  assert.deepEqual(sizes(['memory: 64G', 'maxRunning: 3'], { cohort: 2 }), [2, 2, 2, 2, 2, 2]);
});
