import type { Scalar, Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { ignoreLabel } from '../../data/dense/types.ts';
import { lossAndGradients, resizeBilinear } from '../../engine/ops/index.ts';
import { createProgram } from '../../engine/program.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { FunctionSpec, TensorSpec } from '../../engine/types.ts';
import { forwardContext } from '../../networks/forward.ts';
import type { Forward } from '../../networks/types.ts';
import { headLosses, pixelAccuracy, pixelClasses } from '../../segmentation/networks/losses.ts';
import {
  type Segmenter,
  type SegmenterPass,
  usualReading,
} from '../../segmentation/networks/types.ts';
import { compareGradients, compareNoisy, structureCase } from '../det/network-file.ts';
import { formulaPictures, formulaSettings, formulaState, hashValue } from '../formula.ts';
import { GoldenNode } from '../golden.ts';
import { compareSummary, type Mode, pictureShape, stateSpecs, torchView } from '../networks.ts';
import { formulaChanges } from '../state-dict.ts';
import { Comparison, relativeTolerance } from '../tolerance.ts';
import { segnetConfig, segnetOf } from './segnet-config.ts';

/**
 * A whole segmenter against the official one with the same weights and pictures: names and order of
 * the state, maps, logits of both heads, the resized map and its classes, training losses,
 * gradients, running statistics.
 */
export const segnetCheck =
  (mode: Mode): ParityCheck =>
  (file) => {
    const root = GoldenNode.of(file);
    const segmenter = segnetOf(segnetConfig(root));
    const structure = structureCase(file.path, root, segmenter.params);
    if (!structure.ok) return [structure];
    const [batch, , height, width] = pictureShape(root.get('picture').get('shape'));
    const { seed, tag } = formulaSettings(root);
    const spec = { shape: [batch, height, width, 3], dtype: 'float32' } as const;
    const labels = { shape: [batch, height, width], dtype: 'int32' } as const;
    const shapes: Record<string, readonly number[]> = {};
    const program = createProgram({
      mode,
      state: stateSpecs(segmenter.params),
      initial: formulaState(segmenter.params, seed, formulaChanges(root)),
      functions: {
        test: testFunction(segmenter, spec, shapes),
        train: trainFunction(segmenter, spec, labels),
      },
    });
    try {
      const images = formulaPictures([batch, 3, height, width], seed, tag);
      const tested = program.call('test', { images });
      const truth = formulaLabels([batch, height, width], segmenter.classes, seed);
      const trained = program.call('train', { images, labels: truth });
      return [
        structure,
        mapsCase(file.path, root, tested, shapes),
        inferenceCase(file.path, root, tested, shapes),
        lossesCase(file.path, root, trained, truth),
        gradientsCase(file.path, root, segmenter, trained),
        statisticsCase(file.path, root, program.readState()),
      ];
    } finally {
      program.dispose();
    }
  };

type Outputs = Readonly<Record<string, Float32Array | Int32Array>>;
type Shapes = Readonly<Record<string, readonly number[]>>;

/** A pass with the auxiliary head and without dropout, as the files were made. */
const passOf = (context: Forward): SegmenterPass => ({
  ...context,
  auxiliary: true,
  dropout: () => null,
});

function testFunction(
  segmenter: Segmenter,
  spec: TensorSpec,
  shapes: Record<string, readonly number[]>,
): FunctionSpec {
  const [, height, width] = spec.shape as readonly [number, number, number];
  const { reading = usualReading } = segmenter;
  return {
    inputs: { images: spec },
    run(state, inputs) {
      const images = inputs['images'] as Tensor4D;
      const output = segmenter.forward(passOf(forwardContext(state, false)), images);
      const outputs: Record<string, Tensor> = {
        decode_logits: output.logits,
        aux_logits: output.auxiliary as Tensor,
        resized: resizeBilinear(output.logits, [height, width], reading),
      };
      output.backbone.forEach((map, stage) => {
        outputs[`backbone_${stage}`] = map;
      });
      for (const [name, { shape }] of Object.entries(outputs)) shapes[name] = shape;
      outputs['classes'] = pixelClasses(output.logits, [height, width], reading);
      return { outputs, state: {} };
    },
  };
}

function trainFunction(
  segmenter: Segmenter,
  spec: TensorSpec,
  labelSpec: TensorSpec,
): FunctionSpec {
  const { reading = usualReading } = segmenter;
  return {
    inputs: { images: spec, labels: labelSpec },
    run(state, inputs) {
      const context = forwardContext(state, true);
      const labels = inputs['labels'] as Tensor3D;
      const trained = segmenter.params.filter(({ trainable }) => trainable);
      const { gradients, aux } = lossAndGradients(
        Object.fromEntries(trained.map(({ name }) => [name, state[name] as Tensor])),
        () => {
          const output = segmenter.forward(passOf(context), inputs['images'] as Tensor4D);
          const { logits } = output;
          const second = output.auxiliary as Tensor4D;
          const heads = { logits, auxiliary: second };
          const all = headLosses(heads, labels, { ...reading, averageCounted: false });
          const counted = headLosses(heads, labels, { ...reading, averageCounted: true });
          const figures = tf.stack([
            all.ce,
            all.auxiliary,
            counted.ce,
            counted.auxiliary,
            pixelAccuracy(logits, labels, reading).correct,
            pixelAccuracy(second, labels, reading).correct,
          ]);
          const own = reading.averageCounted ? counted : all;
          return { loss: tf.add(own.ce, own.auxiliary) as Scalar, aux: { figures } };
        },
      );
      return { outputs: { ...gradients, figures: aux.figures }, state: context.takeUpdates() };
    },
  };
}

const labelTag = 1000007;

/** The file's rule: one label per cell of 8 x 8 pixels, some of them ignored. */
function formulaLabels(
  [batch, height, width]: readonly [number, number, number],
  classes: number,
  seed: number,
): Int32Array {
  const [rows, columns] = [Math.ceil(height / 8), Math.ceil(width / 8)];
  return Int32Array.from({ length: batch * height * width }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width) % height];
    const b = Math.floor(at / (width * height));
    const cell = (b * rows + Math.floor(y / 8)) * columns + Math.floor(x / 8);
    const label = Math.floor(((hashValue(cell, labelTag, seed) + 1) / 2) * (classes + 3));
    return label >= classes ? ignoreLabel : label;
  });
}

function mapsCase(path: string, root: GoldenNode, outputs: Outputs, shapes: Shapes): ParityCase {
  const comparison = new Comparison(path, 'maps');
  const golden = root.get('eval');
  const view = (name: string) => torchView(shapes[name] ?? [], outputs[name] ?? []);
  golden
    .get('backbone')
    .list()
    .forEach((node, stage) => {
      const name = `backbone_${stage}`;
      compareNoisy(comparison, name, view(name), node);
    });
  for (const name of ['decode_logits', 'aux_logits']) {
    compareNoisy(comparison, name, view(name), golden.get(name));
  }
  const node = golden.get('decode_logits');
  const first = node.get('picture0').tensor().data;
  const scale = node.get('maxabs').number();
  const tolerance = relativeTolerance(node.get('f32_vs_f64_maxabs').number(), scale);
  const own = view('decode_logits').data;
  const picture = Array.from({ length: first.length }, (_, at) => own[at] as number);
  comparison.array('decode_logits, picture 0', picture, first, tolerance, scale);
  return comparison.result();
}

/**
 * The resized map and the class of every pixel. Where two classes are nearer to each other than the
 * noise of both, either may win.
 */
function inferenceCase(
  path: string,
  root: GoldenNode,
  outputs: Outputs,
  shapes: Shapes,
): ParityCase {
  const comparison = new Comparison(path, 'inference');
  const [, height, width, classes] = shapes['resized'] as [number, number, number, number];
  const pixels = height * width;
  const resized = outputs['resized'] as Float32Array;
  const found = outputs['classes'] as Int32Array;
  root
    .get('inference')
    .list()
    .forEach((node, picture) => {
      const logits = node.get('resized_logits');
      const part = resized.subarray(picture * pixels * classes, (picture + 1) * pixels * classes);
      const own = torchView([1, height, width, classes], part);
      const view = { shape: own.shape.slice(1), data: own.data };
      compareNoisy(comparison, `resized logits ${picture}`, view, logits);
      const noise = 10 * logits.get('f32_vs_f64_maxabs').number();
      const map = found.subarray(picture * pixels, (picture + 1) * pixels);
      const unsure = (pixel: number) => marginOf(part, pixel * classes, classes) <= 2 * noise;
      const counts = [...node.get('argmax_counts').numbers()];
      const near = map.reduce((sum, _, pixel) => sum + (unsure(pixel) ? 1 : 0), 0);
      const off = countsOf(map, classes).map((count, c) => Math.abs(count - (counts[c] ?? 0)));
      comparison.add(`class counts ${picture}`, Math.max(...off), near);
      const golden = node.optional('argmax_map')?.tensor().data;
      if (golden === undefined) return;
      const wrong = map.findIndex((label, pixel) => label !== golden[pixel] && !unsure(pixel));
      comparison.equal(`first pixel of another class ${picture}`, wrong, -1);
    });
  return comparison.result();
}

function countsOf(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  return counts;
}

/** Difference of the two largest logits of a pixel. */
function marginOf(logits: Float32Array, from: number, classes: number): number {
  const sorted = [...logits.subarray(from, from + classes)].sort((a, b) => b - a);
  return (sorted[0] as number) - (sorted[1] as number);
}

function lossesCase(
  path: string,
  root: GoldenNode,
  outputs: Outputs,
  truth: Int32Array,
): ParityCase {
  const comparison = new Comparison(path, 'losses');
  const train = root.get('train');
  const [decode, auxiliary, decodeCounted, auxiliaryCounted, correct, secondCorrect] = outputs[
    'figures'
  ] as unknown as readonly [number, number, number, number, number, number];
  const compare = (name: string, own: number, exact: GoldenNode, recorded = exact) => {
    const expected = exact.get(name).number();
    const noise = Math.abs(recorded.get(name).number() - expected);
    comparison.scalar(name, own, expected, relativeTolerance(noise, Math.abs(expected)));
  };
  const exact = train.get('losses_f64');
  compare('decode.loss_ce', decode, exact, train.get('losses'));
  compare('aux.loss_ce', auxiliary, exact, train.get('losses'));
  const counted = train.get('losses_f64_avg_non_ignore');
  compare('decode.loss_ce', decodeCounted, counted);
  compare('aux.loss_ce', auxiliaryCounted, counted);
  // Accuracy in percent of the pixels that count; a few are as near to two classes as rounding.
  const known = truth.reduce((sum, label) => sum + (label === ignoreLabel ? 0 : 1), 0);
  const few = 300 / known;
  for (const [name, pixels] of [
    ['decode.acc_seg', correct],
    ['aux.acc_seg', secondCorrect],
  ] as const) {
    comparison.add(name, Math.abs((100 * pixels) / known - exact.get(name).number()), few);
  }
  return comparison.result();
}

function gradientsCase(
  path: string,
  root: GoldenNode,
  segmenter: Segmenter,
  { figures, ...gradients }: Outputs,
): ParityCase {
  const comparison = new Comparison(path, 'gradients');
  const golden = root.get('train').get('grad');
  const own = gradients as Readonly<Record<string, Float32Array>>;
  const jumpOf = (name: string) => jumpBound(root, segmenter, name);
  compareGradients(comparison, own, segmenter.params, golden, /conv_seg|^head\.|^dsn\.3\./, jumpOf);
  return comparison.result();
}

/**
 * What one ReLU on the other side of zero may change of a parameter's gradient, relative to its
 * largest value. A value is a sum over the map's positions, and each of its terms one over the
 * channels that pass the gradient on, all of random sign: so the change of one term is about one
 * over the root of both numbers. The taps of a dilated convolution see only the positions that have
 * a neighbour so far away. A pooled branch has batch norm over its bins: what that leaves of a
 * channel's gradient are as many numbers as there are bins, two for a batch of two pictures in one
 * bin each.
 */
function jumpBound(root: GoldenNode, segmenter: Segmenter, name: string): number {
  const [batch, , height, width] = root.get('eval').get('decode_logits').get('shape').shape();
  const [rows, columns] = [height as number, width as number];
  const branch = /aspp_modules\.(\d+)\.conv/.exec(name)?.[1];
  const head = root.get('config').optional('decode_head');
  const dilations = head?.optional('dilations')?.numbers();
  const dilation = branch === undefined ? 1 : (dilations?.[Number(branch)] ?? 1);
  const seen = dilation === 1 ? [rows * columns] : tapPositions(rows, columns, dilation);
  const pooled = /(?:psp_modules|stages)\.(\d+)\./.exec(name)?.[1];
  const scales = head?.optional('pool_scales')?.numbers() ?? [1, 2, 3, 6];
  const bins = pooled === undefined ? undefined : scales?.[Number(pooled)];
  const positions = (batch as number) * (bins === undefined ? Math.min(...seen) : bins * bins);
  return 1 / Math.sqrt(segmenter.dropoutChannels.decode * positions);
}

/** Numbers of positions that the taps of a dilated 3x3 convolution see, where they see any. */
function tapPositions(rows: number, columns: number, dilation: number): number[] {
  const [down, across] = [Math.max(0, rows - dilation), Math.max(0, columns - dilation)];
  return [rows * columns, down * columns, rows * across, down * across].filter((seen) => seen > 0);
}

/** Running statistics after one forward pass in train mode. */
function statisticsCase(
  path: string,
  root: GoldenNode,
  state: Readonly<Record<string, Float32Array | Int32Array>>,
): ParityCase {
  const comparison = new Comparison(path, 'running statistics');
  for (const [layer, node] of root.get('train').get('bn_after').entries()) {
    for (const [statistic, golden] of node.entries()) {
      const data = state[`${layer}.${statistic}`] ?? new Float32Array(0);
      const view = { shape: [data.length], data };
      compareSummary(comparison, `${layer}.${statistic}`, view, golden, 1e-5);
    }
  }
  return comparison.result();
}
