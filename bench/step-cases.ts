import '../runners/networks/all.ts';
import '../runners/distillers/all.ts';
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { makeTemporaryFolder } from '../common/files.ts';
import { RandomStream } from '../common/random.ts';
import type { StepSuite } from '../contract/bench-suites.ts';
import { loadRecipe } from '../reference/recipes/loader.ts';
import { OutputKeeper } from '../runners/classification/kept/keeper.ts';
import { createTeacherPasses } from '../runners/classification/kept/passes.ts';
import { OutputStore } from '../runners/classification/kept/store.ts';
import { viewCount } from '../runners/classification/kept/views.ts';
import { createClassificationProgram, hasTeacherPass } from '../runners/classification/program.ts';
import type { Teacher } from '../runners/classification/teacher.ts';
import { allocatePictures } from '../runners/data/picture-set.ts';
import { createDistiller } from '../runners/distillers/create.ts';
import { drawInputs } from '../runners/distillers/draws.ts';
import { methods, plugins } from '../runners/distillers/registry.ts';
import { initialState } from '../runners/networks/init.ts';
import { createNetwork } from '../runners/networks/registry.ts';
import { names } from '../runners/tasks/students.ts';

/**
 * A training step to measure: what it is called, who learns from whom, and how; one student per
 * method.
 */
export interface StepCase {
  readonly name: string;
  readonly student: string;
  readonly teacher: string | null;
  readonly methods: readonly string[];
  /** Default: classification. */
  readonly task?: 'detection' | 'segmentation';
  /** Only the network's logits, without training; default: a training step. */
  readonly forward?: boolean;
  /**
   * What a case of kept outputs is: a step that is given them, the teacher's pass that computes
   * missing ones, or a batch's look-up in the store. Absent: none of these.
   */
  readonly kept?: 'given' | 'pass' | 'look-up';
  /**
   * In place of the step what two processes hand each other in it where they share its batch: the
   * gradients to the first one, the weights back. Its processor time is the first one's.
   */
  readonly exchange?: true;
  /** Of the recipe; PyTorch's is then autocast with bfloat16. Absent: 32 bits. */
  readonly precision?: 'mixed';
  /** Whether PyTorch has the same work, with a teacher's pass for every student. Default: true. */
  readonly peer?: boolean;
}

/** The pair and the methods of LSKD's table 2 that read logits alone. */
const keptPair = { student: 'resnet8x4', teacher: 'resnet32x4' } as const;
const oneView = ['kd', 'kd+lskd', 'kd+ctkd', 'kd+ctkd+lskd', 'dkd', 'dkd+lskd'];
const twoViews = ['mlkd', 'mlkd+lskd'];

export const stepCases: Readonly<Record<StepSuite, readonly StepCase[]>> = {
  step: [
    { name: 'resnet20', student: 'resnet20', teacher: null, methods: ['none'] },
    {
      name: 'kd-resnet32x4-resnet8x4',
      student: 'resnet8x4',
      teacher: 'resnet32x4',
      methods: ['kd'],
    },
  ],
  cohort: [
    {
      name: 'six-resnet32x4-resnet8x4',
      student: 'resnet8x4',
      teacher: 'resnet32x4',
      methods: ['kd', 'dkd', 'nkd', 'kd+lskd', 'dkd+lskd', 'kd+ctkd'],
    },
  ],
  tokens: [
    { name: 'deit-t', student: 'deit_t', teacher: null, methods: ['none'] },
    ...(['deit_t', 'swin_t', 'mixer_b16'] as const).map((student) => ({
      name: `${student.replaceAll('_', '-')}-forward`,
      student,
      teacher: null,
      methods: ['none'],
      forward: true,
    })),
  ],
  evaluation: [
    ...(['resnet20', 'resnet8x4'] as const).map((student) => ({
      ...{
        name: `${student}-evaluation`,
        student,
        teacher: null,
        methods: ['none'],
        forward: true,
      },
    })),
    {
      ...{ name: 'six-resnet8x4-evaluation', student: 'resnet8x4', teacher: null, forward: true },
      methods: new Array<string>(6).fill('none'),
    },
  ],
  kept: [
    { name: 'kd', ...keptPair, methods: ['kd'] },
    { name: 'six', ...keptPair, methods: oneView, peer: false },
    { name: 'six-given', ...keptPair, methods: oneView, kept: 'given', peer: false },
    { name: 'mlkd', ...keptPair, methods: ['mlkd'] },
    { name: 'two-mlkd', ...keptPair, methods: twoViews, peer: false },
    { name: 'two-mlkd-given', ...keptPair, methods: twoViews, kept: 'given', peer: false },
    { name: 'teacher-pass', ...keptPair, methods: ['kd'], kept: 'pass', peer: false },
    { name: 'look-up', ...keptPair, methods: ['kd'], kept: 'look-up', peer: false },
  ],
  precision: ([undefined, 'mixed'] as const).map((precision) => ({
    ...{ name: precision === undefined ? 'kd-32-bits' : 'kd-mixed', ...keptPair, methods: ['kd'] },
    ...(precision !== undefined && { precision }),
  })),
  dense: [
    {
      ...{ name: 'retinanet-r50', task: 'detection', methods: ['none'] },
      ...{ student: 'retinanet-r50-fpn', teacher: null },
    },
    {
      ...{ name: 'fgd-retinanet-r101-r50', task: 'detection', methods: ['fgd'] },
      ...{ student: 'retinanet-r50-fpn', teacher: 'retinanet-r101-fpn' },
    },
    {
      ...{ name: 'cwd-pspnet-r101-r18', task: 'segmentation', methods: ['cwd'] },
      ...{ student: 'pspnet-r18-d8', teacher: 'pspnet-r101-d8' },
    },
    {
      ...{ name: 'exchange-retinanet-r50', task: 'detection', methods: ['none'], peer: false },
      ...{ student: 'retinanet-r50-fpn', teacher: null, exchange: true },
    },
  ],
};

/** Pictures of a step, and their sides in pixels. */
export interface StepPictures {
  readonly batch: number;
  /** The width. */
  readonly side: number;
  /** Default: as the width. */
  readonly height?: number;
}

/** The published protocol of CIFAR-100; of larger networks what fits a CPU. */
export const stepPictures: Readonly<Record<StepSuite, StepPictures>> = {
  step: { batch: 64, side: 32 },
  cohort: { batch: 64, side: 32 },
  tokens: { batch: 16, side: 224 },
  evaluation: { batch: 64, side: 32 },
  kept: { batch: 64, side: 32 },
  precision: { batch: 64, side: 32 },
  dense: { batch: 4, side: 320, height: 256 },
};

/** What methods are measured on: the pair on which papers give times of a step. */
export const methodPair = {
  name: 'resnet32x4-resnet8x4',
  student: 'resnet8x4',
  teacher: 'resnet32x4',
} as const;

/** Every method, and every plug-in on KD. */
export const benchMethods: readonly string[] = [
  ...methods.ids,
  ...plugins.ids.map((plugin) => `kd+${plugin}`),
];

export const stepClasses = 100;
/** Classes of COCO, and of Cityscapes. */
export const denseClasses = { detection: 80, segmentation: 19 } as const;
/** Of CIFAR-100: CRD keeps a memory of every picture. */
const trainPictures = 50_000;
const seed = 1;

export interface PreparedStep {
  /** One step of every student, or its forward pass; the sums of their losses. */
  step(): readonly number[];
  /**
   * A digest of all bits of a student's weights, statistics, momentum and parameters of the method.
   */
  bits(student: number): string;
  /** Nodes of the step's recorded graph. */
  nodes(): number;
  dispose(): void;
}

/**
 * The methods of a list whose student does not come to the same bits as alone, after some steps
 * from the same state.
 */
export function differingStudents(
  stepCase: StepCase,
  steps: number,
  pictures: StepPictures = stepPictures.cohort,
): readonly string[] {
  const run = (methods: readonly string[]): readonly string[] => {
    const prepared = prepareStep({ ...stepCase, methods }, 'recorded', pictures);
    const losses = Array.from({ length: steps }, () => prepared.step());
    const ends = methods.map((_, index) =>
      JSON.stringify([losses.map((each) => each[index]), prepared.bits(index)]),
    );
    prepared.dispose();
    return ends;
  };
  const together = run(stepCase.methods);
  return stepCase.methods.filter((method, index) => run([method])[0] !== together[index]);
}

/**
 * A step that is ready to be called again and again, as training calls it, on one batch of noise.
 */
export function prepareStep(
  { student, teacher, methods, forward = false, kept, precision: ofCase }: StepCase,
  mode: 'recorded' | 'eager',
  { batch: size, side }: StepPictures,
  { precision = ofCase }: { readonly precision?: 'mixed' | undefined } = {},
): PreparedStep {
  const asked = { classes: stepClasses, inputShape: [side, side, 3] } as const;
  const network = createNetwork(student, asked);
  const teacherNetwork = teacher === null ? null : createNetwork(teacher, asked);
  const teacherWeights = teacherNetwork === null ? null : initialState(teacherNetwork.params, seed);
  const trainLabels = Int32Array.from({ length: trainPictures }, (_, index) => index % stepClasses);
  const students = methods.map((method) => ({
    network,
    distiller: createDistiller(
      method,
      {},
      {
        student: network,
        teacher: teacherNetwork,
        trainLabels,
        ...(teacherWeights !== null && { teacherWeights }),
      },
    ),
    recipe: loadRecipe('cifar-240', precision === undefined ? {} : { precision }, student),
    seed,
  }));
  const given = kept === undefined ? undefined : { classes: stepClasses, patches: null };
  const loaded =
    teacherNetwork === null || teacherWeights === null
      ? null
      : { network: teacherNetwork, weights: teacherWeights };
  if (kept === 'pass' || kept === 'look-up')
    return prepareKept(kept, loaded as Teacher, size, side);
  const program = createClassificationProgram({
    students,
    teacher: hasTeacherPass(students, given) ? loaded : null,
    given,
    batch: { full: size, tail: 0 },
    evaluation: { full: size, tail: 0 },
    mode,
  });
  const noise = RandomStream.named(seed, 'bench');
  const view = () => Float32Array.from({ length: size * side * side * 3 }, () => noise.normal());
  const batch = {
    images: view(),
    labels: Int32Array.from({ length: size }, () => noise.below(stepClasses)),
    indices: Int32Array.from({ length: size }, (_, index) => index),
    ...(students.some(({ distiller }) => distiller.needs.strongView === true) && {
      strong: view(),
    }),
    ...(given !== undefined && {
      teacherValues: Float32Array.from({ length: size * stepClasses }, () => noise.normal()),
    }),
  };
  const inputs = {
    learningRates: methods.map(() => 0.05),
    scalars: students.map(({ distiller }) => distiller.scalars(1)),
    draws: students.map(({ distiller }) => drawInputs(distiller.draws, noise, batch)),
  };
  return {
    step: forward
      ? () =>
          program
            .evaluate({ images: batch.images, labels: batch.labels })
            .map(({ losses }) => losses.reduce((sum, loss) => sum + loss, 0))
      : () => program.step(batch, inputs).map(({ total }) => total),
    bits(student) {
      const own = names.student(student);
      const hash = createHash('sha256');
      for (const key of Object.keys(program.program.state).filter((name) => name.startsWith(own))) {
        const values = program.program.readState([key])[key] as Float32Array;
        hash
          .update(key.slice(own.length))
          .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      }
      return hash.digest('hex');
    },
    nodes: () =>
      Object.values(program.program.nodes('train') ?? {}).reduce((sum, count) => sum + count, 0),
    dispose: () => program.dispose(),
  };
}

/** The two things that a training with kept outputs does beside its steps. */
function prepareKept(
  what: 'pass' | 'look-up',
  teacher: Teacher,
  size: number,
  side: number,
): PreparedStep {
  const noise = RandomStream.named(seed, 'bench');
  const none = { bits: () => '', nodes: () => 0 };
  if (what === 'pass') {
    const given = { classes: stepClasses, patches: null };
    const passes = createTeacherPasses(teacher, given, [side, side], [size]);
    const images = Float32Array.from({ length: size * side * side * 3 }, () => noise.normal());
    const step = () => [passes.outputs(images, size)[0] as number];
    return { ...none, step, dispose: () => passes.dispose() };
  }
  const folder = makeTemporaryFolder('redistill-kept-');
  const pictures = allocatePictures(64 * size, side, side);
  const augmentation = { crop: { padding: 4 }, flip: true };
  const shape = { pictures: pictures.count, views: viewCount(augmentation), width: stepClasses };
  const store = OutputStore.open({ ...shape, folder, key: {}, limitBytes: 2 ** 40 });
  const keeper = new OutputKeeper({
    ...{ store, pictures, seed, width: stepClasses },
    passes: { outputs: () => new Float32Array(size * stepClasses), dispose() {} },
    recipe: { batchSize: size, dropLast: true, augmentation },
    normalisation: { mean: [0, 0, 0], std: [1, 1, 1], source: 'none' },
  });
  // One pass over the pictures fills the store with what the measured ones find.
  const look = (step: number) => keeper.outputsOf({ place: { pass: 1, step }, size });
  for (let step = 0; step < 64; step += 1) look(step);
  let next = 0;
  return {
    ...none,
    step() {
      next = (next + 1) % 63;
      return [look(next)[0] as number];
    },
    dispose() {
      keeper.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
