import { RedistillError, UsageError } from '../../common/errors.ts';
import { evaluationName } from '../../contract/evaluation-artefact.ts';
import type { Recipe, TrialSpec } from '../../contract/spec.ts';
import type { DenseBatch } from '../data/dense/batch.ts';
import { batchCount, shapeBuckets } from '../data/dense/epoch-plan.ts';
import type { Scale, Size } from '../data/dense/geometry.ts';
import { createDenseLoader, type DenseLoader } from '../data/dense/loader.ts';
import { loadDenseDataset } from '../data/dense/registry.ts';
import { firstPictures } from '../data/dense/select.ts';
import type { DenseSplit } from '../data/dense/types.ts';
import { createDenseDistiller } from '../distillers/dense/create.ts';
import { drawDense } from '../distillers/dense/draws.ts';
import { denseMethods } from '../distillers/dense/registry.ts';
import { modelState } from '../tasks/program-state.ts';
import { requireUsed, settingOf } from '../tasks/recipe-use.ts';
import { batchesOfEpoch, stepsOfEpoch } from '../tasks/stretches.ts';
import { readReport } from '../tasks/student-step.ts';
import { names } from '../tasks/students.ts';
import type {
  Evaluation,
  PreparedTask,
  PrepareOptions,
  StepControl,
  StepReport,
  TaskData,
  TaskModule,
  TaskProgram,
} from '../tasks/types.ts';
import { detectionArtefact } from './artefact.ts';
import { type AnnotatedData, detectionMetrics, evaluateFound, FoundObjects } from './evaluation.ts';
import { pyramidSizes } from './geometry/anchors.ts';
import { loaderTargets } from './inputs.ts';
import {
  type Buckets,
  createDetectionProgram,
  type DetectionProgram,
  type DetectionStudent,
  functionName,
  outputName,
} from './program.ts';
import { detectionRecipe } from './recipe.ts';
import { loadDetector } from './registry.ts';
import type { Detector, TargetRoom } from './types.ts';

/** Detection of objects by boxes, on any set with COCO's annotations. */
export const detection: TaskModule<Detector, DenseBatch> = {
  id: 'detection',
  async load(spec, folder) {
    const data = await loadDenseDataset(spec.data.dataset, { folder });
    if (data.annotations === null || data.train.objects === null) {
      throw new RedistillError(
        'DATA_OBJECTS',
        `The data set ${data.id} has no boxes, which detection needs.`,
        { hint: 'It can be used for segmentation.' },
      );
    }
    return new DetectionTask(data as AnnotatedData, spec.recipe);
  },
};

class DetectionTask implements TaskData<Detector, DenseBatch> {
  readonly hash: string;
  private readonly data: AnnotatedData;
  private readonly recipe: Recipe;

  constructor(data: AnnotatedData, recipe: Recipe) {
    this.data = data;
    this.recipe = recipe;
    this.hash = data.hash;
  }

  network(name: string): Promise<Detector> {
    const { frozenStages = -1, normEval = false } = this.recipe;
    return loadDetector(name, {
      classes: this.data.classes.length,
      backbone: { frozenStages, normEval },
    });
  }

  async prepare(options: PrepareOptions<Detector>): Promise<PreparedTask<DenseBatch>> {
    await denseMethods.load(options.specs.map(({ method }) => method));
    const networks = await Promise.all(options.specs.map(({ model }) => this.network(model)));
    return new PreparedDetection(this.data, networks, options);
  }
}

class PreparedDetection implements PreparedTask<DenseBatch> {
  readonly students: PreparedTask['students'];
  readonly stepsPerEpoch: number;
  private readonly data: AnnotatedData;
  private readonly made: readonly DetectionStudent[];
  private readonly options: PrepareOptions<Detector>;
  private readonly room: TargetRoom;
  private readonly buckets: { readonly train: readonly Size[]; readonly test: readonly Size[] };
  private readonly trainLoader: DenseLoader;
  private readonly testLoader: DenseLoader;

  constructor(
    data: AnnotatedData,
    networks: readonly Detector[],
    options: PrepareOptions<Detector>,
  ) {
    this.data = data;
    this.options = options;
    const [{ recipe, seed }] = options.specs as readonly [TrialSpec];
    const { batchSize, dropLast } = recipe;
    const train = firstPictures(data.train, recipe.trainPictures);
    this.room = { batchSize, boxes: mostBoxes(train) };
    const learners = options.specs.map((spec, index) => {
      const network = networks[index] as Detector;
      const distiller = createDenseDistiller(spec.method, spec.hyper, {
        student: network.shapes,
        teacher: options.teacher?.network.shapes ?? null,
      });
      const setting = settingOf(distiller);
      // A teacher that is only measured has a recipe without epochs; only its input matters.
      if (spec.recipe.epochs > 0) requireUsed(spec.recipe, 'detection', detectionRecipe, setting);
      const start = options.starts?.[index] ?? null;
      return { network, distiller, recipe: spec.recipe, seed: spec.seed, start };
    });
    const targets = loaderTargets(learners, this.room);
    this.made = learners.map((learner, index) => ({
      ...learner,
      inputs: targets.students[index] as DetectionStudent['inputs'],
    }));
    this.students = this.made.map(({ network, distiller }) => ({ network, method: distiller.id }));
    const scales = [scaleOf(recipe, data)];
    this.buckets = {
      train: shapeBuckets(train.pictures, scales),
      test: shapeBuckets(data.test.pictures, scales),
    };
    const { normalisation } = data;
    const shared = { batchSize, normalisation, scales, crop: null };
    const plan = {
      ...shared,
      seed,
      dropLast,
      flip: recipe.augmentation.flip,
      buckets: this.buckets.train,
      withoutEmpty: true,
    };
    const batches = batchCount(train, plan);
    if (batches < 1) {
      throw new UsageError(
        'RECIPE_BATCH',
        `No batch of ${batchSize} pictures is full: ${train.pictures.length} pictures in ${this.buckets.train.length} sizes.`,
        { hint: 'Take a smaller batchSize, or keep incomplete batches with dropLast: false.' },
      );
    }
    this.stepsPerEpoch = stepsOfEpoch(recipe, batches);
    this.trainLoader = createDenseLoader({ ...plan, split: train, targets: targets.maker });
    this.testLoader = createDenseLoader({
      ...shared,
      split: data.test,
      seed: null,
      dropLast: false,
      flip: false,
      buckets: this.buckets.test,
      withoutEmpty: false,
    });
  }

  createProgram(students: readonly number[]): TaskProgram<DenseBatch> {
    const list = students.map((index) => this.made[index] as DetectionStudent);
    const program = this.programOf(list, true);
    return {
      program: program.program,
      step: (batch, controls) => this.step(program, list, batch, controls),
      evaluate: (last) => this.evaluate(program, list, last),
      dispose: () => program.program.dispose(),
    };
  }

  batches(epoch: number, fromStep: number): AsyncIterable<DenseBatch> {
    return batchesOfEpoch(this.trainLoader, epoch, fromStep, this.stepsPerEpoch);
  }

  trainMetrics(): [] {
    return [];
  }

  async measure(weights: Readonly<Record<string, Float32Array>>): Promise<Evaluation> {
    const [student] = this.made as [DetectionStudent];
    const program = this.programOf([student], false);
    try {
      program.program.writeState(modelState(student.network, 0, weights));
      const [evaluation] = await this.evaluate(program, [student], true);
      return evaluation as Evaluation;
    } finally {
      program.program.dispose();
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.trainLoader.close(), this.testLoader.close()]);
  }

  private programOf(students: readonly DetectionStudent[], trains: boolean): DetectionProgram {
    const { batchSize } = this.room;
    const train: Buckets = { batchSize, sizes: this.buckets.train };
    const taught = students.some(({ distiller }) => distiller.needsTeacher);
    return createDetectionProgram({
      students,
      teacher: trains && taught ? this.options.teacher : null,
      heritage: trains ? this.options.teacher : null,
      training: trains ? { ...train, room: this.room } : null,
      evaluation: { batchSize, sizes: this.buckets.test },
      mode: this.options.mode,
    });
  }

  private step(
    { program, terms }: DetectionProgram,
    students: readonly DetectionStudent[],
    batch: DenseBatch,
    controls: readonly StepControl[],
  ): StepReport[] {
    const { batchSize } = this.room;
    const inputs: Record<string, Float32Array | Int32Array> = {
      images: batch.images,
      present: new Float32Array(batchSize).fill(1, 0, batch.size),
    };
    students.forEach(({ network, distiller, inputs: prefixes }, index) => {
      const { epoch, learningRate, random } = controls[index] as StepControl;
      inputs[names.learningRate(index)] = Float32Array.of(learningRate);
      for (const [name, value] of Object.entries(distiller.scalars(epoch))) {
        inputs[names.scalar(index, name)] = Float32Array.of(value);
      }
      const maps = pyramidSizes([batch.height, batch.width], network.shapes.strides);
      for (const [name, values] of drawDense(distiller.draws, random, batchSize, maps)) {
        inputs[names.draw(index, name)] = values;
      }
      for (const [name, values] of Object.entries(batch.targets ?? {})) {
        const [prefix] = name.split('/');
        if (prefix !== prefixes.targets && prefix !== prefixes.regions) continue;
        inputs[name] = typeof values === 'number' ? Float32Array.of(values) : values;
      }
    });
    const outputs = program.call(
      functionName('train', bucketOf(this.buckets.train, batch)),
      inputs,
    );
    return students.map((_, index) =>
      readReport(outputs[`student${index}`] as Float32Array, terms[index] ?? []),
    );
  }

  private async evaluate(
    { program }: DetectionProgram,
    students: readonly DetectionStudent[],
    last: boolean,
  ): Promise<Evaluation[]> {
    const { batchSize } = this.room;
    const found = students.map(() => new FoundObjects());
    for await (const batch of this.testLoader.epoch(1)) {
      const imgShapes = new Float32Array(batchSize * 2);
      batch.pictures.forEach(({ imgShape }, slot) => {
        imgShapes.set(imgShape, slot * 2);
      });
      const outputs = program.call(functionName('test', bucketOf(this.buckets.test, batch)), {
        images: batch.images,
        imgShapes,
      });
      students.forEach(({ network }, index) => {
        const own = outputsOf(outputs, index);
        batch.pictures.forEach((picture, slot) => {
          const detections = network.testing.decode(partOf(own, slot, batchSize), picture, [
            batch.height,
            batch.width,
          ]);
          found[index]?.add(picture, detections);
        });
      });
    }
    return Promise.all(
      found.map(async (each) => {
        const evaluation = evaluateFound(this.data, each);
        const metrics = detectionMetrics(this.data, evaluation);
        if (!last) return { metrics };
        const epoch = (this.options.specs[0] as TrialSpec).recipe.epochs;
        const artefact = { data: this.data, evaluation, metrics, found: each, epoch };
        return { metrics, files: { [evaluationName]: await detectionArtefact(artefact) } };
      }),
    );
  }
}

/** The most boxes of a picture that count. */
function mostBoxes({ objects, pictures }: DenseSplit): number {
  if (objects === null) return 0;
  return pictures.reduce((most, _, index) => {
    const [start, end] = [objects.starts[index] as number, objects.starts[index + 1] as number];
    const own = objects.crowd.subarray(start, end).reduce((sum, crowd) => sum + 1 - crowd, 0);
    return Math.max(most, own);
  }, 0);
}

/** The recipe's bounds of pictures, or those of the largest picture. */
function scaleOf({ input }: Recipe, { train, test }: AnnotatedData): Scale {
  if (input?.kind === 'keep-ratio') return [input.long, input.short];
  if (input !== undefined) {
    throw new UsageError('RECIPE_INPUT', `Detection cannot make its pictures by "${input.kind}".`, {
      hint: 'Use input: {kind: keep-ratio, long, short}, or none.',
    });
  }
  const sides = [...train.pictures, ...test.pictures].map(({ height, width }) => [height, width]);
  const most = (side: (pair: number[]) => number) =>
    sides.reduce((m, pair) => Math.max(m, side(pair)), 1);
  return [most((pair) => Math.max(...pair)), most((pair) => Math.min(...pair))];
}

function bucketOf(sizes: readonly Size[], { height, width }: DenseBatch): number {
  return sizes.findIndex(([rows, columns]) => rows === height && columns === width);
}

type Outputs = Record<string, Float32Array>;

function outputsOf(outputs: Readonly<Record<string, unknown>>, student: number): Outputs {
  const prefix = outputName(student, '');
  return Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, values]) => [name.slice(prefix.length), values as Float32Array]),
  );
}

/** One picture's part of outputs that have the pictures first. */
function partOf(outputs: Outputs, slot: number, batchSize: number): Outputs {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, values]) => {
      const size = values.length / batchSize;
      return [name, values.subarray(slot * size, (slot + 1) * size)];
    }),
  );
}
