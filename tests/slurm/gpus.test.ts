import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { partition } from '../../contract/cohorts.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import { executeOnCluster } from '../../runners/executors/cluster/execute.ts';
import { slurmPrograms } from '../../runners/executors/slurm/client.ts';
import { activity, fakePlan, fakeTrial } from '../runners/executors/fixtures/fake.ts';
import { slurmOptions } from '../runners/executors/slurm/slurm-options.ts';
import { missingSlurm } from './cluster.ts';
import { useCluster } from './use-cluster.ts';

/* Which GPUs workers see under a real Slurm that has two, with workers that train nothing. */
const skip = missingSlurm();

// What a login node says of its own GPUs must not reach the jobs.
const own = useCluster('gpus', { gpus: 2, environment: { CUDA_VISIBLE_DEVICES: '7' } });

const trials = (count: number, teacher?: PlannedTrial) =>
  Array.from({ length: count }, (_, n) =>
    fakeTrial(`model ${n}`, { n, epochMs: 700 }, teacher === undefined ? {} : { teacher }),
  );

async function execute(plan: readonly PlannedTrial[], config = ''): Promise<void> {
  const limits = { students: 10, workers: 1, memoryMiB: 1e6, memoryOf: () => 1000 };
  const options = slurmOptions(own.workspace, slurmPrograms, `poll: 0.3\n${config}`, {
    device: 'gpu',
    partition: (some) => partition(some, limits),
  });
  const outcomes = await executeOnCluster(fakePlan(plan), options);
  assert.deepEqual(new Set(outcomes.map(({ state }) => state)), new Set(['completed']));
}

/** The GPUs that each process saw, with its trials, in the order of their starts. */
const processes = () =>
  readFileSync(join(own.workspace, 'processes.log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [gpus, ...ids] = line.split(' ');
      return { gpus, ids };
    });

/** How many processes trained at the same time, at most. */
function most(): number {
  let [now, largest] = [0, 0];
  for (const { what } of activity(own.workspace)) {
    now += what === 'start' ? 1 : -1;
    largest = Math.max(largest, now);
  }
  return largest;
}

test('each of two tasks has a GPU of its own, and the others wait for one', { skip }, async () => {
  await execute(trials(5));
  assert.equal(most(), 2);
  const seen = processes().map(({ gpus }) => gpus);
  assert.deepEqual(new Set(seen.slice(0, 2)), new Set(['0', '1']));
  assert.deepEqual([seen.length, new Set(seen).size], [5, 2]);
});

test('a task with both GPUs trains on each of them at the same time', { skip }, async () => {
  const teacher = fakeTrial('teacher');
  const students = trials(3, teacher);
  await execute([teacher, ...students], 'gpus: 2\n');
  const [first, ...others] = processes();
  assert.deepEqual(first, { gpus: '0', ids: [teacher.id] });
  const ids = students.map(({ id }) => id);
  assert.deepEqual(
    others.sort((a, b) => Number(a.gpus) - Number(b.gpus)),
    [
      { gpus: '0', ids: ids.slice(0, 2) },
      { gpus: '1', ids: ids.slice(2) },
    ],
  );
  assert.equal(most(), 3);
});

test('a job that asks for more GPUs than any node has is refused in the words of Slurm', {
  skip,
}, async () => {
  await assert.rejects(execute(trials(1), 'gpus: 3\n'), { code: 'SLURM_REFUSED' });
});
