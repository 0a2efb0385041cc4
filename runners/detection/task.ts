import { RedistillError, UsageError } from '../../common/errors.ts';
import type { Recipe, TrialSpec } from '../../contract/spec.ts';
import type { DenseBatch } from '../data/dense/batch.ts';
import { batchCount, shapeBuckets } from '../data/dense/epoch-plan.ts';
import type { Scale, Size } from '../data/dense/geometry.ts';
import { firstPictures } from '../data/dense/select.ts';
import type { DenseSplit } from '../data/dense/types.ts';
import { normalisationOf } from '../data/normalisation.ts';
import { loadDenseDataset } from '../data/registry.ts';
import type { Normalisation } from '../data/types.ts';
import { type DenseLoaders, denseLoaders } from '../tasks/dense/loaders.ts';
import { evaluated, largestPicture, testOptions } from '../tasks/dense/pictures.ts';
import { type Buckets, denseInputs, type StudentOutputs } from '../tasks/dense/program.ts';
import {
  type DenseStudent,
  denseStudents,
  taughtBy,
  taughtByNone,
} from '../tasks/dense/students.ts';
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
import { detectionArtefact } from './artefact.ts';
import {
  type AnnotatedData,
  detectionMetrics,
  evaluateFound,
  FoundObjects,
  trainingMasks,
} from './evaluation.ts';
import { loaderTargets } from './inputs.ts';
import { createDetectionProgram, type DetectionProgram, type DetectionStudent } from './program.ts';
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
    const networks = await Promise.all(options.specs.map(({ model }) => this.network(model)));
    const students = await denseStudents('detection', detectionRecipe, networks, options);
    return preparedTask(new DetectionParts(this.data, students, options));
  }
}

class DetectionParts implements TaskParts<DetectionStudent, DenseBatch, DetectionProgram> {
  readonly made: readonly DetectionStudent[];
  readonly stepsPerEpoch: number;
  private readonly data: AnnotatedData;
  private readonly options: PrepareOptions<Detector>;
  private readonly room: TargetRoom;
  private readonly training: Buckets;
  private readonly evaluation: Buckets;
  private readonly normalisation: Normalisation;
  private readonly loaders: DenseLoaders;

  constructor(
    data: AnnotatedData,
    students: readonly DenseStudent<Detector>[],
    options: PrepareOptions<Detector>,
  ) {
    this.data = data;
    this.options = options;
    const [{ recipe, seed }] = options.specs as readonly [TrialSpec];
    const { batchSize, dropLast } = recipe;
    const train = firstPictures(data.train, recipe.trainPictures);
    this.room = { batchSize, boxes: mostBoxes(train) };
    const targets = loaderTargets(students, this.room);
    this.made = students.map((student, index) => ({
      ...student,
      inputs: targets.students[index] as DetectionStudent['inputs'],
    }));
    const scale = scaleOf(recipe, data);
    const scales = trainingScales(recipe, scale);
    this.training = { batchSize, sizes: shapeBuckets(train.pictures, scales) };
    const tested = options.parts?.size ?? batchSize;
    this.evaluation = { batchSize: tested, sizes: shapeBuckets(data.test.pictures, [scale]) };
    this.normalisation = normalisationOf(recipe, data);
    const plan = {
      ...{ batchSize, seed, dropLast, scales, crop: null, withoutEmpty: true },
      normalisation: this.normalisation,
      flip: recipe.augmentation.flip,
      buckets: this.training.sizes,
    };
    const batches = batchCount(train, plan);
    if (batches < 1) {
      throw new UsageError(
        'RECIPE_BATCH',
        `No batch of ${batchSize} pictures is full: ${train.pictures.length} pictures in ${this.training.sizes.length} sizes.`,
        { hint: 'Take a smaller batchSize, or keep incomplete batches with dropLast: false.' },
      );
    }
    this.stepsPerEpoch = stepsOfEpoch(recipe, batches);
    const masks = students.some(({ network }) => network.masks) ? trainingMasks(data) : null;
    // Threads start last: whoever fails before has none to end.
    this.loaders = denseLoaders(
      { ...plan, split: train, masks, targets: targets.maker },
      testOptions(data, plan.normalisation, scale, this.evaluation),
    );
  }

  trainReader(): DenseLoaders['train'] {
    return this.loaders.train;
  }

  programOf(students: readonly DetectionStudent[], trains: boolean): DetectionProgram {
    const { training, evaluation, room, normalisation, options } = this;
    return createDetectionProgram({
      ...{ students, evaluation, room, normalisation, mode: options.mode },
      ...(trains ? taughtBy(options.teacher, students) : taughtByNone),
      training: trains ? training : null,
      parts: options.parts,
    });
  }

  step(
    program: DetectionProgram,
    students: readonly DetectionStudent[],
    batch: DenseBatch,
    controls: readonly StepControl[],
  ): readonly StepReport[] | Promise<readonly StepReport[]> {
    const { batchSize } = this.room;
    const inputs = denseInputs(students, controls, batchSize, [batch.height, batch.width]);
    return program.step(batch, inputs);
  }

  announce(program: DetectionProgram, batch: DenseBatch): void {
    program.announce(batch);
  }

  async evaluate(
    program: DetectionProgram,
    students: readonly DetectionStudent[],
    last: boolean,
  ): Promise<readonly Evaluation[]> {
    const { batchSize } = this.evaluation;
    const found = students.map(() => new FoundObjects());
    for await (const batch of this.loaders.test.epoch(1)) {
      const size: Size = [batch.height, batch.width];
      const outputs = program.evaluate(batch);
      students.forEach(({ network }, index) => {
        batch.pictures.forEach((picture, slot) => {
          const own = partOf(outputs[index] as StudentOutputs, slot, batchSize);
          found[index]?.add(picture, network.testing.decode(own, picture, size));
        });
      });
    }
    return Promise.all(
      students.map(({ network }, index) =>
        this.evaluationOf(network, found[index] as FoundObjects, last),
      ),
    );
  }

  trainMetrics(): [] {
    return [];
  }

  close(): Promise<void> {
    return this.loaders.close();
  }

  private evaluationOf(
    { masks }: Detector,
    found: FoundObjects,
    last: boolean,
  ): Promise<Evaluation> {
    const { data } = this;
    const evaluation = evaluateFound(data, found);
    const ofMasks = masks === true ? evaluateFound(data, found, 'segm') : null;
    const metrics = [
      ...detectionMetrics(data, evaluation),
      ...(ofMasks === null ? [] : detectionMetrics(data, ofMasks, 'segm')),
    ];
    const { epochs: epoch } = (this.options.specs[0] as TrialSpec).recipe;
    return evaluated(metrics, last, () =>
      detectionArtefact({ data, evaluation, masks: ofMasks, metrics, found, epoch }),
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
function scaleOf({ input }: Recipe, data: AnnotatedData): Scale {
  if (input?.kind === 'keep-ratio') return [input.long, input.short];
  if (input === undefined) return largestPicture(data);
  throw new UsageError('RECIPE_INPUT', `Detection cannot make its pictures by "${input.kind}".`, {
    hint: 'Use input: {kind: keep-ratio, long, short}, or none.',
  });
}

/** The bounds of which a training picture draws one. */
function trainingScales({ input }: Recipe, test: Scale): readonly Scale[] {
  if (input?.kind !== 'keep-ratio') return [test];
  const { long, short, shorts = [short], shortRange } = input;
  const drawn = shortRange === undefined ? shorts : wholeNumbers(...shortRange);
  return drawn.map((bound): Scale => [long, bound]);
}

const wholeNumbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** One picture's part of outputs that have the pictures first. */
function partOf(
  outputs: StudentOutputs,
  slot: number,
  batchSize: number,
): Readonly<Record<string, Float32Array>> {
  return Object.fromEntries(
    Object.entries(outputs as Readonly<Record<string, Float32Array>>).map(([name, values]) => {
      const size = values.length / batchSize;
      return [name, values.subarray(slot * size, (slot + 1) * size)];
    }),
  );
}
