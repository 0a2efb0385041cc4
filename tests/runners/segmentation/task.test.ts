import '../../../runners/segmentation/all.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { UsageError } from '../../../common/errors.ts';
import { RandomStream } from '../../../common/random.ts';
import { parseEvaluation } from '../../../contract/evaluation-artefact.ts';
import type { Recipe, ScaleCropRecipe, TrialSpec } from '../../../contract/spec.ts';
import type { DenseBatch } from '../../../runners/data/dense/batch.ts';
import { tf } from '../../../runners/engine/tensorflow.ts';
import { initialState } from '../../../runners/networks/init.ts';
import { classMap, windowsOf } from '../../../runners/segmentation/inference.ts';
import { createSegmenter } from '../../../runners/segmentation/registry.ts';
import { segmentation } from '../../../runners/segmentation/task.ts';
import { names } from '../../../runners/tasks/students.ts';
import type { PreparedTask } from '../../../runners/tasks/types.ts';
import { sceneTrial, trainEpoch } from '../tasks/scenes.ts';

const input: ScaleCropRecipe = {
  kind: 'scale-crop',
  long: 128,
  short: 128,
  ratio: [0.5, 1.5],
  crop: [64, 64],
};
const recipe: Recipe = {
  name: 'test',
  epochs: 2,
  batchSize: 4,
  dropLast: true,
  optimizer: { kind: 'sgd', lr: 0.01, momentum: 0.9, nesterov: false, weightDecay: 5e-4 },
  schedule: { kind: 'poly', warmupEpochs: 0, power: 0.9, minLr: 1e-4 },
  augmentation: { crop: null, flip: true },
  input,
  iterations: 4,
  labelSmoothing: 0,
  trainPictures: 8,
};
const [student, teacher] = ['pspnet-r18w8-d8', 'pspnet-r18w16-d8'];

const spec = (method: string, hyper = {}, changes: Partial<Recipe> = {}): TrialSpec =>
  sceneTrial({
    ...{ task: 'segmentation', model: student as string, method, hyper, seed: 7 },
    recipe: { ...recipe, ...changes },
  });

async function prepared(specs: readonly TrialSpec[]): Promise<PreparedTask<DenseBatch>> {
  const data = await segmentation.load(specs[0] as TrialSpec, null);
  const network = (await data.network(teacher as string)) as never;
  const weights = initialState(createSegmenter(teacher as string, { classes: 7 }).params, 1);
  return (await data.prepare({
    specs,
    teacher: { network, weights },
    mode: 'recorded',
  })) as PreparedTask<DenseBatch>;
}

/** Trains two steps and gives each student's total losses and one of its weights. */
async function twoSteps(task: PreparedTask<DenseBatch>, students: readonly number[]) {
  const program = task.createProgram(students);
  const streams = students.map(() => RandomStream.named(7, 'method/test'));
  const reports = await trainEpoch(task, program, streams);
  const totals = students.map((_, index) => reports.map((step) => step[index]?.total));
  const terms = reports.at(-1)?.map((report) => Object.keys(report.terms));
  const weights = students.map((_, index) => {
    const name = names.model(index, 'decode_head.conv_seg.weight');
    return program.program.readState([name])[name];
  });
  return { program, totals, terms, weights };
}

describe('the task of segmentation', () => {
  it('gives a student the same bits alone and beside others', async () => {
    const hyper = (method: string) => spec(method);
    const specs = [hyper('none'), hyper('cwd'), hyper('mgd'), hyper('kd')];
    const task = await prepared(specs);
    try {
      assert.equal(task.stepsPerEpoch, 2);
      const together = await twoSteps(task, [0, 1, 2, 3]);
      assert.deepEqual(together.terms, [
        ['ce', 'auxiliary'],
        ['ce', 'auxiliary', 'cwd'],
        ['ce', 'auxiliary', 'mgd', 'cwd'],
        ['ce', 'auxiliary', 'kd'],
      ]);
      const alone = await twoSteps(task, [2]);
      assert.deepEqual(alone.totals[0], together.totals[2]);
      assert.deepEqual(alone.weights[0], together.weights[2]);
      assert.notDeepEqual(together.weights[0], together.weights[1]);
      alone.program.dispose();
      together.program.dispose();
    } finally {
      await task.close();
    }
  });

  it('evaluates whole pictures and writes maps of the first ones', async () => {
    const task = await prepared([spec('none')]);
    try {
      const program = task.createProgram([0]);
      const [early] = await program.evaluate(false);
      assert.equal(early?.files, undefined);
      const [late] = await program.evaluate(true);
      assert.deepEqual(late?.metrics, early?.metrics);
      const value = (name: string) => late?.metrics.find((each) => each.name === name)?.value;
      for (const name of ['mIoU', 'aAcc', 'mAcc', 'mDice', 'IoU/background']) {
        assert.ok((value(name) as number) >= 0 && (value(name) as number) <= 100, name);
      }
      const text = late?.files?.['evaluation.json'] as string;
      const artefact = parseEvaluation(text, 'evaluation.json');
      assert.equal(artefact.task, 'segmentation');
      assert.equal(artefact.pictures, 12);
      assert.equal(artefact.samples.length, 8);
      program.dispose();
    } finally {
      await task.close();
    }
  });

  it('evaluates in windows where the recipe says so, and measures weights without a training', async () => {
    const task = await prepared([spec('none', {}, { input: { ...input, slide: [48, 48] } })]);
    try {
      const program = task.createProgram([0]);
      const [trained] = await program.evaluate(true);
      const weights = initialState(createSegmenter(student as string, { classes: 7 }).params, 7);
      const measured = await task.measure(weights);
      assert.deepEqual(measured.metrics, trained?.metrics);
      program.dispose();
    } finally {
      await task.close();
    }
  });

  it('refuses what it cannot train, with the field', async () => {
    const rejected = (changes: Partial<Recipe>, code: string) =>
      assert.rejects(
        prepared([spec('none', {}, changes)]),
        (error: unknown) => error instanceof UsageError && error.code === code,
      );
    await rejected({ normEval: true }, 'RECIPE_FIELD');
    await rejected({ input: { kind: 'keep-ratio', long: 128, short: 128 } }, 'RECIPE_FIELD');
    await rejected({ batchSize: 16 }, 'RECIPE_BATCH');
  });
});

describe('sliding windows', () => {
  it('cover the picture, the last one moved back to its border', () => {
    const windows = { size: [4, 4], stride: [3, 3] } as const;
    const corners = windowsOf([4, 9], windows).map(({ top, left }) => [top, left]);
    assert.deepEqual(corners, [
      [0, 0],
      [0, 3],
      [0, 5],
    ]);
    assert.deepEqual(windowsOf([2, 3], windows), [{ top: 0, left: 0, height: 2, width: 3 }]);
  });

  it('average the logits where they overlap', () => {
    tf.tidy(() => {
      // Class 0 has the pixel's value, class 1 the mean of its window.
      const images = tf.tensor4d([0, 0, 0, 6, 6, 6, 6, 6], [1, 1, 8, 1]);
      const logitsOf = (part: Tensor4D) =>
        tf.concat([part, tf.add(tf.zerosLike(part), tf.mean(part))], 3) as Tensor4D;
      const windows = { size: [1, 4], stride: [1, 2] } as const;
      const whole = classMap(logitsOf, images, [1, 8], null);
      const slid = classMap(logitsOf, images, [1, 8], windows);
      assert.deepEqual([...whole.dataSync()], [1, 1, 1, 0, 0, 0, 0, 0]);
      // Means of the windows: 1.5, 4.5, 6; a pixel of value 6 in windows of mean 1.5 and 4.5 stays
      // class 0.
      assert.deepEqual([...slid.dataSync()], [1, 1, 1, 0, 0, 0, 0, 0]);
    });
  });
});
