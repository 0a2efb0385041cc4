import type { ParityCase, ParityCheck } from '../../contract/parity.ts';
import type { Recipe } from '../../contract/spec.ts';
import { createClassificationProgram } from '../classification/program.ts';
import { createDistiller } from '../distillers/create.ts';
import { loadMethods } from '../distillers/registry.ts';
import { processorBfloat16 } from '../engine/bfloat16/processor.ts';
import { usesGpu } from '../engine/tensorflow.ts';
import { names } from '../tasks/students.ts';
import { formulaPictures, formulaState } from './formula.ts';
import { GoldenNode } from './golden.ts';
import type { NumbersOf } from './moved-runs.ts';
import { type Mode, networkFor, networkName } from './networks.ts';
import { Comparison, relativeTolerance, skippedCase } from './tolerance.ts';

const pictureSide = 32;
/** What rounding changes in PyTorch it may change twice as much here. */
const roundingFactor = 2;
/** The largest relative change by a rounding to bfloat16. */
const leastTolerance = 2 ** -8;
/** What an order of sums may change of what 16 bits change, for the latter to be seen. */
const leastContrast = 0.1;

const quantities = ['total', 'grad_l2'] as const;
type StepNumbers = NumbersOf<(typeof quantities)[number]>;
type Steps = readonly StepNumbers[];
type Runs = Readonly<
  Record<'float32' | 'float32_reordered' | 'autocast' | 'autocast_reordered', Steps>
> & { readonly moved: readonly Steps[] };

/**
 * Five steps of training in mixed precision on a CPU against PyTorch's autocast with bfloat16, from
 * the same weights on the same batch (`precision/autocast_<teacher>__<student>.json`): losses and
 * gradient norms before every update, through the step of a trial.
 *
 * Tolerance of step i: twice the largest difference from 32 bits in PyTorch, relative: of
 * autocast in either order of the batch and of eight trainings in 32 bits whose pictures and
 * weights are off by what rounding them may do (`moved`), over both numbers and steps 1 to i, at
 * least 2^-8. So eight bits decide what is compared: a distillation loss of large logits is held
 * less sharply than a cross-entropy. The file's control, 32 bits with the batch in another order,
 * must be off by less than a tenth of that. Steps in 32 bits are compared too, within twice what
 * the order changes or 1e-4, and those in mixed precision must differ from them.
 */
export const mixedPrecisionCheck =
  (mode: Mode): ParityCheck =>
  async (file) => {
    await loadMethods(['none', 'kd']);
    const root = GoldenNode.of(file);
    const runs = root.get('runs').entries();
    return runs.flatMap(([name, node]) => {
      const official = runsOf(node);
      const rounding = roundingOf(official);
      const whole = train(root, name, node, undefined, mode);
      const cases = [wholeCase(file.path, `${name}, 32 bits`, official, whole, rounding)];
      const title = `${name}, mixed`;
      const lacks = lacking(mode);
      if (lacks !== null) return [...cases, skippedCase(file.path, title, lacks)];
      const mixed = train(root, name, node, 'mixed', mode);
      return [...cases, mixedCase(file.path, title, official, { whole, mixed }, rounding)];
    });
  };

/** Why there is no bfloat16 to compare; null where there is. */
function lacking(mode: Mode): string | null {
  if (mode === 'eager') return 'mixed precision needs recorded steps';
  if (usesGpu()) return 'on a GPU mixed precision is float16';
  return processorBfloat16() === null ? 'this processor has no bfloat16' : null;
}

function runsOf(node: GoldenNode): Runs {
  return {
    float32: stepsOf(node.get('float32')),
    float32_reordered: stepsOf(node.get('float32_reordered')),
    autocast: stepsOf(node.get('autocast')),
    autocast_reordered: stepsOf(node.get('autocast_reordered')),
    moved: node.get('moved').list().map(stepsOf),
  };
}

const stepsOf = (node: GoldenNode): Steps =>
  node.list().map((step) => ({
    total: step.get('total').number(),
    grad_l2: step.get('grad_l2').number(),
  }));

/** Largest relative difference of a step's numbers in two trainings. */
function differenceOf(one: StepNumbers | undefined, other: StepNumbers): number {
  return Math.max(
    ...quantities.map((key) => Math.abs((one?.[key] ?? Number.NaN) - other[key]) / other[key]),
  );
}

/** By how much eight bits change a step in PyTorch: the largest of steps 1 to i for step i. */
function roundingOf({ float32, autocast, autocast_reordered: reordered, moved }: Runs): number[] {
  let largest = 0;
  return float32.map((expected, index) => {
    const differences = [autocast, reordered, ...moved].map((run) =>
      differenceOf(run[index], expected),
    );
    largest = Math.max(largest, ...differences);
    return largest;
  });
}

function wholeCase(
  path: string,
  name: string,
  { float32, float32_reordered: reordered }: Runs,
  own: Steps,
  rounding: readonly number[],
): ParityCase {
  const comparison = new Comparison(path, name);
  let order = 0;
  float32.forEach((expected, index) => {
    order = Math.max(order, differenceOf(reordered[index], expected));
    const control = `order of the batch in step ${index + 1}, of what 16 bits change`;
    comparison.add(control, order / (rounding[index] as number), leastContrast);
    const tolerance = relativeTolerance(order, 1, { factor: roundingFactor, floor: 1e-4 });
    compareStep(comparison, index, own, expected, tolerance);
  });
  return comparison.result();
}

function mixedCase(
  path: string,
  name: string,
  { autocast }: Runs,
  { whole, mixed }: Readonly<Record<'whole' | 'mixed', Steps>>,
  rounding: readonly number[],
): ParityCase {
  const comparison = new Comparison(path, name);
  autocast.forEach((expected, index) => {
    const tolerance = Math.max(leastTolerance, roundingFactor * (rounding[index] as number));
    compareStep(comparison, index, mixed, expected, tolerance);
  });
  const differs = mixed.every(({ total }, index) => total !== whole[index]?.total);
  comparison.equal('difference from 32 bits in every step', differs, true);
  return comparison.result();
}

function compareStep(
  comparison: Comparison,
  index: number,
  own: Steps,
  expected: StepNumbers,
  tolerance: number,
): void {
  for (const key of quantities) {
    const actual = own[index]?.[key] ?? Number.NaN;
    comparison.scalar(`${key} of step ${index + 1}`, actual, expected[key], tolerance);
  }
}

/** The file's steps in one precision, through the program of a trial. */
function train(
  root: GoldenNode,
  name: string,
  run: GoldenNode,
  precision: 'mixed' | undefined,
  mode: Mode,
): Steps {
  const number = (key: string) => root.get(key).number();
  const [size, seed] = [number('batch'), number('seed')];
  const shape = [size, 3, pictureSide, pictureSide] as const;
  const network = (key: 'teacher' | 'student') =>
    networkFor(networkName('cifar_', root.get(key).text()), number('num_classes'), shape);
  const [teacher, student] = [network('teacher'), network('student')];
  const hyper = run.get('hyper');
  const distiller =
    name === 'CE'
      ? createDistiller('none', {}, { student, teacher })
      : createDistiller('kd', kdOf(hyper), { student, teacher });
  const recipe = recipeOf(root, size, precision);
  const program = createClassificationProgram({
    students: [{ network: student, distiller, recipe, seed }],
    teacher: distiller.needs.teacher
      ? { network: teacher, weights: formulaState(teacher.params, seed) }
      : null,
    batch: { full: size, tail: 0 },
    evaluation: { full: size, tail: 0 },
    mode,
    watch: { gradientNorms: true },
  });
  const batch = {
    images: formulaPictures(shape, seed, number('image_tag')),
    labels: Int32Array.from(root.get('labels').numbers()),
  };
  try {
    const weights = Object.entries(formulaState(student.params, seed));
    program.program.writeState(
      Object.fromEntries(weights.map(([key, values]) => [names.model(0, key), values])),
    );
    return run
      .get('float32')
      .list()
      .map(() => {
        const [report] = program.step(batch, {
          learningRates: [recipe.optimizer.lr],
          scalars: [distiller.scalars(1)],
          draws: [{}],
        });
        return {
          total: report?.total ?? Number.NaN,
          grad_l2: report?.terms['monitor/gradient-norm'] ?? Number.NaN,
        };
      });
  } finally {
    program.dispose();
  }
}

const kdOf = (hyper: GoldenNode) => ({
  ceWeight: hyper.get('ce').number(),
  kdWeight: hyper.get('kd').number(),
  temperature: hyper.get('T').number(),
});

/** The file's optimizer in a recipe without anything else. */
function recipeOf(root: GoldenNode, batchSize: number, precision: 'mixed' | undefined): Recipe {
  const node = root.get('optimizer');
  if (node.get('type').text() !== 'SGD') throw node.get('type').malformed('must be SGD');
  node.get('dampening').fixed(0);
  return {
    name: 'golden',
    epochs: 1,
    batchSize,
    dropLast: true,
    optimizer: {
      kind: 'sgd',
      lr: node.get('lr').number(),
      momentum: node.get('momentum').number(),
      nesterov: node.get('nesterov').flag(),
      weightDecay: node.get('weight_decay').number(),
    },
    schedule: { kind: 'constant', warmupEpochs: 0 },
    augmentation: { crop: null, flip: false },
    labelSmoothing: 0,
    trainPictures: null,
    ...(precision !== undefined && { precision }),
  };
}
