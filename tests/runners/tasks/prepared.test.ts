import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Program } from '../../../runners/engine/types.ts';
import { preparedTask, type TaskParts } from '../../../runners/tasks/prepared.ts';
import type { PassReader } from '../../../runners/tasks/stretches.ts';
import type { Evaluation, TaskBatch } from '../../../runners/tasks/types.ts';

/*
 * What every task's students have in common, without TensorFlow: who is in a program, which batches
 * it sees, and what a measurement leaves behind.
 */

interface Made {
  readonly network: { readonly name: string; readonly classes: number; readonly params: [] };
  readonly distiller: { readonly id: string };
}

const student = (id: string): Made => ({
  network: { name: `net-${id}`, classes: 2, params: [] },
  distiller: { id },
});

function parts(evaluation: () => Promise<readonly Evaluation[]>) {
  const log: string[] = [];
  const reader: PassReader<TaskBatch> = {
    batchesPerEpoch: 3,
    async *epoch(pass, fromStep = 0) {
      for (let step = fromStep; step < 3; step += 1) yield { size: 10 * pass + step };
    },
  };
  const task: TaskParts<Made, TaskBatch, { program: Program; dispose(): void }> = {
    made: [student('none'), student('kd'), student('crd')],
    stepsPerEpoch: 2,
    trainReader: () => reader,
    programOf(students, trains) {
      log.push(`${trains ? 'train' : 'measure'} ${students.map(({ distiller: { id } }) => id)}`);
      const program = { writeState: () => log.push('write') } as unknown as Program;
      return { program, dispose: () => log.push('dispose') };
    },
    step: (_, students) => students.map(() => ({ total: 1, terms: {}, counts: {} })),
    announce: (_, { size }) => log.push(`announce ${size}`),
    evaluate: evaluation,
    trainMetrics: () => [],
    close: async () => {},
  };
  return { log, prepared: preparedTask(task) };
}

test('a program has the students that are asked for, in this order', async () => {
  const { log, prepared } = parts(async () => []);
  assert.deepEqual(
    prepared.students.map(({ method }) => method),
    ['none', 'kd', 'crd'],
  );
  const program = prepared.createProgram([2, 0]);
  program.announce({ size: 7 });
  assert.equal((await program.step({ size: 1 }, [])).length, 2);
  program.dispose();
  assert.deepEqual(log, ['train crd,none', 'announce 7', 'dispose']);
});

test('an epoch goes on where the one before ended within a pass', async () => {
  const { prepared } = parts(async () => []);
  const sizes = async (epoch: number, from: number) => {
    const seen: number[] = [];
    for await (const { size } of prepared.batches(epoch, from)) seen.push(size);
    return seen;
  };
  assert.deepEqual(await sizes(1, 0), [10, 11]);
  assert.deepEqual(await sizes(2, 0), [12, 20]);
  assert.deepEqual(await sizes(2, 1), [20]);
});

test('a measurement is of the first student, and its program ends whatever happens', async () => {
  const metrics = [{ task: 'classification', name: 'top1', split: 'test', value: 1 }] as const;
  const good = parts(async () => [{ metrics }]);
  assert.deepEqual(await good.prepared.measure({}), { metrics });
  assert.deepEqual(good.log, ['measure none', 'write', 'dispose']);
  const bad = parts(() => Promise.reject(new Error('no pictures')));
  await assert.rejects(bad.prepared.measure({}), /no pictures/);
  assert.equal(bad.log.at(-1), 'dispose');
});
