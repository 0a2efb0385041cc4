import type { ParityCase, ParityCheck } from '../../contract/parity.ts';
import type { Hyper, Recipe } from '../../contract/spec.ts';
import { createClassificationProgram } from '../classification/program.ts';
import type { Mix } from '../data/augment/mix.ts';
import { createDistiller } from '../distillers/create.ts';
import { loadMethods } from '../distillers/registry.ts';
import { learningRate } from '../engine/optim/index.ts';
import { countParameters } from '../networks/init.ts';
import { toTorch } from '../networks/layout.ts';
import { stagePlaces } from '../networks/stages.ts';
import type { Network, ParamSpec } from '../networks/types.ts';
import { decays } from '../tasks/optimise.ts';
import { names } from '../tasks/students.ts';
import { formulaPictures, formulaState } from './formula.ts';
import { GoldenNode } from './golden.ts';
import { lazily, movedRuns, type NumbersOf, spreads } from './moved-runs.ts';
import { firstOf, type Mode, moments } from './networks.ts';
import { smallTokenNetworks } from './small-token-networks.ts';
import { compareState, stateEntries } from './state-dict.ts';
import { Comparison, largest, relativeTolerance } from './tolerance.ts';

/** Official noise times this is the tolerance of a step. */
const noiseFactor = 20;
/** What rounding moves in some trials it may move twice as far in another. */
const spreadFactor = 2;

/** OFAKD's name of each loss, and the term that it is here. */
const termOf = { loss_gt: 'ce', loss_kd: 'kd', loss_ofa: 'ofa' } as const;
const normOf = {
  grad_l2: 'monitor/gradient-norm',
  grad_l2_student: 'monitor/network-gradient-norm',
} as const;
type Quantity = 'total' | keyof typeof termOf | keyof typeof normOf;
type Numbers = NumbersOf<Quantity>;

/**
 * Five steps of OFAKD's training (`trajectory/timm_<teacher>__<student>.json`), one per epoch,
 * through the step of a trial: teacher, student, method and its heads, mixed and smoothed labels,
 * clipping, optimizer, and the rate of every epoch. Losses, gradient norms and rates of every step,
 * groups of weight decay, then weights and running statistics.
 *
 * Tolerance of step i: 20 times the relative difference of float32 and float64 in the official
 * code, the largest of steps 1 to i, at least 1e-5. Where a quantity is further off, the steps are
 * taken on pictures that are moved by as much as rounding, and it may be off by twice what that
 * changes (`movedRuns`).
 */
export const timmTrajectoryCheck =
  (mode: Mode): ParityCheck =>
  async (file) => {
    await loadMethods(['none', 'kd', 'ofa']);
    const root = GoldenNode.of(file);
    const setting = settingOf(root);
    return [
      structureCase(file.path, root, setting),
      ...root
        .get('runs')
        .entries()
        .map(([name, run]) => runCase(file.path, name, run, root, setting, mode)),
    ];
  };

interface Setting {
  readonly teacher: Network;
  readonly student: Network;
  readonly recipe: Recipe;
  readonly batches: readonly StepBatch[];
  /** Pictures of all steps, one after the other. */
  readonly images: Float32Array;
}

interface StepBatch {
  readonly labels: Int32Array;
  readonly mix: Mix | null;
}

function settingOf(root: GoldenNode): Setting {
  const number = (name: string) => root.get(name).number();
  const [batch, classes, size, seed] = ['batch', 'num_classes', 'size', 'seed'].map(number) as [
    number,
    number,
    number,
    number,
  ];
  const mixes = root.optional('mix')?.list() ?? null;
  const steps = root.get('runs').entries()[0]?.[1].get('steps').list().length ?? 0;
  const values = size * size * 3;
  const images = new Float32Array(steps * batch * values);
  const batches = Array.from({ length: steps }, (_, step): StepBatch => {
    const tag = number('image_tag') + step;
    const pictures = formulaPictures([batch, 3, size, size], seed, tag);
    const labels = Int32Array.from({ length: batch }, (_, b) => (2 * b + 3 * step + 1) % classes);
    const node = mixes?.[step];
    const mix = node === undefined ? null : mixOf(node);
    images.set(pictures, step * batch * values);
    return { labels, mix };
  });
  const network = (key: 'teacher' | 'student'): Network => {
    const node = root.get(key);
    const stages = ['1', '2', '3', '4'].map((stage) =>
      node.get('stage_info').get(stage).get('index').number(),
    ) as [number, number, number, number];
    const build = smallTokenNetworks[node.get('class').text()];
    if (build === undefined) throw node.get('class').malformed('is not known to this check');
    return build(node.get('args'), classes, [size, size, 3], stages);
  };
  return {
    teacher: network('teacher'),
    student: network('student'),
    recipe: recipeOf(root, batch, mixes !== null),
    batches,
    images,
  };
}

function mixOf(node: GoldenNode): Mix {
  const share = node.get('lam').number();
  if (node.get('kind').text() === 'mixup') return { share, box: null };
  const [top, bottom, left, right] = node.get('box').numbers();
  return { share, box: [top, bottom, left, right] as [number, number, number, number] };
}

/** The file's protocol as a recipe. */
function recipeOf(root: GoldenNode, batchSize: number, mixed: boolean): Recipe {
  const node = root.get('optimizer');
  const number = (name: string) => node.get(name).number();
  const common = { lr: number('lr'), weightDecay: number('weight_decay'), decays: 'matrices' };
  const kind = node.get('opt').text();
  const optimizer = {
    sgd: () => ({
      kind,
      ...common,
      momentum: number('momentum'),
      nesterov: node.get('nesterov').flag(),
    }),
    adamw: () => {
      const [beta1, beta2] = node.get('betas').numbers();
      // AdamW has no momentum; train.py hands its default on.
      number('momentum');
      return { kind, ...common, beta1, beta2, epsilon: number('eps') };
    },
  }[kind];
  if (optimizer === undefined) throw node.get('opt').malformed('must be sgd or adamw');
  if (node.get('sched').text() !== 'cosine') throw node.get('sched').malformed('must be cosine');
  const clip = node.optional('clip_grad')?.number();
  return {
    name: 'golden',
    epochs: number('epochs'),
    batchSize,
    dropLast: true,
    optimizer: optimizer() as Recipe['optimizer'],
    schedule: {
      kind: 'cosine',
      minLr: number('min_lr'),
      warmupEpochs: number('warmup_epochs'),
      warmup: { by: 'epoch', startLr: number('warmup_lr') },
    },
    augmentation: {
      crop: null,
      flip: false,
      ...(mixed && { mix: { mixup: 0.8, cutmix: 1, probability: 1, switch: 0.5 } }),
    },
    ...(clip !== undefined && { clipNorm: clip }),
    labelSmoothing: root.get('smoothing').number(),
    trainPictures: null,
  };
}

function structureCase(path: string, root: GoldenNode, setting: Setting): ParityCase {
  const comparison = new Comparison(path, 'structure');
  const distiller = distillerOf('OFA', root.get('runs').get('OFA'), setting);
  const states = {
    teacher: setting.teacher.params,
    student: setting.student.params,
    projector: distiller.params.map((spec) => ({ ...spec, name: headName(spec.name) })),
  };
  for (const [key, params] of Object.entries(states)) {
    compareState(comparison, params, stateEntries(root, `${key}_state_dict`));
  }
  for (const key of ['teacher', 'student'] as const) {
    const network = setting[key];
    const own = stagePlaces(network, 5);
    const info = root.get(key).get('stage_info');
    // OFAKD leaves out the stem, which heads the features here.
    const first = network.stages === undefined ? 1 : 0;
    comparison.equal(
      `the stages of the ${key}`,
      own.places.map((place) => place - first),
      [1, 2, 3, 4].map((stage) => info.get(`${stage}`).get('index').number()),
    );
  }
  return comparison.result();
}

const headName = (name: string) => name.replace(/^projector\./, '');

/** Method and hyper-parameters of a run, in Redistill's words. */
function distillerOf(name: string, run: GoldenNode, { student, teacher, recipe }: Setting) {
  const hyper = run.get('hyper');
  const number = (key: string) => hyper.get(key).number();
  const list = (key: string) => `[${hyper.get(key).numbers().join(',')}]`;
  const methods: Readonly<Record<string, () => readonly [string, Hyper]>> = {
    CE: () => ['none', {}],
    KD: () => [
      'kd',
      { ceWeight: 1, kdWeight: number('kd_loss_weight'), temperature: number('kd_temperature') },
    ],
    OFA: () => {
      // OFA's loss of the network's own logits has OFA's temperature.
      number('kd_temperature');
      return [
        'ofa',
        {
          eps: list('eps'),
          stages: list('stage'),
          temperature: number('temperature'),
          ofaWeight: number('ofa_loss_weight'),
          kdWeight: number('kd_loss_weight'),
        },
      ];
    },
  };
  const method = methods[name];
  if (method === undefined) throw run.malformed('is a method that this check does not know');
  const [id, overrides] = method();
  const { labelSmoothing } = recipe;
  return createDistiller(id, overrides, { student, teacher, labelSmoothing });
}

function runCase(
  path: string,
  name: string,
  run: GoldenNode,
  root: GoldenNode,
  setting: Setting,
  mode: Mode,
): ParityCase {
  const { student, teacher, recipe, batches, images } = setting;
  const comparison = new Comparison(path, name);
  const distiller = distillerOf(name, run, setting);
  const seed = root.get('seed').number();
  const filled = (key: string, params: readonly ParamSpec[], of: number) =>
    formulaState(
      params,
      of,
      stateEntries(root, `${key}_state_dict`).map(({ change }) => change),
    );
  const weights = filled('teacher', teacher.params, seed);
  const program = createClassificationProgram({
    students: [{ network: student, distiller, recipe, seed }],
    teacher: distiller.needs.teacher ? { network: teacher, weights } : null,
    batch: { full: recipe.batchSize, tail: 0 },
    evaluation: { full: recipe.batchSize, tail: 0 },
    mode,
    watch: { gradientNorms: true },
  });
  const values = images.length / batches.length;
  const scalars = [distiller.scalars(1)];
  const rates = batches.map((_, step) => learningRate(recipe, step + 1, 0, 1));
  const train = (pictures: Float32Array): Numbers[] =>
    batches.map(({ labels, mix }, step) => {
      const batch = {
        images: pictures.slice(step * values, (step + 1) * values),
        labels,
        ...(mix !== null && { changes: { mix } }),
      };
      const learningRates = [rates[step] as number];
      const [report] = program.step(batch, { learningRates, scalars, draws: [{}] });
      const term = (key: string) => report?.terms[key] ?? 0;
      return {
        total: report?.total ?? Number.NaN,
        ...mapped(termOf, term),
        ...mapped(normOf, term),
      };
    });
  try {
    program.program.writeState({
      ...renamed(filled('student', student.params, seed), (key) => names.model(0, key)),
      ...renamed(
        filled('projector', distiller.params, root.get('projector_seed').number()),
        (key) => names.method(0, key),
      ),
    });
    const initial = program.program.readState();
    const trained = (pictures: Float32Array) => ({
      steps: train(pictures),
      state: program.program.readState(),
    });
    const { steps: taken, state } = trained(images);
    const keys = Object.keys(taken[0] ?? {}) as Quantity[];
    const moved = lazily(() =>
      movedRuns({ images }, ({ images: pictures }) => {
        program.program.writeState(initial);
        return trained(pictures);
      }),
    );
    const spread = lazily(() =>
      spreads(
        taken,
        moved().map(({ steps }) => steps),
        keys,
      ),
    );
    const precise = run.get('f64').get('steps').list();
    let tolerance = 0;
    let sharp = true;
    run
      .get('steps')
      .list()
      .forEach((step, index) => {
        const exact = precise[index] as GoldenNode;
        comparison.scalar(
          `rate of step ${index + 1}`,
          rates[index] as number,
          step.get('lr').number(),
          1e-8,
        );
        const known = keys.filter((key) => step.optional(key) !== null);
        const expected = (key: Quantity) => step.get(key).number();
        for (const key of known) {
          const double = exact.get(key).number();
          const noise = Math.abs(expected(key) - double);
          const own = relativeTolerance(noise, Math.abs(double), { factor: noiseFactor });
          tolerance = Math.max(tolerance, own);
        }
        for (const key of known) {
          const quantity = `${key} of step ${index + 1}`;
          const scale = Math.abs(expected(key));
          const actual = (taken[index] as Numbers)[key];
          let allowed = tolerance;
          if (Math.abs(actual - expected(key)) > allowed * scale) {
            const rounding = (spread()[index] as Numbers)[key] / scale;
            comparison.note(`rounding moves ${quantity} by ${rounding.toExponential(1)}`);
            allowed = Math.max(allowed, spreadFactor * rounding);
            sharp = false;
          }
          comparison.scalar(quantity, actual, expected(key), allowed, scale);
        }
      });
    compareGroups(comparison, run, setting, distiller.params);
    const end = taken.length - 1;
    const ofGradients = () =>
      (spreadFactor * (spread()[end] as Numbers).grad_l2) / (taken[end] as Numbers).grad_l2;
    compareTensors(comparison, run, setting, distiller.params, {
      state,
      // What moves the gradients moves the weights that are made of them.
      tolerance: sharp ? tolerance : Math.max(tolerance, ofGradients()),
      // Steps that rounding does not move lead to weights that it does not move.
      moved: sharp ? [] : moved().map((training) => training.state),
    });
    return comparison.result();
  } finally {
    program.dispose();
  }
}

function mapped<Key extends string>(
  table: Readonly<Record<Key, string>>,
  value: (name: string) => number,
): Record<Key, number> {
  const entries = Object.entries(table) as [Key, string][];
  return Object.fromEntries(entries.map(([key, name]) => [key, value(name)])) as Record<
    Key,
    number
  >;
}

function renamed<T>(values: Readonly<Record<string, T>>, name: (key: string) => string) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [name(key), value]));
}

/** How many tensors and elements decay, and how many do not. */
function compareGroups(
  comparison: Comparison,
  run: GoldenNode,
  { student, recipe }: Setting,
  heads: readonly ParamSpec[],
): void {
  const moved = [...student.params, ...heads].filter(({ trainable }) => trainable);
  for (const group of run.get('param_groups').list()) {
    const decaying = group.get('weight_decay').number() > 0;
    const own = moved.filter((param) => decays(recipe.optimizer, param) === decaying);
    const what = decaying ? 'tensors that decay' : 'tensors that do not decay';
    comparison
      .equal(what, own.length, group.get('count').number())
      .equal(
        `elements of ${what}`,
        countParameters({ params: own }),
        group.get('elements').number(),
      );
  }
}

/** The end of a training, and of those on moved pictures where the steps needed them. */
interface Ends {
  readonly state: State;
  readonly moved: readonly State[];
  readonly tolerance: number;
}

type State = Readonly<Record<string, ArrayLike<number>>>;

/** Norm, mean and first values of the recorded tensors after the last step. */
function compareTensors(
  comparison: Comparison,
  run: GoldenNode,
  { student }: Setting,
  heads: readonly ParamSpec[],
  { state, moved, tolerance }: Ends,
): void {
  const recorded = [
    ...run.get('tensors_after_step5').entries(),
    ...run.get('batchnorm_after_step5').entries(),
  ];
  for (const [name, golden] of recorded) {
    const ofStudent = name.startsWith('student.');
    const own = name.replace(/^student\./, '');
    const spec = (ofStudent ? student.params : heads).find((param) => param.name === own);
    if (spec === undefined) throw golden.malformed('is no tensor of the student or its heads');
    const key = ofStudent ? names.model(0, own) : names.method(0, own);
    const valuesOf = (end: State) => toTorch(spec, end[key] as ArrayLike<number>);
    const values = valuesOf(state);
    comparison.equal(`the shape of ${name}`, spec.torchShape, golden.get('shape').shape());
    const first = golden.get('first8').numbers();
    const norm = golden.get('l2').number();
    const typical = norm / Math.sqrt(values.length);
    const noise = golden.get('f32_vs_f64_maxabs').number();
    const ofValues = relativeTolerance(noise, typical, { factor: noiseFactor });
    const change = (of: (values: Float32Array) => readonly number[], scale: number): number => {
      const own = of(values);
      const changes = moved.flatMap((end) =>
        of(valuesOf(end)).map((value, at) => Math.abs(value - (own[at] as number))),
      );
      return (spreadFactor * Math.max(0, ...changes)) / scale;
    };
    const firstValues = (of: Float32Array) => Array.from(firstOf(of, first.length));
    const size = Math.max(largest(first), typical);
    const ofNorm = change((of) => [normOfValues(of)], norm);
    const ofMean = change((of) => [moments(of).mean], typical);
    const allowed = Math.max(tolerance, ofValues);
    comparison
      .scalar(`${name}, norm`, normOfValues(values), norm, Math.max(tolerance, ofNorm))
      .scalar(
        `${name}, mean`,
        moments(values).mean,
        golden.get('mean').number(),
        Math.max(allowed, ofMean),
        typical,
      )
      .array(
        `${name}, values`,
        firstValues(values),
        first,
        Math.max(allowed, change(firstValues, size)),
        size,
      );
  }
}

function normOfValues(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}
