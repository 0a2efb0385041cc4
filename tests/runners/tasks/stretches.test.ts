import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchesOfEpoch, stepsOfEpoch } from '../../../runners/tasks/stretches.ts';

/** Passes of five batches, each named `pass.step`. */
const reader = {
  batchesPerEpoch: 5,
  async *epoch(pass: number, fromStep = 0) {
    for (let step = fromStep; step < 5; step += 1) yield `${pass}.${step}`;
  },
};

async function read(epoch: number, fromStep: number, steps: number): Promise<string[]> {
  const batches: string[] = [];
  for await (const batch of batchesOfEpoch(reader, epoch, fromStep, steps)) batches.push(batch);
  return batches;
}

test('an epoch is a pass over the pictures, or a part of the iterations', () => {
  assert.equal(stepsOfEpoch({ epochs: 3 }, 5), 5);
  assert.equal(stepsOfEpoch({ epochs: 3, iterations: 36 }, 5), 12);
});

test('passes without a batch are refused: they would be read for ever', () => {
  for (const recipe of [{ epochs: 3 }, { epochs: 3, iterations: 36 }]) {
    assert.throws(() => stepsOfEpoch(recipe, 0), { code: 'RECIPE_BATCH' });
  }
});

test('a pass is read from any step on', async () => {
  assert.deepEqual(await read(2, 3, 5), ['2.3', '2.4']);
});

test('stretches go on through passes, with no batch left out or twice, from any step on', async () => {
  const passes = (await Promise.all([1, 2, 3].map((pass) => read(pass, 0, 5)))).flat();
  const [first, second] = [await read(1, 0, 7), await read(2, 0, 7)];
  assert.deepEqual([...first, ...second], passes.slice(0, 14));
  for (let step = 0; step < 7; step += 1)
    assert.deepEqual(await read(2, step, 7), second.slice(step));
  assert.deepEqual(await read(3, 0, 3), ['2.1', '2.2', '2.3']);
});
