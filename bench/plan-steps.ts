/*
 * The process that `redistill plan --measure` measures in: it must be started with TensorFlow's
 * thread settings. Argument: a file with a list of {key, spec, pictures}. Standard output: a line
 * {key, ms, ...} for each as it is done.
 */
import { readFileSync } from 'node:fs';
import { RandomStream } from '../common/random.ts';
import type { OwnFile } from '../contract/own-kinds.ts';
import type { TrialSpec } from '../contract/spec.ts';
import { evaluationBatch } from '../runners/classification/evaluation.ts';
import { type GivenOutputs, givenWidth } from '../runners/classification/kept/given.ts';
import { createTeacherPasses } from '../runners/classification/kept/passes.ts';
import { drawChanges } from '../runners/classification/pixels.ts';
import {
  type ClassificationProgram,
  createClassificationProgram,
  drawBranches,
  hasTeacherPass,
} from '../runners/classification/program.ts';
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
  /** Height and width of the pictures that the student sees, and of those that the teacher does. */
  readonly side: number;
  readonly teacherSide?: number | undefined;
  /** Pictures of the test set, to measure an evaluation of it as well; absent: it is not. */
  readonly test?: number | undefined;
  /** Measure the step with kept outputs of the teacher as well, and a pass of the teacher. */
  readonly kept?: boolean | undefined;
  /** The user's files that have kinds of it; absent for a step of ours alone. */
  readonly ownFiles?: readonly OwnFile[];
}

/** The first call records the graph, the second lets TensorFlow allocate. */
const warmUp = 2;
const measured = 3;
/**
 * Pixels of the largest batch that is measured as it is: 1024 pictures of CIFAR's size, 20 of
 * ImageNet's. A batch of hundreds of large pictures is made for several GPUs, and need not fit into
 * this machine's memory.
 */
const mostPixels = 2 ** 20;

/**
 * How many pictures of a batch are measured: all, or as many as `mostPixels` has, but two for batch
 * norm.
 */
export function measuredPictures(batchSize: number, side: number): number {
  return Math.min(batchSize, Math.max(2, Math.floor(mostPixels / side ** 2)));
}

/** Milliseconds of each of some calls. */
export interface MeasuredStep {
  readonly ms: readonly number[];
  /** Of evaluations of the whole test set, where they were asked for. */
  readonly evaluation?: readonly number[];
  /** With kept outputs of the teacher, where they were asked for: the step, and the pass. */
  readonly kept?: { readonly step: readonly number[]; readonly pass: readonly number[] };
}

/**
 * Milliseconds of some steps on noise of the pictures' size: what is in a picture does not change
 * the time. Where fewer pictures than the batch has are measured, they are multiplied to its size.
 */
export async function measureStep({
  spec,
  pictures,
  classes,
  side,
  teacherSide,
  test,
  kept = false,
  ownFiles = [],
}: PlannedStep): Promise<MeasuredStep> {
  const noise = RandomStream.named(1, 'bench');
  if (ownFiles.length > 0) {
    const own = await import('../runners/training/own/load.ts');
    await own.loadForTraining(ownFiles);
  }
  await loadMethods([spec.method]);
  const student = await loadNetwork(spec.model, { classes, inputShape: [side, side, 3] });
  const [height, width] = [teacherSide ?? side, teacherSide ?? side];
  const teacherNetwork =
    spec.teacher === null
      ? null
      : await loadNetwork(spec.teacher.model, { classes, inputShape: [height, width, 3] });
  const teacher =
    teacherNetwork === null
      ? null
      : {
          network: teacherNetwork,
          weights: initialState(teacherNetwork.params, 1),
          size: teacherSide ?? null,
        };
  const distiller = createDistiller(spec.method, spec.hyper, {
    student,
    teacher: teacherNetwork,
    labelSmoothing: spec.recipe.labelSmoothing,
    labelLoss: spec.recipe.labelLoss,
    trainLabels: Int32Array.from({ length: pictures }, (_, index) => index % classes),
    ...(teacher !== null && { teacherWeights: teacher.weights }),
  });
  const size = measuredPictures(spec.recipe.batchSize, side);
  const view = () =>
    Float32Array.from({ length: size * side * side * 3 }, () => noise.uniform() - 0.5);
  const batch = {
    images: view(),
    labels: Int32Array.from({ length: size }, (_, index) => index % classes),
    indices: Int32Array.from({ length: size }, (_, index) => index),
    ...(distiller.needs.strongView === true && { strong: view() }),
  };
  const learner = { network: student, distiller, recipe: spec.recipe, seed: 1 };
  const { augmentation } = spec.recipe;
  const evaluated = evaluationBatch(student);
  const programOf = (given?: GivenOutputs) =>
    createClassificationProgram({
      students: [learner],
      teacher: hasTeacherPass([learner], given) ? teacher : null,
      batch: { full: size, tail: 0 },
      evaluation: { full: evaluated, tail: 0 },
      given,
    });
  const scaled = (ms: readonly number[]) => ms.map((each) => (each * spec.recipe.batchSize) / size);
  const stepsOf = (program: ClassificationProgram, teacherValues?: Float32Array) =>
    scaled(
      timed((call) => {
        const draws = drawInputs(distiller.draws, noise, batch);
        const branches = drawBranches(learner, { epoch: 1, step: call }, size);
        const changes = drawChanges(augmentation, size, [side, side], () => noise);
        return () =>
          program.step(
            { ...batch, changes, ...(teacherValues !== undefined && { teacherValues }) },
            {
              learningRates: [0],
              scalars: [distiller.scalars(1)],
              draws: [draws],
              branches: [branches],
            },
          );
      }),
    );
  let evaluation: readonly number[] | undefined;
  const program = programOf();
  let ms: readonly number[];
  try {
    ms = stepsOf(program);
    if (test !== undefined) {
      const images = Float32Array.from({ length: evaluated * side * side * 3 }, () =>
        noise.uniform(),
      );
      const labels = new Int32Array(evaluated);
      const steps = Math.ceil(test / evaluated);
      const times = timed(() => () => program.evaluate({ images, labels }));
      evaluation = times.map((each) => each * steps);
    }
  } finally {
    program.dispose();
  }
  const apart = { ms, ...(evaluation !== undefined && { evaluation }) };
  if (!kept || teacher === null) return apart;
  const given = { classes, patches: distiller.needs.patches };
  const own = programOf(given);
  const values = Float32Array.from({ length: size * givenWidth(given) }, () => noise.normal());
  let step: readonly number[];
  try {
    step = stepsOf(own, values);
  } finally {
    own.dispose();
  }
  const passes = createTeacherPasses(teacher, given, [side, side], [size]);
  try {
    const pass = scaled(timed(() => () => passes.outputs(batch.images, size)));
    return { ...apart, kept: { step, pass } };
  } finally {
    passes.dispose();
  }
}

/** Milliseconds of calls, the first ones left out. */
function timed(prepare: (call: number) => () => unknown): readonly number[] {
  const times: number[] = [];
  for (let call = 0; call < warmUp + measured; call += 1) {
    const run = prepare(call);
    const began = performance.now();
    run();
    if (call >= warmUp) times.push(performance.now() - began);
  }
  return times;
}

const list = process.argv[2];
if (import.meta.main && list !== undefined) {
  for (const step of JSON.parse(readFileSync(list, 'utf8')) as PlannedStep[]) {
    process.stdout.write(`${JSON.stringify({ key: step.key, ...(await measureStep(step)) })}\n`);
  }
}
