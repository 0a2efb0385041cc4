import { createLoader, type Loader } from '../data/loader.ts';
import type { ClassificationData } from '../data/types.ts';
import { countParameters } from '../models/init.ts';
import {
  type ClassificationProgram,
  createClassificationProgram,
} from '../tasks/classification.ts';
import { names } from '../tasks/students.ts';
import type { MetricValue } from './journal-types.ts';
import type { Ending, Training } from './train.ts';
import { torchTensors, weightsHash } from './weights.ts';

/** Pictures of one evaluation step. */
const evaluationBatch = 250;
/** An evaluation's program has a training step as well, which is never called; batch norm needs two pictures in it. */
const unusedBatch = 2;

/** Sizes of the evaluation's steps over the test set: of all but the last, and of a smaller last one or 0. */
export function evaluationSizes({ test }: ClassificationData): { full: number; tail: number } {
  const full = Math.min(evaluationBatch, test.count);
  return { full, tail: test.count % full };
}

/** The test set in order, without augmentation. */
export function createTestLoader(data: ClassificationData): Loader {
  return createLoader({
    pictures: data.test,
    normalisation: data.normalisation,
    batchSize: evaluationSizes(data).full,
    dropLast: false,
    augmentation: { crop: null, flip: false },
    seed: null,
  });
}

/** Top-1 and top-5 accuracy in percent and mean cross-entropy of the program's first student on the test set. */
export async function evaluateOnTest(
  program: ClassificationProgram,
  loader: Loader,
  { test }: ClassificationData,
): Promise<MetricValue[]> {
  let [top1, top5, loss] = [0, 0, 0];
  for await (const batch of loader.epoch(1)) {
    const [report] = program.evaluate({ images: batch.images, labels: batch.labels });
    top1 += report?.top1 ?? 0;
    top5 += report?.top5 ?? 0;
    loss += report?.loss ?? 0;
  }
  const value = (name: string, number: number): MetricValue => ({
    task: 'classification',
    name,
    split: 'test',
    value: number,
  });
  return [
    value('top1', (100 * top1) / test.count),
    value('top5', (100 * top5) / test.count),
    value('loss', loss / test.count),
  ];
}

/**
 * Measures an imported teacher, `training.student` with `weights`, on the test set, by the same evaluation that follows an
 * epoch of training, and journals it as epoch 0. There is nothing to resume: an interrupted one begins anew.
 */
export async function evaluateTeacher(
  training: Training,
  weights: Readonly<Record<string, Float32Array>>,
): Promise<Ending> {
  const { request, data, student, distiller, journal, history, now } = training;
  const { recipe, seed } = request.spec;
  const started = now();
  const hash = weightsHash(torchTensors(student.params, weights));
  if (!history.some((line) => line.type === 'start')) {
    journal.append({
      type: 'start',
      parameters: countParameters(student),
      stepsPerEpoch: 0,
      initialWeights: hash,
    });
  }
  const program = createClassificationProgram({
    students: [{ network: student, distiller, recipe }],
    teacher: null,
    seeds: [seed],
    batch: { full: unusedBatch, tail: 0 },
    evaluation: evaluationSizes(data),
    mode: request.mode,
  });
  const loader = createTestLoader(data);
  try {
    program.program.writeState(
      Object.fromEntries(
        student.params.map(({ name }) => [names.model(0, name), weights[name] as Float32Array]),
      ),
    );
    const metrics = await evaluateOnTest(program, loader, data);
    const seconds = (now() - started) / 1000;
    journal.append({
      type: 'epoch',
      epoch: 0,
      step: 0,
      lr: 0,
      losses: {},
      metrics,
      lossChain: hash,
      trainSeconds: 0,
      evalSeconds: seconds,
      msPerStep: 0,
      peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    });
  } finally {
    program.dispose();
    await loader.close();
  }
  const ending: Ending = { state: 'completed', reason: 'measured, not trained' };
  journal.append({
    type: 'end',
    ...ending,
    weights: hash,
    seconds: (now() - started) / 1000,
  });
  return ending;
}
