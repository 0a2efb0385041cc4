import type { Scalar, Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import {
  extractRegions,
  finestScale,
  regionLevels,
} from '../../detection/parts/two-stage/roi-extractor.ts';
import { roiAlign } from '../../engine/ops/index.ts';
import { tf } from '../../engine/tensorflow.ts';
import { GoldenNode, type GoldenTensor } from '../golden.ts';
import { type LossFunction, modes, runLoss } from '../losses/run.ts';
import { Comparison, largest, relativeTolerance } from '../tolerance.ts';

/**
 * RoIAlign with its gradient on one map and on a pyramid, recorded and eager, and the level of each
 * region.
 */
export const roiAlignCheck: ParityCheck = (file) => {
  const root = GoldenNode.of(file);
  const cases = root.get('cases').list();
  return [
    ...cases.flatMap((node, index) =>
      modes.map((mode) => alignCase(file.path, `roi_align ${index + 1}`, node, mode)),
    ),
    levelsCase(file.path, root.get('map_roi_levels')),
    ...modes.map((mode) => extractorCase(file.path, root.get('extractor'), mode)),
  ];
};

type Mode = (typeof modes)[number];

function alignCase(path: string, name: string, node: GoldenNode, mode: Mode): ParityCase {
  const size = node.get('output_size').number();
  const scale = node.get('spatial_scale').number();
  const rois = node.get('rois').tensor();
  const options = {
    size,
    scale,
    samples: node.get('sampling_ratio').number(),
    aligned: node.get('aligned').flag(),
    reach: longestOf(rois) * scale + 1,
  };
  const comparison = new Comparison(path, `${name}, ${mode}`);
  return aligned(comparison, node, [node.get('feature').tensor()], mode, ([map], regions, weight) =>
    roiAlign(map as Tensor4D, regions, weight, options),
  );
}

function extractorCase(path: string, node: GoldenNode, mode: Mode): ParityCase {
  const strides = [...node.get('strides').numbers()];
  const maps = node
    .get('feats')
    .list()
    .map((each) => each.tensor());
  const longest = longestOf(node.get('rois').tensor());
  const size = node.get('output').tensor().shape[2] as number;
  const comparison = new Comparison(path, `extractor, ${mode}`);
  return aligned(comparison, node, maps, mode, (levels, regions, weight) =>
    tf.mul(
      extractRegions(levels, strides, regions, size, longest),
      weight.reshape([...weight.shape, 1, 1, 1]),
    ),
  );
}

/**
 * Regions of a file belong to one picture each; here all regions are looked at in every picture,
 * and those of the others weigh nothing.
 */
function aligned(
  comparison: Comparison,
  node: GoldenNode,
  maps: readonly GoldenTensor[],
  mode: Mode,
  align: (maps: Tensor4D[], regions: Tensor3D, weight: Tensor2D) => Tensor,
): ParityCase {
  const rois = boxesIn(node.get('rois').tensor());
  const pictures = maps[0]?.shape[0] as number;
  const outWeight = node.get('out_weight').tensor();
  const perPicture = (of: (roi: number[], picture: number) => number[]) =>
    Array.from({ length: pictures }, (_, picture) => rois.flatMap((roi) => of(roi, picture)));
  const regions = perPicture(([, ...box]) => box).flat();
  const weight = perPicture(([own], picture) => [own === picture ? 1 : 0]).flat();
  const definition: LossFunction = {
    tensors: {
      ...Object.fromEntries(maps.map((map, level) => [`map ${level}`, map])),
      regions: floats([pictures, rois.length, 4], regions),
      weight: floats([pictures, rois.length], weight),
      outWeight,
    },
    differentiate: maps.map((_, level) => `map ${level}`),
    loss: (tensors) => tf.sum(tf.mul(output(tensors), tensors['outWeight'] as Tensor)) as Scalar,
    others: (tensors) => ({ output: output(tensors) }),
  };
  const output = (tensors: Readonly<Record<string, Tensor>>): Tensor => {
    const nhwc = maps.map((_, level) =>
      tf.transpose(tensors[`map ${level}`] as Tensor4D, [0, 2, 3, 1]),
    ) as Tensor4D[];
    const all = align(nhwc, tensors['regions'] as Tensor3D, tensors['weight'] as Tensor2D);
    return tf.transpose(tf.sum(all, 0) as Tensor4D, [0, 3, 1, 2]);
  };
  const { grads, others } = runLoss(definition, mode);
  const golden = node.get('output').tensor();
  const noise = (key: string, of: GoldenTensor) =>
    relativeTolerance(node.optional(key)?.number() ?? 0, largest(of.data));
  const data = others['output'] as Float32Array;
  const tolerance = noise('output_f32_vs_f64_maxabs', golden);
  comparison.tensor('output', { shape: golden.shape, data }, golden, tolerance);
  const expected = node.has('grad_feats')
    ? node
        .get('grad_feats')
        .list()
        .map((each) => each.tensor())
    : [node.get('grad_feature').tensor()];
  expected.forEach((grad, level) => {
    const own = grads[`map ${level}`] as GoldenTensor;
    comparison.tensor(`gradient ${level}`, own, grad, noise('grad_f32_vs_f64_maxabs', grad));
  });
  return comparison.result();
}

function levelsCase(path: string, node: GoldenNode): ParityCase {
  node.get('finest_scale').fixed(finestScale);
  const rois = boxesIn(node.get('rois').tensor());
  const boxes = rois.flatMap(([, ...box]) => box);
  const levels = tf.tidy(() =>
    regionLevels(tf.tensor3d(Float32Array.from(boxes), [1, rois.length, 4]), 4).dataSync(),
  );
  const golden = [...node.get('levels').tensor().data];
  return new Comparison(path, 'map_roi_levels').equal('levels', [...levels], golden).result();
}

type Roi = [picture: number, x1: number, y1: number, x2: number, y2: number];

function boxesIn({ data }: GoldenTensor): Roi[] {
  return Array.from(
    { length: data.length / 5 },
    (_, row) => [...data.slice(row * 5, row * 5 + 5)] as Roi,
  );
}

/**
 * Regions of the file reach beyond the map: the step's bound on the samples must hold for them as
 * well.
 */
function longestOf(rois: GoldenTensor): number {
  return boxesIn(rois).reduce((most, [, x1, y1, x2, y2]) => Math.max(most, x2 - x1, y2 - y1), 0);
}

const floats = (shape: readonly number[], values: readonly number[]): GoldenTensor => ({
  shape,
  data: Float64Array.from(values),
  dtype: 'float',
});
