import type { Scalar, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../contract/parity.ts';
import { crossEntropy, lossAndGradients } from '../engine/ops/index.ts';
import { createProgram } from '../engine/program.ts';
import { tf } from '../engine/tensorflow.ts';
import type { FunctionSpec, Program } from '../engine/types.ts';
import { forwardContext } from '../networks/forward.ts';
import { countParameters } from '../networks/init.ts';
import { toTorch } from '../networks/layout.ts';
import { hasNetwork } from '../networks/registry.ts';
import { taughtLogits } from '../networks/taught-logits.ts';
import type { Network, ParamSpec } from '../networks/types.ts';
import { type Layout, layoutOf, ourName } from '../weights/checkpoints/layouts.ts';
import { formulaPictures, formulaSettings, formulaState } from './formula.ts';
import { GoldenNode } from './golden.ts';
import {
  compareSummary,
  type Mode,
  networkFor,
  pictureShape,
  stateSpecs,
  torchView,
} from './networks.ts';
import { smallTokenNetworks } from './small-token-networks.ts';
import { compareState, type StateEntry, stateEntries } from './state-dict.ts';
import { Comparison, largest, relativeTolerance } from './tolerance.ts';

type Shape = readonly [number, number, number, number];

/** Redistill's names of the full-size networks, by timm's. */
export const fullSize: Readonly<Record<string, string>> = {
  deit_tiny_patch16_224: 'deit_t',
  vit_small_patch16_224: 'vit_s',
  swin_tiny_patch4_window7_224: 'swin_t',
  swin_nano_patch4_window7_224: 'swin_n',
  swin_pico_patch4_window7_224: 'swin_p',
  mixer_b16_224: 'mixer_b16',
  resmlp_12_224: 'resmlp_s12',
  convnext_tiny: 'convnext_t',
};

/** Sources of files of networks of tokens, by what their names have in front of the network's. */
const sources: Readonly<
  Record<string, { named(official: string): string | undefined; layout: Layout | null }>
> = {
  timm: { named: (official) => fullSize[official], layout: null },
  lskd: {
    named: (official) => (hasNetwork(official) ? official : undefined),
    layout: layoutOf('lkhl'),
  },
};

/**
 * The check of `models/imagenet_timm_<name>.json` (full size) or `models/mini_timm_<name>.json`,
 * for networks without batch norm, and of the same with `lskd` (LSKD's tiny-transformers) in place
 * of `timm`; null for a file of no such network.
 */
export function tokenModelCheck(path: string, mode: Mode): ParityCheck | null {
  const [, size, source, official] =
    /^models\/(imagenet|mini)_([a-z]+)_(.+)\.json$/.exec(path) ?? [];
  if (size === undefined || source === undefined || official === undefined) return null;
  const from = sources[source];
  if (from === undefined) return null;
  if (size === 'imagenet') {
    const name = from.named(official);
    if (name === undefined) return null;
    return check(mode, from.layout, (_, classes, shape) => networkFor(name, classes, shape));
  }
  const build = smallTokenNetworks[official];
  if (build === undefined) return null;
  return check(mode, from.layout, (root, classes, [, channels, height, width]) =>
    build(root.get('args'), classes, [height, width, channels]),
  );
}

/**
 * A network against the original with the same weights and pictures: names, shapes and order of the
 * state, trained parameters, logits, features after every block, input of the classifier, places of
 * the stages, and of small networks loss and gradients.
 *
 * Tolerance: ten times the recorded noise of each quantity, relative to its largest value, and at
 * least 1e-5.
 */
const check =
  (
    mode: Mode,
    layout: Layout | null,
    build: (root: GoldenNode, classes: number, shape: Shape) => Network,
  ): ParityCheck =>
  (file) => {
    const root = GoldenNode.of(file);
    const shape = pictureShape(root.get('input_shape'));
    const network = build(root, root.get('num_classes').number(), shape);
    const entries = ours(stateEntries(root), layout);
    const structure = structureCase(file.path, root, network, entries);
    if (!structure.ok) return [structure];
    const { seed, tag } = formulaSettings(root);
    const train = root.get('train');
    const labels = train.optional('labels')?.numbers() ?? null;
    const taught = taughtPart(train);
    const shapes: Record<string, readonly number[]> = {};
    const program = createProgram({
      mode,
      state: stateSpecs(network.params),
      initial: formulaState(
        network.params,
        seed,
        entries.map(({ change }) => change),
      ),
      functions: {
        eval: forwardFunction(network, shape[0], shapes),
        ...(train.has('taught_logits') && {
          training: forwardFunction(network, shape[0], {}, true),
        }),
        ...(labels !== null && { train: gradientFunction(network, shape[0], taught) }),
      },
    });
    try {
      const images = formulaPictures(shape, seed, tag);
      const values = program.call('eval', { images });
      const cases = [structure, evalCase(file.path, root, network, { values, shapes })];
      if (train.has('taught_logits')) {
        cases.push(headsCase(file.path, train, program.call('training', { images })));
      }
      if (labels === null) return cases;
      const result = program.call('train', {
        images,
        labels: Int32Array.from(labels),
        ...(taught !== null && { taughtLabels: Int32Array.from(taught.labels) }),
      });
      return [...cases, gradientCase(file.path, root, network, { result, layout })];
    } finally {
      program.dispose();
    }
  };

/** The entries under the names that the network here has. */
function ours(entries: readonly StateEntry[], layout: Layout | null): readonly StateEntry[] {
  if (layout === null) return entries;
  return entries.map((entry) => ({ ...entry, name: ourName(layout, entry.name) }));
}

function structureCase(
  path: string,
  root: GoldenNode,
  network: Network,
  entries: readonly StateEntry[],
): ParityCase {
  const comparison = new Comparison(path, 'structure');
  compareState(comparison, network.params, entries);
  const args = root.optional('args');
  if (args !== null) {
    comparison.equal('the number of classes', network.classes, args.get('num_classes').number());
  }
  return comparison
    .equal(
      'the number of trained parameters',
      countParameters(network),
      root.get('trainable_params').number(),
    )
    .result();
}

const featuresOf = (output: ReturnType<Network['forward']>): readonly Tensor[] =>
  output.tokens ?? output.features;

/** What the second head of a network learned in the file: cross-entropy times a weight. */
interface TaughtPart {
  readonly labels: ArrayLike<number>;
  readonly weight: number;
}

function taughtPart(train: GoldenNode): TaughtPart | null {
  const labels = train.optional('taught_labels');
  if (labels === null) return null;
  return { labels: labels.numbers(), weight: train.get('taught_weight').number() };
}

function forwardFunction(
  network: Network,
  batch: number,
  shapes: Record<string, readonly number[]>,
  training = false,
): FunctionSpec {
  return {
    inputs: { images: { shape: [batch, ...network.inputShape], dtype: 'float32' } },
    run(state, inputs) {
      const output = network.forward(forwardContext(state, training), inputs['images'] as Tensor4D);
      const outputs: Record<string, Tensor> = { logits: output.logits, pooled: output.pooled };
      if (output.taughtLogits !== undefined) outputs['taught'] = output.taughtLogits;
      featuresOf(output).forEach((feature, index) => {
        outputs[`feats_${index}`] = feature;
      });
      for (const [name, tensor] of Object.entries(outputs)) shapes[name] = tensor.shape;
      return { outputs, state: {} };
    },
  };
}

function gradientFunction(
  network: Network,
  batch: number,
  taught: TaughtPart | null,
): FunctionSpec {
  return {
    inputs: {
      images: { shape: [batch, ...network.inputShape], dtype: 'float32' },
      labels: { shape: [batch], dtype: 'int32' },
      ...(taught !== null && { taughtLabels: { shape: [batch], dtype: 'int32' } }),
    },
    run(state, { images, labels, taughtLabels }) {
      const { loss, gradients } = lossAndGradients({ ...state, images: images as Tensor }, () => {
        const output = network.forward(forwardContext(state, true), images as Tensor4D);
        const mean: Scalar = crossEntropy(output.logits, labels as Tensor1D);
        if (taught === null) return { loss: mean, aux: {} };
        const second = crossEntropy(taughtLogits(output), taughtLabels as Tensor1D);
        return { loss: tf.add<Scalar>(mean, tf.mul(second, taught.weight)), aux: {} };
      });
      const named = Object.entries(gradients).map(
        ([name, value]) => [`grad.${name}`, value] as const,
      );
      return { outputs: { loss: tf.reshape(loss, [1]), ...Object.fromEntries(named) }, state: {} };
    },
  };
}

function evalCase(
  path: string,
  root: GoldenNode,
  network: Network,
  {
    values,
    shapes,
  }: {
    readonly values: ReturnType<Program['call']>;
    readonly shapes: Readonly<Record<string, readonly number[]>>;
  },
): ParityCase {
  const golden = root.get('eval');
  const comparison = new Comparison(path, 'eval');
  const view = (name: string) =>
    torchView(shapes[name] as readonly number[], values[name] as ArrayLike<number>);
  const tolerance = relativeTolerance(
    golden.get('logits_f32_vs_f64_maxabs').number(),
    golden.get('logits_maxabs').number(),
  );
  comparison.tensor('logits', view('logits'), golden.get('logits').tensor(), tolerance);
  const features = golden.get('feats').list();
  const own = Object.keys(shapes).filter((name) => name.startsWith('feats_'));
  comparison.equal('the number of features', own.length, features.length);
  features.slice(0, own.length).forEach((feature, index) => {
    compareSummary(
      comparison,
      `feats[${index}]`,
      view(`feats_${index}`),
      feature,
      toleranceOf(feature),
    );
  });
  const pooled = golden.get('pooled_feat');
  compareSummary(comparison, 'pooled_feat', view('pooled'), pooled, toleranceOf(pooled));
  const stages = root.optional('stage_info');
  (network.stages?.places ?? []).forEach((place, index) => {
    const stage = stages?.get(String(index + 1));
    if (stage === undefined) return;
    comparison.equal(`the place of stage ${index + 1}`, place, stage.get('index').number());
    const { shape } = view(`feats_${place}`);
    comparison.equal(`the shape of stage ${index + 1}`, shape.slice(1), stage.get('shape').shape());
  });
  return comparison.result();
}

/** The two heads of a distilled network in training. */
function headsCase(
  path: string,
  train: GoldenNode,
  values: ReturnType<Program['call']>,
): ParityCase {
  const comparison = new Comparison(path, 'heads in training');
  for (const [own, official] of [
    ['logits', 'logits'],
    ['taught', 'taught_logits'],
  ] as const) {
    const golden = train.get(official).tensor();
    const noise = train.get(`${official}_f32_vs_f64_maxabs`).number();
    const view = { shape: golden.shape, data: values[own] as ArrayLike<number> };
    comparison.tensor(official, view, golden, relativeTolerance(noise, largest(golden.data)));
  }
  return comparison.result();
}

function toleranceOf(summary: GoldenNode): number {
  const noise = summary.get('f32_vs_f64_maxabs').number();
  return relativeTolerance(noise, summary.get('maxabs').number());
}

function gradientCase(
  path: string,
  root: GoldenNode,
  network: Network,
  {
    result,
    layout,
  }: { readonly result: ReturnType<Program['call']>; readonly layout: Layout | null },
): ParityCase {
  const golden = root.get('train');
  const gradients = golden.get('grad');
  const comparison = new Comparison(path, 'loss and gradients');
  const loss = golden.get('loss').number();
  const noise = Math.abs(loss - golden.get('loss_f64').number());
  comparison.scalar(
    'loss',
    (result['loss'] as ArrayLike<number>)[0] as number,
    loss,
    relativeTolerance(noise, loss),
  );
  const pictures = gradients.get('input');
  const [height, width, channels] = network.inputShape;
  const batch = root.get('input_shape').shape()[0] as number;
  const ofPictures = torchView(
    [batch, height, width, channels],
    result['grad.images'] as ArrayLike<number>,
  );
  compareSummary(
    comparison,
    'gradient of the pictures',
    ofPictures,
    pictures,
    toleranceOf(pictures),
  );
  let squares = 0;
  const total = gradients.get('total_norm').number();
  const specs = new Map<string, ParamSpec>(network.params.map((spec) => [spec.name, spec]));
  for (const [official, node] of gradients.get('params').entries()) {
    const name = layout === null ? official : ourName(layout, official);
    const spec = specs.get(name);
    if (spec === undefined) throw node.malformed('is of a parameter that the network lacks');
    const own = toTorch(spec, result[`grad.${name}`] as ArrayLike<number>);
    const norm = Math.hypot(...own);
    squares += norm ** 2;
    const first = node.get('first').numbers();
    // A gradient that is zero up to rounding (a bias before a softmax) has no size of its own.
    const size = Math.max(node.get('maxabs').number(), 1e-6 * total);
    const tolerance = relativeTolerance(node.get('f32_vs_f64_maxabs').number(), size);
    comparison
      .scalar(`norm of ${name}`, norm, node.get('l2').number(), tolerance, Math.max(norm, size))
      .array(`gradient of ${name}`, own.slice(0, first.length), first, tolerance, size)
      .scalar(
        `largest gradient of ${name}`,
        largest(own),
        node.get('maxabs').number(),
        tolerance,
        size,
      );
  }
  const totalNoise = Math.abs(total - gradients.get('total_norm_f64').number());
  return comparison
    .scalar('norm of all', Math.sqrt(squares), total, relativeTolerance(totalNoise, total))
    .result();
}
