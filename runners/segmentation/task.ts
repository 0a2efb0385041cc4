import { RedistillError } from '../../common/errors.ts';
import { evaluationName } from '../../contract/evaluation-artefact.ts';
import type { MetricValue } from '../../contract/journal-types.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import type { DenseBatch } from '../data/dense/batch.ts';
import { createDenseLoader, type DenseLoader } from '../data/dense/loader.ts';
import { loadDenseDataset } from '../data/dense/registry.ts';
import { firstPictures } from '../data/dense/select.ts';
import type { DenseData } from '../data/dense/types.ts';
import { createDenseDistiller } from '../distillers/dense/create.ts';
import { drawDense } from '../distillers/dense/draws.ts';
import { denseMethods } from '../distillers/dense/registry.ts';
import { uniform } from '../distillers/draws.ts';
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
import { segmentationArtefact } from './artefact.ts';
import { SegmentedPictures, segmentationMetrics } from './evaluation.ts';
import {
  evaluationBatch,
  type PictureSizes,
  pictureSizes,
  testOptions,
  trainOptions,
} from './inputs.ts';
import type { Segmenter } from './networks/types.ts';
import {
  createSegmentationProgram,
  dropoutShapes,
  mapsOf,
  type SegmentationProgram,
  type SegmentationStudent,
  stepCounts,
  testName,
  trainName,
} from './program.ts';
import { segmentationRecipe } from './recipe.ts';
import { loadSegmenter } from './registry.ts';

/** Semantic segmentation, on any set with label maps. */
export const segmentation: TaskModule<Segmenter, DenseBatch> = {
  id: 'segmentation',
  async load(spec, folder) {
    const data = await loadDenseDataset(spec.data.dataset, { folder });
    if (data.train.labelMaps === null || data.test.labelMaps === null) {
      throw new RedistillError(
        'DATA_LABEL_MAPS',
        `The data set ${data.id} has no label maps, which segmentation needs.`,
        { hint: 'It can be used for detection.' },
      );
    }
    return new SegmentationTask(data);
  },
};

class SegmentationTask implements TaskData<Segmenter, DenseBatch> {
  readonly hash: string;
  private readonly data: DenseData;

  constructor(data: DenseData) {
    this.data = data;
    this.hash = data.hash;
  }

  network(name: string): Promise<Segmenter> {
    return loadSegmenter(name, { classes: this.data.labelClasses.length });
  }

  async prepare(options: PrepareOptions<Segmenter>): Promise<PreparedTask<DenseBatch>> {
    await denseMethods.load(options.specs.map(({ method }) => method));
    const networks = await Promise.all(options.specs.map(({ model }) => this.network(model)));
    return new PreparedSegmentation(this.data, networks, options);
  }
}

class PreparedSegmentation implements PreparedTask<DenseBatch> {
  readonly students: PreparedTask['students'];
  readonly stepsPerEpoch: number;
  private readonly data: DenseData;
  private readonly made: readonly SegmentationStudent[];
  private readonly options: PrepareOptions<Segmenter>;
  private readonly batchSize: number;
  private readonly sizes: PictureSizes;
  private readonly tested: number;
  private readonly trainLoader: DenseLoader;
  private readonly testLoader: DenseLoader;

  constructor(data: DenseData, networks: readonly Segmenter[], options: PrepareOptions<Segmenter>) {
    this.data = data;
    this.options = options;
    const [{ recipe, seed }] = options.specs as readonly [TrialSpec];
    this.batchSize = recipe.batchSize;
    this.made = options.specs.map((spec, index) => {
      const network = networks[index] as Segmenter;
      const distiller = createDenseDistiller(spec.method, spec.hyper, {
        student: network.shapes,
        teacher: options.teacher?.network.shapes ?? null,
      });
      const { recipe: each } = spec;
      // A teacher that is only measured has a recipe without epochs; only its input matters.
      if (each.epochs > 0)
        requireUsed(each, 'segmentation', segmentationRecipe, settingOf(distiller));
      const start = options.starts?.[index] ?? null;
      return { network, distiller, recipe: spec.recipe, seed: spec.seed, start };
    });
    this.students = this.made.map(({ network, distiller }) => ({ network, method: distiller.id }));
    const train = firstPictures(data.train, recipe.trainPictures);
    this.sizes = pictureSizes(recipe, train, data.test);
    this.tested = evaluationBatch(this.sizes, data.labelClasses.length);
    const training = trainOptions(data, train, recipe, this.sizes, seed);
    // Threads start last: whoever fails before has none to end.
    this.trainLoader = createDenseLoader(training);
    this.testLoader = createDenseLoader(testOptions(data, this.sizes, this.tested));
    this.stepsPerEpoch = stepsOfEpoch(recipe, this.trainLoader.batchesPerEpoch);
  }

  createProgram(students: readonly number[]): TaskProgram<DenseBatch> {
    const list = students.map((index) => this.made[index] as SegmentationStudent);
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

  trainMetrics({ correct = 0, counted = 0 }: Readonly<Record<string, number>>): MetricValue[] {
    if (counted === 0) return [];
    return [
      { task: 'segmentation', name: 'aAcc', split: 'train', value: (100 * correct) / counted },
    ];
  }

  async measure(weights: Readonly<Record<string, Float32Array>>): Promise<Evaluation> {
    const [student] = this.made as [SegmentationStudent];
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

  private programOf(
    students: readonly SegmentationStudent[],
    trains: boolean,
  ): SegmentationProgram {
    const { batchSize, sizes, tested } = this;
    const taught = students.some(({ distiller }) => distiller.needsTeacher);
    return createSegmentationProgram({
      students,
      teacher: trains && taught ? this.options.teacher : null,
      heritage: trains ? this.options.teacher : null,
      training: trains ? { batchSize, size: sizes.train } : null,
      evaluation: { batchSize: tested, sizes: sizes.test, windows: sizes.windows },
      mode: this.options.mode,
    });
  }

  private step(
    { program, terms }: SegmentationProgram,
    students: readonly SegmentationStudent[],
    batch: DenseBatch,
    controls: readonly StepControl[],
  ): StepReport[] {
    const inputs: Record<string, Float32Array | Int32Array> = {
      images: batch.images,
      labels: batch.labelMaps as Int32Array,
    };
    students.forEach(({ network, distiller }, index) => {
      const { epoch, learningRate, random } = controls[index] as StepControl;
      inputs[names.learningRate(index)] = Float32Array.of(learningRate);
      for (const [name, [rows, channels]] of dropoutShapes(network, this.batchSize)) {
        const values = new Float32Array(rows * channels);
        uniform(random, values);
        inputs[names.draw(index, name)] = values;
      }
      for (const [name, value] of Object.entries(distiller.scalars(epoch))) {
        inputs[names.scalar(index, name)] = Float32Array.of(value);
      }
      const maps = mapsOf(network, this.sizes.train);
      for (const [name, values] of drawDense(distiller.draws, random, this.batchSize, maps)) {
        inputs[names.draw(index, name)] = values;
      }
    });
    const outputs = program.call(trainName, inputs);
    return students.map((_, index) =>
      readReport(outputs[`student${index}`] as Float32Array, terms[index] ?? [], stepCounts),
    );
  }

  private async evaluate(
    { program }: SegmentationProgram,
    students: readonly SegmentationStudent[],
    last: boolean,
  ): Promise<Evaluation[]> {
    const { data } = this;
    const found = students.map(() => new SegmentedPictures(data.labelClasses.length));
    for await (const batch of this.testLoader.epoch(1)) {
      const bucket = this.sizes.test.findIndex(
        ([height, width]) => height === batch.height && width === batch.width,
      );
      const outputs = program.call(testName(bucket), { images: batch.images });
      found.forEach((each, index) => {
        each.add(batch, outputs[`student${index}`] as Int32Array);
      });
    }
    return Promise.all(
      found.map(async (each) => {
        const metrics = segmentationMetrics(data, each.matrix);
        if (!last) return { metrics };
        const epoch = (this.options.specs[0] as TrialSpec).recipe.epochs;
        const text = await segmentationArtefact({ data, metrics, found: each, epoch });
        return { metrics, files: { [evaluationName]: text } };
      }),
    );
  }
}
