import type { Scalar, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../contract/parity.ts';
import type { Hyper } from '../../contract/spec.ts';
import { createDistiller } from '../distillers/create.ts';
import { loadMethods } from '../distillers/registry.ts';
import type { Distiller } from '../distillers/types.ts';
import { lossAndGradients } from '../engine/ops/index.ts';
import { type Optimizer, sgd } from '../engine/optim/index.ts';
import { createProgram } from '../engine/program.ts';
import { tf } from '../engine/tensorflow.ts';
import type { FunctionSpec, TensorSpec } from '../engine/types.ts';
import { forwardContext } from '../networks/forward.ts';
import { toTorch } from '../networks/layout.ts';
import type { Network, ParamSpec } from '../networks/types.ts';
import { formulaPictures, formulaState } from './formula.ts';
import { GoldenNode } from './golden.ts';
import { lazily, movedRuns, quantities, type StepNumbers, spreads } from './moved-runs.ts';
import {
  compareSummary,
  firstOf,
  type Mode,
  moments,
  networkFor,
  networkName,
  stateSpecs,
} from './networks.ts';
import { Comparison, largest, relativeTolerance } from './tolerance.ts';

/** Side of the pictures of all trajectories. */
const pictureSide = 32;
/** Official noise times this is the tolerance of a step, as the golden README suggests. */
const noiseFactor = 20;

/** Least share by which a later loss may be off of what it has changed, see `trajectoryCheck`. */
const lossFloor = 1e-4;
/**
 * Least tolerance of gradient norms after the first update: what a few jumps of ReLU gradients may
 * make.
 */
const jumpFloor = 1e-3;
/** What rounding moves in some trials it may move twice as far in another. */
const spreadFactor = 2;
/** Single values are noisier than the norms and means for which noise is recorded. */
const singleFactor = 10;

/**
 * Five steps of training a student, with and without distillation, against the official code:
 * losses and gradient norm before every update, then weights and running statistics. This is the
 * whole step of a trial: teacher, student, distiller, gradients, optimizer and statistics in one
 * program.
 *
 * Tolerance of step i: 20 times the relative difference of float32 and float64 in the official
 * code, the largest of the numbers of steps 1 to i, at least 1e-5: the golden README suggests step
 * i's alone, but rounding noise is random, and where one step's record happens to be small (KD of
 * vgg13 -> vgg8: 4.4e-6 in step 1, 7.8e-8 in step 2) another implementation's is not. Norms and
 * means after the last step have that of the last step, single values and running statistics ten
 * times that or the tolerance of gradient norms.
 *
 * Gradient norms after the first update have the largest tolerance of all steps and runs of the
 * file: the gradient of a ReLU jumps where its input is within rounding of zero, at a step that
 * differs from one float32 implementation to the next (and from one thread to two) and that the
 * recorded noise of a single step does not foretell. The runs of a file share networks, pictures
 * and weights, so the jumps of one tell how large those of another may be; and since a file need
 * not have caught one, they may be off by 1e-3 in any case. Later losses may be off by 1e-4 of what
 * they have changed since the first step.
 *
 * The first step, before any drift, has its own tolerance alone. Where a quantity of any step is
 * further off than all this allows, the same steps are taken on pictures that are moved by as much
 * as rounding, and it may be off by twice what that changes: see `movedRuns`. So a network whose
 * ReLUs are far from zero is held to the noise that the file records.
 */
export const trajectoryCheck =
  (mode: Mode): ParityCheck =>
  async (file) => {
    await loadMethods(['none', 'kd+sdd+lskd', 'dkd']);
    const root = GoldenNode.of(file);
    const setting = settingOf(root);
    const cases = teacherCase(file.path, root, setting, mode);
    for (const [group, rateKey, suffix] of [
      ['runs', 'optimizer', ''],
      ['runs_small_lr', 'optimizer_small_lr', ' (small lr)'],
    ] as const) {
      const runs = root.optional(group);
      if (runs === null) continue;
      const optimizer = optimizerOf(root.get(rateKey));
      const gradientTolerance = jumpTolerance(runs);
      for (const [name, run] of runs.entries()) {
        const comparison = new Comparison(file.path, `${name}${suffix}`);
        compareRun(comparison, run, name, setting, optimizer, gradientTolerance, mode);
        cases.push(comparison.result({ skips: true }));
      }
    }
    return cases;
  };

/** Tolerance of gradient norms: that of the step with the largest recorded noise of all runs. */
function jumpTolerance(runs: GoldenNode): number {
  const noises = runs.entries().flatMap(([, run]) => {
    const precise = run.get('f64').get('steps').list();
    return run
      .get('steps')
      .list()
      .map((step, index) => {
        const single = step.get('grad_l2').number();
        const double = (precise[index] ?? step.get('f64')).get('grad_l2').number();
        return Math.abs(single - double) / Math.abs(double);
      });
  });
  return relativeTolerance(Math.max(0, ...noises.filter(Number.isFinite)), 1, {
    factor: noiseFactor,
  });
}

interface NetworkWithState {
  readonly network: Network;
  readonly initial: Readonly<Record<string, Float32Array>>;
}

interface Setting {
  readonly teacher: NetworkWithState;
  readonly student: NetworkWithState;
  readonly batch: number;
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

function settingOf(root: GoldenNode): Setting {
  const batch = root.get('batch').number();
  const classes = root.get('num_classes').number();
  const seed = root.get('seed').number();
  const shape = [batch, 3, pictureSide, pictureSide] as const;
  const labels = Int32Array.from(root.get('labels').numbers());
  if (labels.length !== batch) throw root.get('labels').malformed(`must hold ${batch} labels`);
  const withState = (key: string): NetworkWithState => {
    const network = networkFor(networkName('cifar_', root.get(key).text()), classes, shape);
    return { network, initial: formulaState(network.params, seed) };
  };
  return {
    teacher: withState('teacher'),
    student: withState('student'),
    batch,
    images: formulaPictures(shape, seed, root.get('image_tag').number()),
    labels,
  };
}

interface SgdOfFile {
  readonly optimizer: Optimizer;
  readonly rate: number;
}

function optimizerOf(node: GoldenNode): SgdOfFile {
  if (node.get('type').text() !== 'SGD') throw node.get('type').malformed('must be SGD');
  return {
    rate: node.get('lr').number(),
    optimizer: sgd({
      momentum: node.get('momentum').number(),
      weightDecay: node.get('weight_decay').number(),
      nesterov: node.optional('nesterov')?.flag() ?? false,
      dampening: node.optional('dampening')?.number() ?? 0,
    }),
  };
}

/**
 * The teacher's logits in eval mode, where the file has them. No noise is recorded for them: 1e-5.
 */
function teacherCase(path: string, root: GoldenNode, setting: Setting, mode: Mode): ParityCase[] {
  const golden = root.optional('teacher_logits_eval')?.tensor();
  if (golden === undefined) return [];
  const { images, batch } = setting;
  const { network: teacher, initial } = setting.teacher;
  const program = createProgram({
    mode,
    state: stateSpecs(teacher.params),
    initial,
    functions: {
      logits: {
        inputs: { images: { shape: [batch, ...teacher.inputShape], dtype: 'float32' } },
        run: (state, inputs) => {
          const { logits } = teacher.forward(
            forwardContext(state, false, true),
            inputs['images'] as Tensor4D,
          );
          return { outputs: { logits }, state: {} };
        },
      },
    },
  });
  try {
    const { logits } = program.call('logits', { images });
    return [
      new Comparison(path, 'teacher logits')
        .tensor(
          'logits',
          { shape: [batch, teacher.classes], data: logits as Float32Array },
          golden,
          relativeTolerance(0, 1),
        )
        .result(),
    ];
  } finally {
    program.dispose();
  }
}

/** Method and hyper-parameters of a run, in Redistill's words. */
function distillerOf(name: string, run: GoldenNode, { teacher, student }: Setting): Distiller {
  const hyper = run.get('hyper');
  const value = (key: string) => hyper.get(key).number();
  const weights = (): Hyper => ({ ceWeight: value('ce'), kdWeight: value('kd') });
  const methods: Readonly<Record<string, () => readonly [string, Hyper]>> = {
    CE: () => ['none', {}],
    KD: () => ['kd', { ...weights(), temperature: value('T') }],
    KD_LSKD: () => ['kd+lskd', { ...weights(), temperature: value('T') }],
    DKD: () => [
      'dkd',
      {
        ceWeight: value('ce'),
        alpha: value('alpha'),
        beta: value('beta'),
        temperature: value('T'),
        warmupEpochs: 0,
      },
    ],
    SDD_KD: () => ['kd+sdd', { ...weights(), temperature: value('T'), M: hyper.get('M').text() }],
  };
  const method = methods[name];
  if (method === undefined) throw run.malformed('is a method that this check does not know');
  const [id, overrides] = method();
  return createDistiller(id, overrides, { student: student.network, teacher: teacher.network });
}

function compareRun(
  comparison: Comparison,
  run: GoldenNode,
  method: string,
  setting: Setting,
  { optimizer, rate }: SgdOfFile,
  gradientTolerance: number,
  mode: Mode,
): void {
  const distiller = distillerOf(method, run, setting);
  const { network } = setting.student;
  const trained = network.params.filter(({ trainable }) => trainable);
  const program = createProgram({
    mode,
    ...programState(setting, trained, distiller, optimizer),
    functions: { step: stepFunction(setting, trained, distiller, optimizer) },
  });
  const scalars = Object.entries(distiller.scalars(1)).map(([name, value]) => [
    `scalar_${name}`,
    Float32Array.of(value),
  ]);
  const inputs = {
    images: setting.images,
    labels: setting.labels,
    lr: Float32Array.of(rate),
    ...Object.fromEntries(scalars),
  };
  try {
    const initial = program.readState();
    const official = run.get('steps').list();
    const taken = official.map(() => stepOf(program.call('step', inputs)));
    const state = program.readState(network.params.map(({ name }) => student(name)));
    const spread = lazily(() => {
      const moved = movedRuns(inputs, (changed) => {
        program.writeState(initial);
        return official.map(() => stepOf(program.call('step', changed)));
      });
      return spreads(taken, moved, quantities);
    });
    let tolerance = 0;
    let first: StepNumbers | undefined;
    const precise = run.get('f64').get('steps').list();
    for (const [index, step] of official.entries()) {
      const expected = numbersOf(step);
      if (!Number.isFinite(expected.total)) {
        // Official training diverged here: what follows is not determined by anything.
        comparison.note(`official training diverged in step ${index + 1}`);
        return;
      }
      first ??= expected;
      const start = first;
      // Noise does not shrink from step to step; a small one is a lucky draw.
      const own = stepTolerance(expected, numbersOf(precise[index] ?? step.get('f64')));
      tolerance = Math.max(tolerance, own);
      for (const key of quantities) {
        const actual = (taken[index] as StepNumbers)[key];
        const scale = Math.abs(expected[key]) || Math.abs(expected.total);
        const changed = Math.abs(expected[key] - start[key]) / scale;
        const jump = index === 0 ? 0 : Math.max(gradientTolerance, jumpFloor);
        const least = key === 'grad_l2' ? jump : lossFloor * changed;
        const quantity = `${key} of step ${index + 1}`;
        let allowed = Math.max(tolerance, least);
        if (Math.abs(actual - expected[key]) > allowed * scale) {
          const rounding = spreadFactor * (spread()[index] as StepNumbers)[key];
          if (rounding > allowed * scale) {
            const moves = (rounding / spreadFactor / scale).toExponential(1);
            comparison.note(`pictures moved by rounding move ${quantity} by ${moves}`);
          }
          allowed = Math.max(allowed, rounding / scale);
        }
        comparison.scalar(quantity, actual, expected[key], allowed, scale);
      }
    }
    const last = official.length - 1;
    const compare = (norms: number, values: number, into: Comparison) =>
      compareWeights(into, run, network, state, norms, values);
    const valueTolerance = Math.max(singleFactor * tolerance, gradientTolerance);
    const sharp = new Comparison('', '');
    compare(tolerance, valueTolerance, sharp);
    if (sharp.result().ok) {
      compare(tolerance, valueTolerance, comparison);
    } else {
      // What moves the gradients moves the weights that are made of them no more.
      const { grad_l2 } = spread()[last] as StepNumbers;
      const moved = (spreadFactor * grad_l2) / (taken[last] as StepNumbers).grad_l2;
      compare(Math.max(tolerance, moved), Math.max(valueTolerance, moved), comparison);
    }
  } finally {
    program.dispose();
  }
}

function numbersOf(node: GoldenNode): StepNumbers {
  return Object.fromEntries(quantities.map((key) => [key, node.get(key).number()])) as StepNumbers;
}

function stepOf(outputs: Readonly<Record<string, ArrayLike<number>>>): StepNumbers {
  return Object.fromEntries(
    quantities.map((key) => [key, outputs[key]?.[0] ?? Number.NaN]),
  ) as StepNumbers;
}

function stepTolerance(single: StepNumbers, double: StepNumbers): number {
  return Math.max(
    ...quantities.map((key) =>
      relativeTolerance(Math.abs(single[key] - double[key]), Math.abs(double[key]), {
        factor: noiseFactor,
      }),
    ),
  );
}

const student = (name: string) => `student/${name}`;
const teacher = (name: string) => `teacher/${name}`;
const buffer = (name: string) => `optimizer/${name}`;

function programState(
  setting: Setting,
  trained: readonly ParamSpec[],
  distiller: Distiller,
  optimizer: Optimizer,
): { state: Record<string, TensorSpec>; initial: Record<string, Float32Array> } {
  const state: Record<string, TensorSpec> = {};
  const initial: Record<string, Float32Array> = {};
  const add = (name: string, shape: readonly number[], values: Float32Array) => {
    state[name] = { shape, dtype: 'float32' };
    initial[name] = values;
  };
  const networks = distiller.needs.teacher
    ? ([
        [setting.student, student],
        [setting.teacher, teacher],
      ] as const)
    : ([[setting.student, student]] as const);
  for (const [{ network, initial: values }, named] of networks) {
    for (const { name, shape } of network.params) {
      add(named(name), shape, values[name] as Float32Array);
    }
  }
  const slots = trained.map((spec) => ({ key: spec.name, spec }));
  for (const [name, { shape, values }] of Object.entries(optimizer.initialState(slots))) {
    add(buffer(name), shape, values);
  }
  return { state, initial };
}

function stepFunction(
  setting: Setting,
  trained: readonly ParamSpec[],
  distiller: Distiller,
  optimizer: Optimizer,
): FunctionSpec {
  const scalar: TensorSpec = { shape: [], dtype: 'float32' };
  const { network } = setting.student;
  return {
    inputs: {
      images: { shape: [setting.batch, ...network.inputShape], dtype: 'float32' },
      labels: { shape: [setting.batch], dtype: 'int32' },
      lr: scalar,
      ...Object.fromEntries(
        Object.keys(distiller.scalars(1)).map((name) => [`scalar_${name}`, scalar]),
      ),
    },
    run(state, inputs) {
      const part = (named: (name: string) => string, of: Network) =>
        Object.fromEntries(of.params.map(({ name }) => [name, state[named(name)] as Tensor]));
      const images = inputs['images'] as Tensor4D;
      const taught = distiller.needs.teacher
        ? setting.teacher.network.forward(
            forwardContext(part(teacher, setting.teacher.network), false, true),
            images,
          )
        : null;
      const own = part(student, network);
      const context = forwardContext(own, true);
      const params = Object.fromEntries(
        trained.map(({ name }) => [name, own[name] as Tensor] as const),
      );
      const { loss, gradients, aux } = lossAndGradients(params, () => {
        const { ce, ...others } = distiller.losses({
          student: network.forward(context, images),
          teacher: taught,
          labels: inputs['labels'] as Tensor1D,
          scalar: (name) => inputs[`scalar_${name}`] as Scalar,
          draw: unused,
          param: unused,
          update: unused,
        });
        const rest = Object.values(others);
        const distilled: Scalar = rest.length === 0 ? tf.scalar(0) : tf.addN(rest);
        const total: Scalar = tf.add(ce as Scalar, distilled);
        return { loss: total, aux: { ce: ce as Scalar, distilled } };
      });
      const next = optimizer.update({
        parameters: trained.map(({ name: key }) => ({
          key,
          value: params[key] as Tensor,
          gradient: gradients[key],
        })),
        state: Object.fromEntries(
          Object.entries(state)
            .filter(([name]) => name.startsWith(buffer('')))
            .map(([name, tensor]) => [name.slice(buffer('').length), tensor]),
        ),
        learningRate: inputs['lr'] as Scalar,
      });
      return {
        outputs: {
          total: loss,
          ce_weighted: aux.ce,
          kd_weighted: aux.distilled,
          grad_l2: tf.sqrt(tf.addN(Object.values(gradients).map((g) => tf.sum(tf.square(g))))),
        },
        state: {
          ...renamed(next.parameters, student),
          ...renamed(context.takeUpdates(), student),
          ...renamed(next.state, buffer),
        },
      };
    },
  };
}

function renamed(values: Readonly<Record<string, Tensor>>, name: (key: string) => string) {
  return Object.fromEntries(Object.entries(values).map(([key, tensor]) => [name(key), tensor]));
}

function unused(name: string): never {
  throw new TypeError(`The methods of trajectories have no "${name}".`);
}

/** Three tensors and the last batch norm after the last step. */
function compareWeights(
  comparison: Comparison,
  run: GoldenNode,
  network: Network,
  state: Readonly<Record<string, ArrayLike<number>>>,
  tolerance: number,
  valueTolerance: number,
): void {
  const valuesOf = (node: GoldenNode, name: string) => {
    const spec = network.params.find((param) => param.name === name);
    if (spec === undefined) throw node.malformed(`is no tensor of ${network.name}`);
    return toTorch(spec, state[student(name)] as ArrayLike<number>);
  };
  for (const [name, golden] of run.get('tensors_after_step5').entries()) {
    const own = valuesOf(golden, name);
    const norm = golden.get('l2').number();
    const first = golden.get('first8').numbers();
    const typical = norm / Math.sqrt(own.length);
    comparison
      .scalar(`${name}, norm`, Math.hypot(...chunkNorms(own)), norm, tolerance)
      .scalar(`${name}, mean`, moments(own).mean, golden.get('mean').number(), tolerance, typical)
      .array(
        `${name}, values`,
        firstOf(own, first.length),
        first,
        valueTolerance,
        Math.max(largest(first), typical),
      );
  }
  for (const [name, golden] of run.get('last_bn_after_step5').entries()) {
    const own = valuesOf(golden, name);
    const view = { shape: [own.length], data: own };
    compareSummary(comparison, name, view, golden, valueTolerance, valueTolerance);
  }
}

/** Norms of pieces, so that no call gets more arguments than the engine allows. */
function chunkNorms(values: Float32Array): number[] {
  const norms: number[] = [];
  for (let start = 0; start < values.length; start += 4096) {
    norms.push(Math.hypot(...values.subarray(start, start + 4096)));
  }
  return norms;
}
