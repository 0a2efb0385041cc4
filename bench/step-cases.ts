import '../runners/networks/all.ts';
import '../runners/distillers/all.ts';
import { createHash } from 'node:crypto';
import { RandomStream } from '../common/random.ts';
import { loadRecipe } from '../reference/recipes/loader.ts';
import { createClassificationProgram } from '../runners/classification/program.ts';
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
  /** Only the network's logits, without training; default: a training step. */
  readonly forward?: boolean;
}

export type StepSuite = 'step' | 'cohort' | 'tokens';

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
};

/** Pictures of a step, and their side in pixels. */
export interface StepPictures {
  readonly batch: number;
  readonly side: number;
}

/** The published protocol of CIFAR-100; and what fits a CPU of networks for 224 pixels. */
export const stepPictures: Readonly<Record<StepSuite, StepPictures>> = {
  step: { batch: 64, side: 32 },
  cohort: { batch: 64, side: 32 },
  tokens: { batch: 16, side: 224 },
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
  { student, teacher, methods, forward = false }: StepCase,
  mode: 'recorded' | 'eager',
  { batch: size, side }: StepPictures,
  { precision }: { readonly precision?: 'mixed' | undefined } = {},
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
  const program = createClassificationProgram({
    students,
    teacher:
      teacherNetwork === null ||
      teacherWeights === null ||
      students.every(({ distiller }) => !distiller.needs.teacher)
        ? null
        : { network: teacherNetwork, weights: teacherWeights },
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
    dispose: () => program.dispose(),
  };
}
