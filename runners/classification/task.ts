import type { Recipe, TrialSpec } from '../../contract/spec.ts';
import { createLoader, type Loader } from '../data/loader.ts';
import { changeOfNormalisation, normalisationNamed } from '../data/normalisation.ts';
import { selectPictures } from '../data/picture-set.ts';
import { loadDataset } from '../data/registry.ts';
import type { Batch, ClassificationData, Normalisation, PictureSet } from '../data/types.ts';
import { createDistiller } from '../distillers/create.ts';
import { drawInputs } from '../distillers/draws.ts';
import { loadMethods } from '../distillers/registry.ts';
import { loadNetwork } from '../networks/registry.ts';
import type { Network } from '../networks/types.ts';
import { modelState } from '../tasks/program-state.ts';
import { requireUsed } from '../tasks/recipe-use.ts';
import { batchesOfEpoch, stepsOfEpoch } from '../tasks/stretches.ts';
import type { Student } from '../tasks/students.ts';
import type {
  Evaluation,
  LoadedNetwork,
  PreparedTask,
  PrepareOptions,
  StepControl,
  TaskData,
  TaskModule,
  TaskProgram,
} from '../tasks/types.ts';
import { createTestLoader, evaluateOnTest, evaluationSizes, metric } from './evaluation.ts';
import { type ClassificationProgram, createClassificationProgram } from './program.ts';
import { classificationRecipe } from './recipe.ts';

/** Classification of pictures of one size: CIFAR, and the embedded pictures. */
export const classification: TaskModule<Network, Batch> = {
  id: 'classification',
  async load(spec, folder) {
    return new ClassificationTask(await loadDataset(spec.data.dataset, { folder }));
  },
};

/**
 * A measurement's program has a training step as well, which is never called; batch norm needs two
 * pictures in it.
 */
const unusedBatch = 2;

class ClassificationTask implements TaskData<Network, Batch> {
  readonly hash: string;
  private readonly data: ClassificationData;

  constructor(data: ClassificationData) {
    this.data = data;
    this.hash = data.hash;
  }

  network(name: string): Promise<Network> {
    const { classes, train } = this.data;
    return loadNetwork(name, {
      classes: classes.length,
      inputShape: [train.height, train.width, 3],
    });
  }

  async prepare(options: PrepareOptions<Network>): Promise<PreparedTask<Batch>> {
    await loadMethods(options.specs.map(({ method }) => method));
    const [{ recipe }] = options.specs as [TrialSpec];
    const pictures = selectPictures(this.data.train, recipe.trainPictures);
    const networks = await Promise.all(options.specs.map(({ model }) => this.network(model)));
    const students = options.specs.map((spec, index) =>
      makeStudent(spec, networks[index] as Network, options.teacher, pictures),
    );
    students.forEach(({ distiller: { needs, hyper, id } }, index) => {
      const each = (options.specs[index] as TrialSpec).recipe;
      const strongView = needs.strongView === true;
      const setting = { method: id, hyper, taught: needs.teacher, strongView };
      if (each.epochs > 0) requireUsed(each, 'classification', classificationRecipe, setting);
    });
    return new PreparedClassification(this.data, pictures, students, options);
  }
}

function normalisationOf({ normalisation }: Recipe, data: ClassificationData): Normalisation {
  return normalisation === undefined ? data.normalisation : normalisationNamed(normalisation);
}

function makeStudent(
  { method, hyper, recipe }: TrialSpec,
  network: Network,
  teacher: LoadedNetwork<Network> | null,
  pictures: PictureSet,
): Student {
  const distiller = createDistiller(method, hyper, {
    student: network,
    teacher: teacher?.network ?? null,
    labelSmoothing: recipe.labelSmoothing,
    trainLabels: pictures.labels.subarray(0, pictures.count),
    ...(teacher !== null && { teacherWeights: teacher.weights }),
  });
  return { network, distiller, recipe };
}

class PreparedClassification implements PreparedTask<Batch> {
  readonly students: PreparedTask['students'];
  readonly stepsPerEpoch: number;
  private readonly data: ClassificationData;
  private readonly made: readonly Student[];
  private readonly options: PrepareOptions<Network>;
  private readonly batch: { readonly full: number; readonly tail: number };
  private readonly pictures: PictureSet;
  private trainLoader: Loader | null = null;
  /** How the students see pictures. */
  private readonly normalisation: Normalisation;
  private readonly testLoader: Loader;

  constructor(
    data: ClassificationData,
    pictures: PictureSet,
    made: readonly Student[],
    options: PrepareOptions<Network>,
  ) {
    this.data = data;
    this.made = made;
    this.options = options;
    this.students = made.map(({ network, distiller }) => ({ network, method: distiller.id }));
    const { specs } = options;
    const [{ recipe }] = specs as [TrialSpec];
    const tail = recipe.dropLast ? 0 : pictures.count % recipe.batchSize;
    this.batch = { full: recipe.batchSize, tail };
    const batches = Math.floor(pictures.count / recipe.batchSize) + (tail > 0 ? 1 : 0);
    this.stepsPerEpoch = stepsOfEpoch(recipe, batches);
    this.pictures = pictures;
    this.normalisation = normalisationOf(recipe, data);
    const measured = specs.every(({ role, teacher }) => role === 'teacher' && teacher !== null);
    this.testLoader = createTestLoader(data, measured ? this.teacherSees() : this.normalisation);
  }

  createProgram(students: readonly number[]): TaskProgram<Batch> {
    const list = students.map((index) => this.made[index] as Student);
    const program = createClassificationProgram({
      students: list,
      teacher: list.some(({ distiller }) => distiller.needs.teacher) ? this.seeingTeacher() : null,
      seeds: students.map((index) => (this.options.specs[index] as TrialSpec).seed),
      batch: this.batch,
      evaluation: evaluationSizes(this.data),
      mode: this.options.mode,
    });
    return {
      program: program.program,
      step: (batch, controls) => this.step(program, list, batch, controls),
      evaluate: () => this.evaluate(program),
      dispose: () => program.dispose(),
    };
  }

  batches(epoch: number, fromStep: number): AsyncIterable<Batch> {
    const [{ recipe, seed }] = this.options.specs as [TrialSpec];
    const { pictures, normalisation } = this;
    const { strong, ...weak } = recipe.augmentation;
    // A second view costs time, so it is made where a method looks at it.
    const twoViews = this.made.some(({ distiller }) => distiller.needs.strongView === true);
    const augmentation = twoViews ? recipe.augmentation : weak;
    this.trainLoader ??= createLoader({ ...recipe, augmentation, pictures, normalisation, seed });
    return batchesOfEpoch(this.trainLoader, epoch, fromStep, this.stepsPerEpoch);
  }

  trainMetrics(counts: Readonly<Record<string, number>>, pictures: number) {
    return [metric('top1', 'train', (100 * (counts['correct'] ?? 0)) / pictures)];
  }

  async measure(weights: Readonly<Record<string, Float32Array>>): Promise<Evaluation> {
    const [student] = this.made as [Student];
    const [{ seed }] = this.options.specs as [TrialSpec];
    const program = createClassificationProgram({
      students: [student],
      teacher: null,
      seeds: [seed],
      batch: { full: unusedBatch, tail: 0 },
      evaluation: evaluationSizes(this.data),
      mode: this.options.mode,
    });
    try {
      program.program.writeState(modelState(student.network, 0, weights));
      const [evaluation] = await this.evaluate(program);
      return evaluation as Evaluation;
    } finally {
      program.dispose();
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.trainLoader?.close(), this.testLoader.close()]);
  }

  /** The normalisation that the teacher's file states; without one, that of the students. */
  private teacherSees(): Normalisation {
    const stated = this.options.teacher?.normalisation;
    return stated === undefined ? this.normalisation : normalisationNamed(stated);
  }

  private seeingTeacher() {
    const { teacher } = this.options;
    const view = changeOfNormalisation(this.normalisation, this.teacherSees());
    return teacher === null ? null : { ...teacher, view };
  }

  private step(
    program: ClassificationProgram,
    students: readonly Student[],
    batch: Batch,
    controls: readonly StepControl[],
  ) {
    return program.step(batch, {
      learningRates: controls.map(({ learningRate }) => learningRate),
      scalars: students.map(({ distiller }, index) =>
        distiller.scalars((controls[index] as StepControl).epoch),
      ),
      draws: students.map(({ distiller }, index) =>
        drawInputs(distiller.draws, (controls[index] as StepControl).random, batch),
      ),
    });
  }

  private async evaluate(program: ClassificationProgram): Promise<readonly Evaluation[]> {
    const measured = await evaluateOnTest(program, this.testLoader, this.data);
    return measured.map((metrics) => ({ metrics }));
  }
}
