import { RandomStream } from '../common/random.ts';
import { loadRecipe } from '../reference/recipes/loader.ts';
import { createDistiller } from '../runners/distillers/create.ts';
import { drawInputs } from '../runners/distillers/draws.ts';
import { initialState } from '../runners/models/init.ts';
import { createNetwork } from '../runners/models/registry.ts';
import { createClassificationProgram } from '../runners/tasks/classification/program.ts';

/** A training step to measure: what it is called, who learns from whom, and how. */
export interface StepCase {
  readonly name: string;
  readonly student: string;
  readonly teacher: string | null;
  readonly method: string;
}

export const stepCases: readonly StepCase[] = [
  { name: 'resnet20', student: 'resnet20', teacher: null, method: 'none' },
  {
    name: 'kd-resnet32x4-resnet8x4',
    student: 'resnet8x4',
    teacher: 'resnet32x4',
    method: 'kd',
  },
];

/** Pictures of 32 x 32 x 3 per step, in 100 classes: the published protocol of CIFAR-100. */
export const stepBatch = 64;
const classes = 100;
const seed = 1;

/** A step that is ready to be called again and again, as training calls it, on one batch of noise. */
export function prepareStep(
  { student, teacher, method }: StepCase,
  mode: 'recorded' | 'eager',
): { step(): void; dispose(): void } {
  const network = createNetwork(student, { classes });
  const teacherNetwork = teacher === null ? null : createNetwork(teacher, { classes });
  const distiller = createDistiller(method, {}, { student: network, teacher: teacherNetwork });
  const program = createClassificationProgram({
    students: [{ network, distiller, recipe: loadRecipe('cifar-240', {}, student) }],
    teacher:
      teacherNetwork === null
        ? null
        : { network: teacherNetwork, weights: initialState(teacherNetwork.params, seed) },
    seeds: [seed],
    batch: { full: stepBatch, tail: 0 },
    evaluation: { full: stepBatch, tail: 0 },
    mode,
  });
  const noise = RandomStream.named(seed, 'bench');
  const batch = {
    images: Float32Array.from({ length: stepBatch * 32 * 32 * 3 }, () => noise.normal()),
    labels: Int32Array.from({ length: stepBatch }, () => noise.below(classes)),
    indices: Int32Array.from({ length: stepBatch }, (_, index) => index),
  };
  const draws = drawInputs(distiller.draws, noise, batch);
  const inputs = { learningRates: [0.05], scalars: [distiller.scalars(1)], draws: [draws] };
  return {
    step: () => void program.step(batch, inputs),
    dispose: () => program.dispose(),
  };
}
