import { UsageError } from '../../common/errors.ts';
import { RandomStream } from '../../common/random.ts';
import type { Recipe, SquareInputRecipe, TrialSpec } from '../../contract/spec.ts';
import { createLoader, givesBytes, type Loader } from '../data/loader.ts';
import { loaderThreads } from '../data/loader-threads.ts';
import {
  changeOfNormalisation,
  normalisationNamed,
  normalisationOf,
} from '../data/normalisation.ts';
import { selectPictures } from '../data/picture-set.ts';
import { loadDataset } from '../data/registry.ts';
import {
  type Batch,
  type ClassificationData,
  type Normalisation,
  type SplitPictures,
  sizesDiffer,
} from '../data/types.ts';
import { createDistiller } from '../distillers/create.ts';
import { drawInputs } from '../distillers/draws.ts';
import { needsOneLabel } from '../distillers/hyper.ts';
import { parseMethod } from '../distillers/method-id.ts';
import { loadMethods } from '../distillers/registry.ts';
import { recordsForGpu } from '../engine/target.ts';
import { loadNetwork } from '../networks/registry.ts';
import type { Network } from '../networks/types.ts';
import { checkParts } from '../tasks/parts/changes.ts';
import { preparedTask, type TaskParts } from '../tasks/prepared.ts';
import { requireUsed, unusedError } from '../tasks/recipe-use.ts';
import { stepInputs } from '../tasks/step-inputs.ts';
import { stepsOfEpoch } from '../tasks/stretches.ts';
import type {
  Evaluation,
  KeptNews,
  LoadedNetwork,
  PreparedTask,
  PrepareOptions,
  StepControl,
  StepReport,
  TaskData,
  TaskModule,
} from '../tasks/types.ts';
import { createTestLoader, evaluateOnTest, evaluationBatch, metric } from './evaluation.ts';
import { TeacherOutputs } from './kept/outputs.ts';
import { drawChanges, type PixelChanges } from './pixels.ts';
import {
  type ClassificationProgram,
  type ClassificationStudent,
  createClassificationProgram,
  drawBranches,
  hasTeacherPass,
} from './program.ts';
import { classificationRecipe, withoutBranches } from './recipe.ts';

/** Classification of pictures of one size: CIFAR, and the embedded pictures. */
export const classification: TaskModule<Network, Batch> = {
  id: 'classification',
  async load(spec, folder) {
    const data = await loadDataset(spec.data.dataset, { folder });
    return new ClassificationTask(data, inputOf(spec.recipe));
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
  private readonly input: SquareInputRecipe | undefined;

  constructor(data: ClassificationData, input: SquareInputRecipe | undefined) {
    this.data = data;
    this.input = input;
    this.hash = data.hash;
  }

  network(name: string, part: 'student' | 'teacher' = 'student'): Promise<Network> {
    const { classes, train } = this.data;
    const { size, teacherSize = size } = this.input ?? {};
    const side = part === 'teacher' ? teacherSize : size;
    const [height, width] = [side ?? train.height, side ?? train.width];
    if (side === undefined && sizesDiffer(this.data)) throw sizesError(this.data);
    return loadNetwork(name, { classes: classes.length, inputShape: [height, width, 3] });
  }

  async prepare(options: PrepareOptions<Network>): Promise<PreparedTask<Batch>> {
    await loadMethods(options.specs.map(({ method }) => method));
    const [{ recipe }] = options.specs as [TrialSpec];
    const pictures = selectPictures(this.data.train, recipe.trainPictures);
    const networks = await Promise.all(options.specs.map(({ model }) => this.network(model)));
    const students = options.specs.map((spec, index) =>
      makeStudent(spec, networks[index] as Network, options.teacher, pictures),
    );
    students.forEach(({ recipe: each, network, distiller }) => {
      const { needs, hyper, id } = distiller;
      const strongView = needs.strongView === true;
      const setting = {
        method: id,
        hyper,
        taught: needs.teacher,
        strongView,
        oneLabel: needsOneLabel(parseMethod(id)),
      };
      // A teacher that is only measured has a recipe without epochs.
      if (each.epochs > 0) requireUsed(each, 'classification', classificationRecipe, setting);
      refuseDropPath(each, network);
      const { params, name: model } = network;
      checkParts({ model, recipe: each }, { params, method: distiller }, options.parts ?? null);
    });
    return preparedTask(new ClassificationParts(this.data, pictures, students, options));
  }
}

/** How pictures become the network's input; the plan refuses inputs of other tasks. */
function inputOf({ input }: Recipe): SquareInputRecipe | undefined {
  return input !== undefined && 'size' in input ? input : undefined;
}

/** @throws UsageError `RECIPE_FIELD` for a network without residual branches to leave out */
function refuseDropPath({ name, dropPath }: Recipe, network: Network): void {
  if (dropPath === undefined || network.dropPath !== undefined) return;
  throw unusedError(name, { field: 'dropPath', ...withoutBranches(network.name) });
}

function sizesError({ id }: ClassificationData): UsageError {
  return new UsageError(
    'RECIPE_FIELD',
    `The pictures of ${id} have different sizes, and the recipe has no input that makes one size of them.`,
    {
      hint: 'Give the recipe an input, such as {kind: random-resized-crop, size: 224, resize: 256}.',
    },
  );
}

function makeStudent(
  { method, hyper, recipe, seed }: TrialSpec,
  network: Network,
  teacher: LoadedNetwork<Network> | null,
  pictures: SplitPictures,
): ClassificationStudent {
  const distiller = createDistiller(method, hyper, {
    student: network,
    teacher: teacher?.network ?? null,
    labelSmoothing: recipe.labelSmoothing,
    labelLoss: recipe.labelLoss,
    trainLabels: pictures.labels.subarray(0, pictures.count),
    ...(teacher !== null && { teacherWeights: teacher.weights }),
  });
  return { network, distiller, recipe, seed };
}

class ClassificationParts
  implements TaskParts<ClassificationStudent, Batch, ClassificationProgram>
{
  readonly made: readonly ClassificationStudent[];
  readonly stepsPerEpoch: number;
  private readonly options: PrepareOptions<Network>;
  private readonly batch: { readonly full: number; readonly tail: number };
  private readonly pictures: SplitPictures;
  private trainLoader: Loader | null = null;
  /** How the students see pictures. */
  private readonly normalisation: Normalisation;
  private readonly input: SquareInputRecipe | undefined;
  /** How evaluations see them: as the students, but a measured teacher has its own. */
  private readonly testNormalisation: Normalisation;
  private readonly bytes: boolean;
  private readonly testLoader: Loader;
  private readonly evaluationBatch: number;
  private readonly teacherOutputs: TeacherOutputs;

  constructor(
    data: ClassificationData,
    pictures: SplitPictures,
    made: readonly ClassificationStudent[],
    options: PrepareOptions<Network>,
  ) {
    this.made = made;
    this.options = options;
    const { specs } = options;
    const [{ recipe, seed }] = specs as [TrialSpec];
    const tail = recipe.dropLast ? 0 : pictures.count % recipe.batchSize;
    this.batch = { full: recipe.batchSize, tail };
    const batches = Math.floor(pictures.count / recipe.batchSize) + (tail > 0 ? 1 : 0);
    this.stepsPerEpoch = stepsOfEpoch(recipe, batches);
    this.pictures = pictures;
    this.normalisation = normalisationOf(recipe, data);
    const measured = specs.every(({ role, teacher }) => role === 'teacher' && teacher !== null);
    this.input = inputOf(recipe);
    this.bytes = givesBytes(pictures, this.input);
    this.testNormalisation = measured ? this.teacherSees() : this.normalisation;
    const [{ network }] = made as readonly [ClassificationStudent];
    this.evaluationBatch = evaluationBatch(network);
    this.testLoader = createTestLoader(
      data,
      this.testNormalisation,
      this.evaluationBatch,
      this.input,
    );
    this.teacherOutputs = new TeacherOutputs({
      asked: options.mode === 'recorded' ? (options.keptOutputs ?? null) : null,
      teacher: this.seeingTeacher(),
      ...{ pictures, recipe, seed, normalisation: this.normalisation },
    });
  }

  /** A second view costs time, so it is made where a method looks at it. */
  trainReader(): Loader {
    const [{ recipe, seed }] = this.options.specs as [TrialSpec];
    const { pictures, normalisation } = this;
    const { strong, ...weak } = recipe.augmentation;
    const twoViews = this.made.some(({ distiller }) => distiller.needs.strongView === true);
    const augmentation = twoViews ? recipe.augmentation : weak;
    this.trainLoader ??= createLoader({
      ...{ batchSize: recipe.batchSize, dropLast: recipe.dropLast, augmentation },
      ...{ pictures, normalisation, seed, threads: loaderThreads() },
      ...(this.input !== undefined && { input: this.input }),
      held: recordsForGpu() ? 2 : 1,
    });
    return this.trainLoader;
  }

  programOf(students: readonly ClassificationStudent[], trains: boolean): ClassificationProgram {
    const given = trains ? this.teacherOutputs.givenTo(students) : undefined;
    return createClassificationProgram({
      students,
      teacher: trains && hasTeacherPass(students, given) ? this.seeingTeacher() : null,
      given,
      batch: trains ? this.batch : { full: unusedBatch, tail: 0 },
      evaluation: { full: this.evaluationBatch, tail: 0 },
      bytes: this.bytes ? this.testNormalisation : undefined,
      mode: this.options.mode,
      parts: trains ? this.options.parts : undefined,
    });
  }

  step(
    program: ClassificationProgram,
    students: readonly ClassificationStudent[],
    batch: Batch,
    controls: readonly StepControl[],
  ): Promise<readonly StepReport[]> {
    const inputs = stepInputs(students, controls, ({ distiller }, random) =>
      drawInputs(distiller.draws, random, batch),
    );
    const branches = students.map((student, index) =>
      drawBranches(student, controls[index] as StepControl, batch.size),
    );
    const changes = this.changes(batch.size, controls[0] as StepControl);
    const teacherValues = program.given && this.teacherOutputs.of(batch);
    return program.stepInParts(
      { ...batch, changes, ...(teacherValues !== undefined && { teacherValues }) },
      { ...inputs, branches },
    );
  }

  /** What the step does to the pictures of a batch. */
  private changes(count: number, control: StepControl): PixelChanges {
    const [{ recipe, seed }] = this.options.specs as [TrialSpec];
    const [{ network }] = this.made as readonly [ClassificationStudent];
    const [height, width] = network.inputShape;
    return drawChanges(recipe.augmentation, count, [height, width], (kind) =>
      RandomStream.named(seed, `${kind}/${control.epoch}/${control.step}`),
    );
  }

  announce(program: ClassificationProgram, batch: Batch): void {
    program.announce(batch);
  }

  async evaluate(program: ClassificationProgram): Promise<readonly Evaluation[]> {
    const measured = await evaluateOnTest(program, this.testLoader, this.evaluationBatch);
    return measured.map((metrics) => ({ metrics }));
  }

  trainMetrics(counts: Readonly<Record<string, number>>, pictures: number) {
    return [metric('top1', 'train', (100 * (counts['correct'] ?? 0)) / pictures)];
  }

  keptOutputs(): KeptNews {
    return this.teacherOutputs.news();
  }

  async close(): Promise<void> {
    this.teacherOutputs.close();
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
    return teacher === null ? null : { ...teacher, view, size: this.input?.teacherSize ?? null };
  }
}
