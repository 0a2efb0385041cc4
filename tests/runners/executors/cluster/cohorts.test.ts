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
function sizes(lines: readonly string[], asked: { cohort?: number; maxMemory?: number } = {}) {
  const config = parseSlurmConfig('slurm.yaml', ['schemaVersion: 1', ...lines, ''].join('\n'));
  const limits = { ...clusterCohorts(asked, config), memoryOf: () => 2048 };
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

test('cohorts of a cluster keep the tasks busy that may run at a time', () => {
  assert.deepEqual(sizes(['memory: 64G', 'maxRunning: 3']), [4, 4, 4]);
  assert.deepEqual(sizes(['memory: 64G', 'maxRunning: 3'], { cohort: 2 }), [2, 2, 2, 2, 2, 2]);
});
