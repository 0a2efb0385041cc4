import { RedistillError } from '../../common/errors.ts';
import type { MetricValue } from '../../contract/journal-types.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import type { DenseBatch } from '../data/dense/batch.ts';
import type { Size } from '../data/dense/geometry.ts';
import type { DenseLoaderOptions } from '../data/dense/loader.ts';
import { firstPictures } from '../data/dense/select.ts';
import type { DenseData } from '../data/dense/types.ts';
import { loadDenseDataset } from '../data/registry.ts';
import { type DenseLoaders, denseLoaders } from '../tasks/dense/loaders.ts';
import { evaluated, testOptions } from '../tasks/dense/pictures.ts';
import { type Buckets, denseInputs } from '../tasks/dense/program.ts';
import { denseStudents, taughtBy, taughtByNone } from '../tasks/dense/students.ts';
import { preparedTask, type TaskParts } from '../tasks/prepared.ts';
import { stepsOfEpoch } from '../tasks/stretches.ts';
import type {
  Evaluation,
  PreparedTask,
  PrepareOptions,
  StepControl,
  StepReport,
  TaskData,
  TaskModule,
} from '../tasks/types.ts';
import { segmentationArtefact } from './artefact.ts';
import { SegmentedPictures, segmentationMetrics } from './evaluation.ts';
import { evaluationBatch, type PictureSizes, pictureSizes, trainOptions } from './inputs.ts';
import type { Segmenter } from './networks/types.ts';
import {
  createSegmentationProgram,
  drawDropout,
  type SegmentationProgram,
  type SegmentationStudent,
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
    const networks = await Promise.all(options.specs.map(({ model }) => this.network(model)));
    const students = await denseStudents('segmentation', segmentationRecipe, networks, options);
    return preparedTask(new SegmentationParts(this.data, students, options));
  }
}

class SegmentationParts implements TaskParts<SegmentationStudent, DenseBatch, SegmentationProgram> {
  readonly made: readonly SegmentationStudent[];
  readonly stepsPerEpoch: number;
  private readonly data: DenseData;
  private readonly options: PrepareOptions<Segmenter>;
  private readonly sizes: PictureSizes;
  private readonly training: Buckets;
  private readonly evaluation: Buckets;
  private readonly normalisation: DenseLoaderOptions['normalisation'];
  private readonly loaders: DenseLoaders;

  constructor(
    data: DenseData,
    made: readonly SegmentationStudent[],
    options: PrepareOptions<Segmenter>,
  ) {
    this.data = data;
    this.made = made;
    this.options = options;
    const [{ recipe, seed }] = options.specs as readonly [TrialSpec];
    const train = firstPictures(data.train, recipe.trainPictures);
    this.sizes = pictureSizes(recipe, train, data.test);
    const { scale, test } = this.sizes;
    this.training = { batchSize: recipe.batchSize, sizes: [this.sizes.train] };
    const tested = evaluationBatch(this.sizes, data.labelClasses.length);
    this.evaluation = { batchSize: tested, sizes: test };
    const plan = trainOptions(data, train, recipe, this.sizes, seed);
    this.normalisation = plan.normalisation;
    // Threads start last: whoever fails before has none to end.
    this.loaders = denseLoaders(
      plan,
      testOptions(data, plan.normalisation, scale, this.evaluation),
    );
    this.stepsPerEpoch = stepsOfEpoch(recipe, this.loaders.train.batchesPerEpoch);
  }

  trainReader(): DenseLoaders['train'] {
    return this.loaders.train;
  }

  programOf(students: readonly SegmentationStudent[], trains: boolean): SegmentationProgram {
    const { training, evaluation, sizes, normalisation, options } = this;
    return createSegmentationProgram({
      ...{ students, evaluation, normalisation, windows: sizes.windows, mode: options.mode },
      ...(trains ? taughtBy(options.teacher, students) : taughtByNone),
      training: trains ? training : null,
      parts: options.parts,
    });
  }

  step(
    program: SegmentationProgram,
    students: readonly SegmentationStudent[],
    batch: DenseBatch,
    controls: readonly StepControl[],
  ): readonly StepReport[] | Promise<readonly StepReport[]> {
    const { batchSize } = this.training;
    const size: Size = [batch.height, batch.width];
    const inputs = denseInputs(students, controls, batchSize, size, ({ network }, random) =>
      drawDropout(network, batchSize, random),
    );
    return program.step(batch, inputs);
  }

  announce(program: SegmentationProgram, batch: DenseBatch): void {
    program.announce(batch);
  }

  async evaluate(
    program: SegmentationProgram,
    students: readonly SegmentationStudent[],
    last: boolean,
  ): Promise<readonly Evaluation[]> {
    const classes = this.data.labelClasses.length;
    const found = students.map(() => new SegmentedPictures(classes));
    for await (const batch of this.loaders.test.epoch(1)) {
      const predictions = program.evaluate(batch);
      found.forEach((each, index) => {
        each.add(batch, predictions[index] as Int32Array);
      });
    }
    return Promise.all(found.map((each) => this.evaluationOf(each, last)));
  }

  trainMetrics({ correct = 0, counted = 0 }: Readonly<Record<string, number>>): MetricValue[] {
    if (counted === 0) return [];
    return [
      { task: 'segmentation', name: 'aAcc', split: 'train', value: (100 * correct) / counted },
    ];
  }

  close(): Promise<void> {
    return this.loaders.close();
  }

  private evaluationOf(found: SegmentedPictures, last: boolean): Promise<Evaluation> {
    const { data } = this;
    const metrics = segmentationMetrics(data, found.matrix);
    const { epochs: epoch } = (this.options.specs[0] as TrialSpec).recipe;
    return evaluated(metrics, last, () => segmentationArtefact({ data, metrics, found, epoch }));
  }
}
