import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { RandomStream } from '../../../common/random.ts';
import {
  type ClassificationProgram,
  type ClassificationStudent,
  createClassificationProgram,
} from '../../../runners/classification/program.ts';
import type { DenseBatch } from '../../../runners/data/dense/batch.ts';
import { createDistiller } from '../../../runners/distillers/create.ts';
import { recordFor } from '../../../runners/engine/target.ts';
import { type Binding, backend } from '../../../runners/engine/tensorflow.ts';
import type { PreparedTask, StepReport, TaskProgram } from '../../../runners/tasks/types.ts';
import { tinyRecipe } from '../training/workers.ts';
import { bitsOf, trained } from './parts-training.ts';
import { trainEpoch } from './scenes.ts';
import { network, setting } from './tiny-networks.ts';

afterEach(() => recordFor(null));

/** As `trainEpoch`, with every batch but the first announced; nothing depends on the loader. */
async function announcing(
  task: PreparedTask<DenseBatch>,
  program: TaskProgram<DenseBatch>,
  streams: readonly RandomStream[],
): Promise<readonly (readonly StepReport[])[]> {
  const reports: (readonly StepReport[])[] = [];
  const batches = task.batches(1, 0)[Symbol.asyncIterator]();
  let read = await batches.next();
  while (read.done !== true) {
    const next = await batches.next();
    if (next.done !== true) program.announce(next.value);
    const controls = streams.map((random) => ({ epoch: 1, step: 0, learningRate: 0.01, random }));
    reports.push(await program.step(read.value, controls));
    read = next;
  }
  return reports;
}

/** Session runs of programs that `body` makes: whose inputs each takes, alone or with a call. */
async function watched<T>(body: (alone: readonly string[]) => Promise<T>) {
  const alone: string[] = [];
  const riding: string[] = [];
  const engine = backend();
  const { binding } = engine;
  engine.binding = Object.create(binding, {
    runSavedModel: {
      value: (id: number, inputs: readonly number[], feeds: string, fetches: string) => {
        const names = fetches.split(',');
        for (const name of names) {
          const [, whose] = /^(.*)\/ahead\/(?:before|during):0$/.exec(name) ?? [];
          if (whose !== undefined) (names.length === 1 ? alone : riding).push(whose);
        }
        return binding.runSavedModel(id, inputs, feeds, fetches);
      },
    },
  }) as Binding;
  try {
    return { result: await body(alone), alone, riding };
  } finally {
    engine.binding = binding;
  }
}

describe('a part of a batch goes to a GPU with the part before it', () => {
  // Batches of four and of three pictures.
  for (const [model, methods, size, calls] of [
    ['gfl-r18w16-fpn32', ['none'], 2, ['totals2', 'totals2', 'gradients2', 'gradients2']],
  ] as const) {
    // biome-ignore format: a table
    it(`${model}, ${methods}, in parts of ${size}`, async () => {
      recordFor('gpu');
      const train = (epoch: typeof announcing) =>
        watched(() => trained(model, methods, { size }, {}, epoch));
      const ahead = await train(announcing);
      const named = calls.map((call) => `train0/${call}`);
      // Two steps, whose first part of all comes before its call; no later one does.
      assert.deepEqual(ahead.alone, named.slice(0, 1));
      assert.deepEqual(ahead.riding, [...named, ...named].slice(1));

      const without = await train(trainEpoch);
      assert.deepEqual(without.alone, [named[0], named[0]]);
      assert.deepEqual(bitsOf(ahead.result), bitsOf(without.result));
    });
  }

  const student: ClassificationStudent = {
    ...{ network, recipe: tinyRecipe, seed: 3 },
    distiller: createDistiller('none', {}, setting),
  };
  /** Batches of five pictures and of two, in parts of two. */
  const batches = [5, 5, 2].map((pictures, at) => ({
    images: Float32Array.from({ length: pictures * 32 * 32 * 3 }, (_, i) => Math.sin(i + 3 * at)),
    labels: Int32Array.from({ length: pictures }, (_, i) => (i + at) % 4),
  }));
  const inputs = { learningRates: [0.05], scalars: [{}], draws: [{}] };
  const programFor = (device: 'cpu' | 'gpu'): ClassificationProgram => {
    recordFor(device);
    return createClassificationProgram({
      students: [student],
      teacher: null,
      batch: { full: 5, tail: 2 },
      evaluation: { full: 2, tail: 0 },
      parts: { size: 2 },
    });
  };
  const weights = (program: ClassificationProgram) => program.program.readState();

  it('of classification, the last batch of an epoch too', async () => {
    const train = (announces: boolean) =>
      watched(async () => {
        const program = programFor('gpu');
        for (const [at, batch] of batches.entries()) {
          const next = batches[at + 1];
          if (announces && next !== undefined) program.announce(next);
          await program.stepInParts(batch, inputs);
        }
        const found = weights(program);
        program.dispose();
        return found;
      });
    const ahead = await train(true);
    const of = (size: number) => `train/gradients${size}`;
    assert.deepEqual(ahead.alone, [of(2)]);
    assert.deepEqual(ahead.riding, [of(2), of(1), of(2), of(2), of(1), of(2)]);
    assert.deepEqual(ahead.result, (await train(false)).result);
  });

  it('again where another batch came, and after a step that failed', async () => {
    const [first, second] = batches as [(typeof batches)[0], (typeof batches)[0]];
    const expected = programFor('gpu');
    await expected.stepInParts(first, inputs);
    const reports = await expected.stepInParts(second, inputs);
    const after = weights(expected);
    expected.dispose();

    await watched(async (alone) => {
      const program = programFor('gpu');
      program.announce(first);
      await program.stepInParts(first, inputs);
      assert.equal(alone.length, 1, 'it was announced for the step after this one');
      const before = weights(program);
      // Another batch than the one that was announced.
      program.announce({ ...second, images: first.images.slice() });
      await program.stepInParts(first, inputs);
      program.program.writeState(before);
      assert.deepEqual(await program.stepInParts(second, inputs), reports);
      assert.deepEqual(weights(program), after);
      assert.equal(alone.length, 2);

      program.announce(second);
      const short = { ...first, labels: first.labels.slice(1) };
      await assert.rejects(async () => program.stepInParts(short, inputs));
      program.program.writeState(before);
      assert.deepEqual(await program.stepInParts(second, inputs), reports);
      assert.deepEqual(weights(program), after);
      program.dispose();
    });
  });

  it('nowhere on a CPU', async () => {
    const { alone, riding } = await watched(async () => {
      const program = programFor('cpu');
      for (const [at, batch] of batches.entries()) {
        const next = batches[at + 1];
        if (next !== undefined) program.announce(next);
        await program.stepInParts(batch, inputs);
      }
      program.dispose();
    });
    assert.deepEqual([alone, riding], [[], []]);
  });
});
