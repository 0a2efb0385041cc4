import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { ParityCase } from '../../../contract/parity.ts';
import { fcosHead } from '../../detection/families/fcos/head.ts';
import { type FcosBoxLoss, fcosLosses } from '../../detection/families/fcos/losses.ts';
import { distanceBoxes } from '../../detection/families/fcos/network.ts';
import { fcosPoints } from '../../detection/families/fcos/points.ts';
import { type FcosAssign, fcosTargets } from '../../detection/families/fcos/targets.ts';
import { anchorGrid } from '../../detection/geometry/anchor-targets.ts';
import { gridAnchors, levelCounts, type Size } from '../../detection/geometry/anchors.ts';
import { boxCount } from '../../detection/geometry/boxes.ts';
import { denseCandidates } from '../../detection/parts/dense-candidates.ts';
import type { FunctionSpec } from '../../engine/types.ts';
import { forwardContext } from '../../networks/forward.ts';
import { ModuleScope } from '../../networks/modules.ts';
import type { GoldenNode } from '../golden.ts';
import type { Mode } from '../networks.ts';
import { Comparison } from '../tolerance.ts';
import { denseTestOf } from './detector-config.ts';
import {
  compareCandidates,
  compareHeadGradients,
  compareMaps,
  compareStructure,
  compareTerms,
  decodedPictures,
  givenMaps,
  headProgram,
  headStep,
  headTruths,
  mapsOf,
} from './head-file.ts';
import { integersOf } from './layout.ts';
import { seededCases } from './seeded-cases.ts';

/** FCOS's head: maps, targets, losses, gradients and detections. */
export const fcosHeadCheck = seededCases(({ path, node, seed, mode }) =>
  headCase(path, node, seed, mode),
);

const lossNames = ['loss_cls', 'loss_bbox', 'loss_centerness'];

function headCase(path: string, node: GoldenNode, seed: number, mode: Mode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const { spec, assign, loss } = settingsOf(node.get('config'));
  const scope = new ModuleScope();
  const head = fcosHead(scope, spec);
  compareStructure(comparison, node, scope.params);
  const given = givenMaps(node, seed);
  const sizes = Object.values(given.specs).map(
    ({ shape }): Size => [shape[1] as number, shape[2] as number],
  );
  const config = { ...fcosPoints, strides: spec.strides };
  const targets = fcosTargets(anchorGrid(config, sizes), headTruths(node), spec.classes, assign);
  const inputs = inputsOf(targets, headTruths(node).length);
  const test = denseTestOf(node.get('config').get('test_cfg'));
  const pictures = decodedPictures(node);
  const find: FunctionSpec = {
    inputs: { ...given.specs, imgShapes: { shape: [pictures.length, 2], dtype: 'float32' } },
    run(state, values) {
      const maps = head(forwardContext(state, false), mapsOf(given, values));
      const found = denseCandidates(
        { ...maps, factors: maps.centreness },
        gridAnchors(config, sizes),
        values['imgShapes'] as Tensor2D,
        spec.classes,
        test,
        distanceBoxes(spec.normed, spec.strides),
      );
      return { outputs: { ...found }, state: {} };
    },
  };
  const program = headProgram(mode, node, scope.params, seed, {
    find,
    train: headStep({
      given,
      params: scope.params,
      inputs: inputs.specs,
      run(context, maps) {
        const { logits, boxes, centreness } = head(context, maps);
        return { cls_scores: logits, bbox_preds: boxes, centernesses: centreness };
      },
      losses(maps, values) {
        const own = {
          logits: [...maps.cls_scores],
          boxes: [...maps.bbox_preds],
          centreness: [...maps.centernesses],
        };
        const { cls, box, centreness } = fcosLosses(own, values, spec.classes, loss);
        return { loss_cls: cls, loss_bbox: box, loss_centerness: centreness };
      },
    }),
  });
  try {
    const outputs = program.call('train', { ...given.values, ...inputs.values });
    for (const [name, channels] of Object.entries({
      cls_scores: spec.classes,
      bbox_preds: 4,
      centernesses: 1,
    })) {
      const shape = (level: number) => [pictures.length, ...(sizes[level] as Size), channels];
      compareMaps(comparison, outputs, node.get('outputs').get(name), name, shape);
      const gradients = node.get('grad_outputs').get(name);
      compareMaps(comparison, outputs, gradients, name, shape, 'of/');
    }
    compareTerms(comparison, outputs, node, lossNames);
    compareHeadGradients(comparison, outputs, node, given, scope.params);
    compareTargets(comparison, node, targets, levelCounts(config, sizes), spec.classes);
    const imgShapes = Float32Array.from(pictures.flatMap(({ imgShape }) => [...imgShape]));
    const found = program.call('find', { ...given.values, imgShapes });
    compareCandidates(comparison, node, found, pictures, test);
  } finally {
    program.dispose();
  }
  return comparison.result();
}

/** What a case's config says, for the product's own functions. */
function settingsOf(config: GoldenNode) {
  config.allFixed({
    type: 'FCOSHead',
    loss_cls: { type: 'FocalLoss', use_sigmoid: true, gamma: 2, alpha: 0.25, loss_weight: 1 },
    loss_centerness: { type: 'CrossEntropyLoss', use_sigmoid: true, loss_weight: 1 },
    dcn_on_last_conv: false,
  });
  const norm = config.get('norm_cfg');
  norm.allFixed({ type: 'GN', requires_grad: true });
  const boxes = config.get('loss_bbox');
  boxes.allFixed({ loss_weight: 1, mode: 'log' });
  const loss: FcosBoxLoss = boxes.get('type').text() === 'GIoULoss' ? 'giou' : 'iou';
  boxes.get('type').fixed(loss === 'giou' ? 'GIoULoss' : 'IoULoss');
  const flag = (name: string) => config.optional(name)?.flag() ?? false;
  const channels = config.get('feat_channels').number();
  config.get('in_channels').fixed(channels);
  const normed = flag('norm_on_bbox');
  const strides = [...config.get('strides').numbers()];
  const radius = config.optional('center_sample_radius')?.number() ?? 1.5;
  const assign: FcosAssign = {
    ranges: config
      .get('regress_ranges')
      .list()
      .map((range) => [...range.numbers()] as [number, number]),
    radius: flag('center_sampling') ? radius : null,
    normed,
  };
  const spec = {
    classes: config.get('num_classes').number(),
    channels,
    stacked: config.get('stacked_convs').number(),
    levels: strides.length,
    groups: norm.get('num_groups').number(),
    biased: flag('conv_bias'),
    normed,
    centrenessOnBoxes: flag('centerness_on_reg'),
    strides,
  };
  return { spec, assign, loss };
}

function inputsOf(targets: ReturnType<typeof fcosTargets>, pictures: number) {
  const { normaliser, centrality, ...arrays } = targets;
  const points = arrays.labels.length / pictures;
  const shape = [pictures, points];
  return {
    specs: {
      labels: { shape, dtype: 'int32' },
      labelWeights: { shape, dtype: 'float32' },
      distances: { shape: [...shape, 4], dtype: 'float32' },
      centreness: { shape, dtype: 'float32' },
      normaliser: { shape: [], dtype: 'float32' },
      centrality: { shape: [], dtype: 'float32' },
    } as const,
    values: {
      ...arrays,
      normaliser: Float32Array.of(normaliser),
      centrality: Float32Array.of(centrality),
    },
  };
}

/** Official targets have a level's points picture by picture, ours a picture's level by level. */
function compareTargets(
  comparison: Comparison,
  node: GoldenNode,
  targets: ReturnType<typeof fcosTargets>,
  counts: readonly number[],
  classes: number,
): void {
  const golden = node.optional('targets');
  if (golden === null) return;
  const points = counts.reduce((sum, count) => sum + count, 0);
  const pictures = targets.labels.length / points;
  const order: number[] = [];
  let start = 0;
  for (const count of counts) {
    for (let picture = 0; picture < pictures; picture += 1) {
      for (let point = 0; point < count; point += 1) order.push(picture * points + start + point);
    }
    start += count;
  }
  const labels = order.map((at) => targets.labels[at] as number);
  comparison.equal('labels', labels, [...integersOf(golden.get('labels'))]);
  const positive = [...order.keys()].filter((row) => labels[row] !== classes);
  comparison.equal('positives', positive, [...integersOf(golden.get('pos_inds'))]);
  const places = positive.map((row) => order[row] as number);
  const distances = places.flatMap((at) => [...targets.distances.subarray(4 * at, 4 * at + 4)]);
  comparison.array('distances', distances, golden.get('pos_bbox_targets').tensor().data, 1e-6);
  const centreness = places.map((at) => targets.centreness[at] as number);
  const expected = golden.get('pos_centerness_targets').tensor().data;
  comparison.array('centreness', centreness, expected, 1e-6);
  comparison.equal('number of points', boxCount(targets.distances), labels.length);
}
