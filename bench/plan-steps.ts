/*
 * The process that `redistill plan --measure` measures in: it must be started with TensorFlow's
 * thread settings. Argument: a file with a list of {key, spec, pictures}. Standard output: a line
 * {key, ms} for each as it is done.
 */
import { readFileSync } from 'node:fs';
import { RandomStream } from '../common/random.ts';
import type { OwnFile } from '../contract/own-kinds.ts';
import type { TrialSpec } from '../contract/spec.ts';
import { createClassificationProgram } from '../runners/classification/program.ts';
import { createDistiller } from '../runners/distillers/create.ts';
import { drawInputs } from '../runners/distillers/draws.ts';
import { loadMethods } from '../runners/distillers/registry.ts';
import { initialState } from '../runners/networks/init.ts';
import { loadNetwork } from '../runners/networks/registry.ts';

/** A training step of a plan. */
export interface PlannedStep {
  readonly key: string;
  readonly spec: TrialSpec;
  /** Pictures and classes of the training set: CRD keeps a memory of every picture. */
  readonly pictures: number;
  readonly classes: number;
  /** The user's files that have kinds of it; absent for a step of ours alone. */
  readonly ownFiles?: readonly OwnFile[];
}

/** The first call records the graph, the second lets TensorFlow allocate. */
const warmUp = 2;
const measured = 3;
const side = 32;

/**
 * Milliseconds of some steps on noise of the size of CIFAR's pictures: what is in a picture does
 * not change the time.
 */
export async function measureStep({
  spec,
  pictures,
  classes,
  ownFiles = [],
}: PlannedStep): Promise<readonly number[]> {
  const noise = RandomStream.named(1, 'bench');
  if (ownFiles.length > 0) {
    const own = await import('../runners/training/own/load.ts');
    await own.loadForTraining(ownFiles);
  }
  await loadMethods([spec.method]);
  const student = await loadNetwork(spec.model, { classes });
  const teacherNetwork =
    spec.teacher === null ? null : await loadNetwork(spec.teacher.model, { classes });
  const teacher =
    teacherNetwork === null
      ? null
      : { network: teacherNetwork, weights: initialState(teacherNetwork.params, 1) };
  const distiller = createDistiller(spec.method, spec.hyper, {
    student,
    teacher: teacherNetwork,
    labelSmoothing: spec.recipe.labelSmoothing,
    trainLabels: Int32Array.from({ length: pictures }, (_, index) => index % classes),
    ...(teacher !== null && { teacherWeights: teacher.weights }),
  });
  const size = spec.recipe.batchSize;
  const view = () =>
    Float32Array.from({ length: size * side * side * 3 }, () => noise.uniform() - 0.5);
  const batch = {
    images: view(),
    labels: Int32Array.from({ length: size }, (_, index) => index % classes),
    indices: Int32Array.from({ length: size }, (_, index) => index),
    ...(distiller.needs.strongView === true && { strong: view() }),
  };
  const program = createClassificationProgram({
    students: [{ network: student, distiller, recipe: spec.recipe, seed: 1 }],
    teacher: distiller.needs.teacher ? teacher : null,
    batch: { full: size, tail: 0 },
    evaluation: { full: size, tail: 0 },
  });
  try {
    const times: number[] = [];
    for (let call = 0; call < warmUp + measured; call += 1) {
      const draws = drawInputs(distiller.draws, noise, batch);
      const began = performance.now();
      program.step(batch, {
        learningRates: [0],
        scalars: [distiller.scalars(1)],
        draws: [draws],
      });
      if (call >= warmUp) times.push(performance.now() - began);
    }
    return times;
  } finally {
    program.dispose();
  }
}

const list = process.argv[2];
if (import.meta.main && list !== undefined) {
  for (const step of JSON.parse(readFileSync(list, 'utf8')) as PlannedStep[]) {
    process.stdout.write(`${JSON.stringify({ key: step.key, ms: await measureStep(step) })}\n`);
  }
}
