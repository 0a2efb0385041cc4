import type { RandomStream } from '../../../common/random.ts';
import type { Recipe, TrialSpec } from '../../../contract/spec.ts';
import type {
  PreparedTask,
  StepReport,
  TaskBatch,
  TaskProgram,
} from '../../../runners/tasks/types.ts';

/** A training of detection on the embedded scenes in a few steps. */
export const sceneRecipe: Recipe = {
  name: 'test',
  epochs: 1,
  batchSize: 2,
  dropLast: false,
  optimizer: { kind: 'sgd', lr: 0.01, momentum: 0.9, nesterov: false, weightDecay: 1e-4 },
  schedule: { kind: 'constant', warmupEpochs: 0 },
  augmentation: { crop: null, flip: true },
  input: { kind: 'keep-ratio', long: 64, short: 64 },
  labelSmoothing: 0,
  trainPictures: 4,
};

/** A trial on the embedded scenes, of detection unless it is said. */
export function sceneTrial(
  given: Pick<TrialSpec, 'model' | 'method' | 'recipe'> & Partial<TrialSpec>,
): TrialSpec {
  return {
    schemaVersion: 1,
    implementation: 'redistill',
    task: 'detection',
    scale: 'smoke',
    role: 'student',
    hyper: {},
    teacher: null,
    data: { dataset: 'embedded-scenes-small', hash: '' },
    seed: 5,
    ...given,
  };
}

/**
 * Trains one epoch.
 *
 * @param streams a student's each, for what its method draws
 * @returns of every step what each student reports
 */
export async function trainEpoch<B extends TaskBatch>(
  task: PreparedTask<B>,
  program: TaskProgram<B>,
  streams: readonly RandomStream[],
): Promise<readonly (readonly StepReport[])[]> {
  const reports: (readonly StepReport[])[] = [];
  for await (const batch of task.batches(1, 0)) {
    const controls = streams.map((random) => ({ epoch: 1, step: 0, learningRate: 0.01, random }));
    reports.push(await program.step(batch, controls));
  }
  return reports;
}
