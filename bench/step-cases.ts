import { RandomStream } from '../common/random.ts';
import { loadRecipe } from '../reference/recipes/loader.ts';
import { createDistiller } from '../runners/distillers/create.ts';
import { drawInputs } from '../runners/distillers/draws.ts';
import { initialState } from '../runners/models/init.ts';
import { createNetwork } from '../runners/models/registry.ts';
import { createClassificationProgram } from '../runners/tasks/classification/program.ts';

/** A training step to measure: what it is called, who learns from whom, and how; one student per method. */
export interface StepCase {
  readonly name: string;
  readonly student: string;
  readonly teacher: string | null;
  readonly methods: readonly string[];
}

export type StepSuite = 'step' | 'cohort';

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
};

/** Pictures of 32 x 32 x 3 per step, in 100 classes: the published protocol of CIFAR-100. */
export const stepBatch = 64;
export const stepClasses = 100;
const seed = 1;

/** A step that is ready to be called again and again, as training calls it, on one batch of noise. */
export function prepareStep(
  { student, teacher, methods }: StepCase,
  mode: 'recorded' | 'eager',
): { step(): void; dispose(): void } {
  const network = createNetwork(student, { classes: stepClasses });
  const teacherNetwork = teacher === null ? null : createNetwork(teacher, { classes: stepClasses });
  const students = methods.map((method) => ({
    network,
    distiller: createDistiller(method, {}, { student: network, teacher: teacherNetwork }),
    recipe: loadRecipe('cifar-240', {}, student),
  }));
  const program = createClassificationProgram({
    students,
    teacher:
      teacherNetwork === null
        ? null
        : { network: teacherNetwork, weights: initialState(teacherNetwork.params, seed) },
    seeds: methods.map(() => seed),
    batch: { full: stepBatch, tail: 0 },
    evaluation: { full: stepBatch, tail: 0 },
    mode,
  });
  const noise = RandomStream.named(seed, 'bench');
  const batch = {
    images: Float32Array.from({ length: stepBatch * 32 * 32 * 3 }, () => noise.normal()),
    labels: Int32Array.from({ length: stepBatch }, () => noise.below(stepClasses)),
    indices: Int32Array.from({ length: stepBatch }, (_, index) => index),
  };
  const inputs = {
    learningRates: methods.map(() => 0.05),
    scalars: students.map(({ distiller }) => distiller.scalars(1)),
    draws: students.map(({ distiller }) => drawInputs(distiller.draws, noise, batch)),
  };
  return {
    step: () => void program.step(batch, inputs),
    dispose: () => program.dispose(),
  };
}
