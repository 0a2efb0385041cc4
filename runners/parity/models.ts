import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../contract/parity.ts';
import { createProgram } from '../engine/program.ts';
import type { FunctionSpec, Program } from '../engine/types.ts';
import { type CollectingForward, forwardContext } from '../networks/forward.ts';
import { countParameters } from '../networks/init.ts';
import { patchLogits } from '../networks/patch-logits.ts';
import { stageFeatures } from '../networks/stages.ts';
import type { Network } from '../networks/types.ts';
import { type Layout, ourName } from '../weights/checkpoints/layouts.ts';
import { formulaPictures, formulaSettings, formulaState } from './formula.ts';
import { GoldenNode } from './golden.ts';
import {
  compareSummary,
  type Mode,
  networkFor,
  pictureShape,
  stateSpecs,
  type TorchView,
  torchView,
} from './networks.ts';
import { compareState, stateEntries } from './state-dict.ts';
import { Comparison, relativeTolerance } from './tolerance.ts';

const phases = ['eval', 'train'] as const;
type Phase = (typeof phases)[number];

/** What a forward pass gave: values by output name, and the shape of each (NHWC). */
interface ForwardResult {
  readonly values: Readonly<Record<string, ArrayLike<number>>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly tolerance: number;
}

const usualFactor = 10;
/**
 * Error of a batch mean of n values in single precision, in standard deviations, over sqrt(n):
 * docs/parity.md.
 */
const statisticsNoise = 1.6e-8;
const unitInLastPlace = 2 ** -23;

/**
 * Factor on the recorded noise in train mode where the largest map has n values per channel.
 * PyTorch sums the batch statistics in double precision on a CPU, so that the recorded noise is
 * that of values rounded to units in the last place; TensorFlow sums in single, which adds an error
 * that grows with sqrt(n). Twice the ratio of the two.
 */
const trainFactor = (n: number) =>
  Math.max(usualFactor, (2 * statisticsNoise * Math.sqrt(n)) / unitInLastPlace);

/**
 * A network against the official one with the same weights and pictures: names, shapes and order of
 * the state, number of trained parameters, logits, features and pooled features in eval and train
 * mode, running statistics after one forward pass in train mode, and SDD's patch logits.
 *
 * Tolerance: ten times the noise that the file records for the logits of that mode, relative to the
 * largest logit, and at least 1e-5. Only the logits' noise is recorded, and they come from a mean
 * over all positions of the last map. A quantity that averages fewer positions is noisier by the
 * square root of their ratio, and gets that much more: single values of a feature map 8 times as
 * much where the last map is 8x8, patch logits of a 4x4 pyramid 4 times.
 *
 * In train mode the factor is more than ten where maps are large, see `trainFactor`.
 *
 * @param name of the network that the file is about
 */
export const modelCheck =
  (mode: Mode, name: string, layout: Layout | null = null): ParityCheck =>
  (file) => {
    const root = GoldenNode.of(file);
    const shape = pictureShape(root.get('input_shape'));
    const network = networkFor(name, root.get('num_classes').number(), shape);
    const structure = structureCase(file.path, root, network, layout);
    // Weights are made by position and kind: without the same list there is nothing to compare.
    if (!structure.ok) return [structure];
    const { seed, tag } = formulaSettings(root);
    const images = formulaPictures(shape, seed, tag);
    const pyramids = pyramidsOf(root);
    const shapes: Record<Phase, Record<string, readonly number[]>> = { eval: {}, train: {} };
    const largestMap = { positions: 0 };
    const program = createProgram({
      mode,
      state: stateSpecs(network.params),
      initial: formulaState(network.params, seed),
      functions: Object.fromEntries(
        phases.map((phase) => [
          phase,
          forwardFunction(network, shape[0], phase, pyramids, shapes[phase], largestMap),
        ]),
      ),
    });
    try {
      const run = (phase: Phase): ForwardResult => {
        const values = program.call(phase, { images });
        const factor = phase === 'train' ? trainFactor(largestMap.positions) : usualFactor;
        return { values, shapes: shapes[phase], tolerance: toleranceOf(root.get(phase), factor) };
      };
      // Eval first: the pass in train mode moves the running statistics.
      const results = { eval: run('eval'), train: run('train') };
      return [
        structure,
        ...phases.map((phase) => phaseCase(file.path, root, phase, results[phase])),
        ...statisticsCases(file.path, root, program, results.train.tolerance, layout),
        ...pyramids.map((pyramid) => pyramidCase(file.path, pyramid, results)),
      ];
    } finally {
      program.dispose();
    }
  };

function structureCase(
  path: string,
  root: GoldenNode,
  network: Network,
  layout: Layout | null,
): ParityCase {
  const entries = stateEntries(root).map((entry) => ({
    ...entry,
    name: layout === null ? entry.name : ourName(layout, entry.name),
  }));
  const comparison = new Comparison(path, 'structure');
  compareState(comparison, network.params, entries);
  return comparison
    .equal(
      'the number of trained parameters',
      countParameters(network),
      root.get('trainable_params').number(),
    )
    .result();
}

interface Pyramid {
  /** As the file writes it, `[1,2,4]`. */
  readonly key: string;
  readonly sizes: readonly number[];
  readonly node: GoldenNode;
}

function pyramidsOf(root: GoldenNode): Pyramid[] {
  const levels = root.optional('sdd')?.get('M');
  return (levels?.entries() ?? []).map(([key, node]) => {
    const sizes = key.match(/\d+/g)?.map(Number);
    if (sizes === undefined) throw node.malformed('must be under a list of sizes such as [1,2,4]');
    return { key, sizes, node };
  });
}

function forwardFunction(
  network: Network,
  batch: number,
  phase: Phase,
  pyramids: readonly Pyramid[],
  shapes: Record<string, readonly number[]>,
  largestMap: { positions: number },
): FunctionSpec {
  return {
    inputs: { images: { shape: [batch, ...network.inputShape], dtype: 'float32' } },
    run(state, inputs) {
      const context = measured(forwardContext(state, phase === 'train'), largestMap);
      const output = network.forward(context, inputs['images'] as Tensor4D);
      const outputs: Record<string, Tensor> = { logits: output.logits, pooled: output.pooled };
      output.features.forEach((map, index) => {
        outputs[`feats_${index}`] = map;
      });
      output.preactFeatures.forEach((map, index) => {
        outputs[`preact_feats_${index}`] = map;
      });
      stageFeatures(network, output).forEach((map, index) => {
        outputs[`stage_${index + 1}`] = map;
      });
      for (const { sizes } of pyramids) {
        outputs[`patches_${sizes.join('_')}`] = patchLogits(output, sizes);
      }
      for (const [name, tensor] of Object.entries(outputs)) shapes[name] = tensor.shape;
      shapes['last_map'] = (output.lastMap as Tensor4D).shape;
      return { outputs, state: context.takeUpdates() };
    },
  };
}

/** Notes the largest map that a layer gives: every batch norm follows a layer of that size. */
function measured(
  context: CollectingForward,
  largestMap: { positions: number },
): CollectingForward {
  return {
    ...context,
    layer(name, run) {
      const result = context.layer(name, run);
      const { shape } = result as Partial<Tensor>;
      if (shape?.length === 4) {
        const [batch, height, width] = shape as [number, number, number, number];
        largestMap.positions = Math.max(largestMap.positions, batch * height * width);
      }
      return result;
    },
  };
}

function phaseCase(
  path: string,
  root: GoldenNode,
  phase: Phase,
  { values, shapes, tolerance }: ForwardResult,
): ParityCase {
  const golden = root.get(phase);
  const comparison = new Comparison(path, phase);
  const [, height, width] = shapes['last_map'] as readonly [number, number, number];
  const positions = height * width;
  const view = (name: string) =>
    torchView(shapes[name] as readonly number[], values[name] as ArrayLike<number>);
  comparison.tensor('logits', view('logits'), golden.get('logits').tensor(), tolerance);
  const stageInfo = root.optional('stage_info');
  if (stageInfo !== null) {
    stageCases(comparison, stageInfo, golden.get('feats').list(), view, {
      tolerance,
      single: tolerance * Math.sqrt(positions),
    });
  }
  for (const list of stageInfo === null ? ['feats', 'preact_feats'] : []) {
    const stages = golden.optional(list)?.list();
    if (stages === undefined) continue;
    const own = Object.keys(shapes).filter((name) => new RegExp(`^${list}_\\d+$`).test(name));
    comparison.equal(`the number of ${list}`, own.length, stages.length);
    stages.slice(0, own.length).forEach((stage, index) => {
      const single = tolerance * Math.sqrt(positions);
      const own = view(`${list}_${index}`);
      compareSummary(comparison, `${list}[${index}]`, own, stage, tolerance, single);
    });
  }
  const pooled = golden.optional('pooled_feat');
  if (pooled !== null) {
    compareSummary(comparison, 'pooled_feat', view('pooled'), pooled, tolerance);
  }
  return comparison.result();
}

/** Features of the stages that OFAKD names, in files that list the output of every block. */
function stageCases(
  comparison: Comparison,
  stageInfo: GoldenNode,
  features: readonly GoldenNode[],
  view: (name: string) => TorchView,
  { tolerance, single }: { readonly tolerance: number; readonly single: number },
): void {
  for (const stage of [1, 2, 3, 4]) {
    const info = stageInfo.get(String(stage));
    const feature = features[info.get('index').number()];
    if (feature === undefined) throw info.malformed('must name a feature of the list');
    const own = view(`stage_${stage}`);
    comparison.equal(`the shape of stage ${stage}`, own.shape.slice(1), info.get('shape').shape());
    compareSummary(comparison, `stage ${stage}`, own, feature, tolerance, single);
  }
}

/** Running statistics after one forward pass in train mode. */
function statisticsCases(
  path: string,
  root: GoldenNode,
  program: Program,
  tolerance: number,
  layout: Layout | null,
): ParityCase[] {
  const golden = root.get('train').optional('bn_after');
  if (golden === null) return [];
  const comparison = new Comparison(path, 'running statistics');
  const summaries = golden.entries().flatMap(([prefixed, layer]) => {
    // Names of torchvision networks carry the prefix of the wrapper that was used.
    const name = prefixed.replace(/^net\./, '');
    return layer.entries().map(([statistic, node]) => {
      const key = `${name}.${statistic}`;
      return { key: layout === null ? key : ourName(layout, key), node };
    });
  });
  const state = program.readState(summaries.map(({ key }) => key));
  for (const { key, node } of summaries) {
    const data = state[key] as Float32Array;
    compareSummary(comparison, key, { shape: [data.length], data }, node, tolerance);
  }
  return [comparison.result()];
}

function pyramidCase(
  path: string,
  { key, sizes, node }: Pyramid,
  results: Readonly<Record<Phase, ForwardResult>>,
): ParityCase {
  const comparison = new Comparison(path, `patch logits ${key}`);
  for (const phase of phases) {
    const summary = node.optional(`patch_logits_${phase}`);
    if (summary === null) continue;
    const name = `patches_${sizes.join('_')}`;
    const { values, shapes, tolerance } = results[phase];
    const shape = shapes[name] as readonly [number, number, number];
    const data = values[name] as ArrayLike<number>;
    // A region of the finest level averages 1 / size^2 of the positions.
    const single = tolerance * Math.max(...sizes);
    compareSummary(comparison, phase, { shape, data }, summary, tolerance, single);
    const sample = summary.optional('sample0')?.tensor();
    if (sample !== undefined) {
      const first = { shape: shape.slice(1), data: Array.from(data).slice(0, shape[1] * shape[2]) };
      comparison.tensor(`${phase}, picture 0`, first, sample, single);
    }
  }
  return comparison.result();
}

const toleranceOf = (phase: GoldenNode, factor: number): number =>
  relativeTolerance(
    phase.get('logits_f32_vs_f64_maxabs').number(),
    phase.get('logits_maxabs').number(),
    { factor },
  );
