import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { ParityCase } from '../../../contract/parity.ts';
import { repPointsHead } from '../../detection/families/reppoints/head.ts';
import { repPointsLosses, secondTargets } from '../../detection/families/reppoints/losses.ts';
import { cornerBoxes } from '../../detection/families/reppoints/network.ts';
import type { PointTransform } from '../../detection/families/reppoints/point-boxes.ts';
import { repPoints } from '../../detection/families/reppoints/points.ts';
import { repPointsTargets } from '../../detection/families/reppoints/targets.ts';
import { anchorGrid, type Truth } from '../../detection/geometry/anchor-targets.ts';
import { levelCounts, type Size } from '../../detection/geometry/anchors.ts';
import { retinaAssign } from '../../detection/geometry/assign.ts';
import { boxCount } from '../../detection/geometry/boxes.ts';
import { paddedTruth } from '../../detection/geometry/padded-truth.ts';
import { denseCandidates } from '../../detection/parts/dense-candidates.ts';
import type { ArrayMap } from '../../engine/types.ts';
import { forwardContext } from '../../networks/forward.ts';
import { ModuleScope } from '../../networks/modules.ts';
import type { GoldenNode } from '../golden.ts';
import type { Mode } from '../networks.ts';
import { torchView } from '../networks.ts';
import { Comparison } from '../tolerance.ts';
import { assignOf, denseTestOf, trainingOf } from './detector-config.ts';
import {
  compareCandidates,
  compareHeadGradients,
  compareMaps,
  compareStructure,
  decodedPictures,
  givenMaps,
  headProgram,
  headStep,
  headTruths,
  levelTerms,
  mapsOf,
} from './head-file.ts';
import { integersOf } from './layout.ts';
import { compareLosses, compareNoisy } from './network-file.ts';
import { seededCases } from './seeded-cases.ts';

/** RepPoints' head: points, boxes and targets of both stages, losses, gradients and detections. */
export const repPointsHeadCheck = seededCases(({ path, node, seed, mode }) =>
  headCase(path, node, seed, mode),
);

const lossNames = ['loss_cls', 'loss_pts_init', 'loss_pts_refine'];

function headCase(path: string, node: GoldenNode, seed: number, mode: Mode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const { spec, strides, scale, assign } = settingsOf(node.get('config'));
  const scope = new ModuleScope();
  const head = repPointsHead(scope, spec);
  compareStructure(comparison, node, scope.params);
  const given = givenMaps(node, seed);
  const sizes = Object.values(given.specs).map(
    ({ shape }): Size => [shape[1] as number, shape[2] as number],
  );
  const config = { ...repPoints, strides };
  const grid = anchorGrid(config, sizes);
  const truths = headTruths(node);
  const first = repPointsTargets(grid, truths, assign);
  const inputs = inputsOf(first, truths);
  const test = denseTestOf(node.get('config').get('test_cfg'));
  const pictures = decodedPictures(node);
  const setting = { strides, classes: spec.classes, scale };
  const levels = strides.length;
  const program = headProgram(mode, node, scope.params, seed, {
    find: {
      inputs: { ...given.specs, imgShapes: { shape: [pictures.length, 2], dtype: 'float32' } },
      run(state, values) {
        const context = forwardContext(state, false);
        const maps = head.run(context, mapsOf(given, values));
        const boxes = maps.refined.map((points) => {
          const [batch, height, width] = points.shape;
          return head.boxes(context, points).reshape([batch, height, width, 4]);
        }) as typeof maps.refined;
        const found = denseCandidates(
          { logits: maps.logits, boxes },
          grid.anchors,
          values['imgShapes'] as Tensor2D,
          spec.classes,
          test,
          cornerBoxes(strides),
        );
        return { outputs: { ...found }, state: {} };
      },
    },
    train: headStep({
      given,
      params: scope.params,
      inputs: inputs.specs,
      run(context, maps) {
        const { logits, initial, refined } = head.run(context, maps);
        return { cls_scores: logits, pts_init: initial, pts_refine: refined };
      },
      losses(maps, values, context) {
        const own = {
          logits: [...maps.cls_scores],
          initial: [...maps.pts_init],
          refined: [...maps.pts_refine],
        };
        const losses = repPointsLosses(context, head, own, values, grid.anchors, setting);
        return Object.fromEntries(
          [losses.cls, losses.initial, losses.refined].flatMap((terms, index) =>
            terms.map((term, level) => [`${lossNames[index]}_${level}`, term]),
          ),
        );
      },
      others(maps, values, context) {
        const initial = maps.pts_init.map((points) => head.boxes(context, points));
        const refined = maps.pts_refine.map((points) => head.boxes(context, points));
        const { labels, positive, boxTargets } = secondTargets(
          initial,
          values,
          grid.anchors,
          setting,
        );
        return {
          ...Object.fromEntries(initial.map((boxes, level) => [`init_${level}`, boxes])),
          ...Object.fromEntries(refined.map((boxes, level) => [`refine_${level}`, boxes])),
          ...{ labels, positive, boxTargets },
        };
      },
    }),
  });
  try {
    const outputs = program.call('train', { ...given.values, ...inputs.values });
    const values = 2 * (spec.edge ?? 3) ** 2;
    for (const [name, channels] of Object.entries({
      cls_scores: spec.classes,
      pts_init: values,
      pts_refine: values,
    })) {
      const shape = (level: number) => [pictures.length, ...(sizes[level] as Size), channels];
      compareMaps(comparison, outputs, node.get('outputs').get(name), name, shape);
      // That of the first points has what comes through the second stage as well, which the
      // gradients of features and parameters show.
      if (name === 'pts_init') continue;
      const gradients = node.get('grad_outputs').get(name);
      compareMaps(comparison, outputs, gradients, name, shape, 'of/');
    }
    for (const stage of ['init', 'refine']) {
      node
        .optional(`points2bbox_${stage}`)
        ?.list()
        .forEach((golden, level) => {
          const shape = [pictures.length, ...(sizes[level] as Size), 4];
          const boxes = outputs[`other/${stage}_${level}`] as Float32Array;
          compareNoisy(comparison, `boxes ${stage} ${level}`, torchView(shape, boxes), golden);
        });
    }
    const terms = levelTerms(outputs, lossNames, levels);
    compareLosses(comparison, terms, node.get('losses'), node.get('losses_f64'));
    compareHeadGradients(comparison, outputs, node, given, scope.params);
    const counts = levelCounts(config, sizes);
    compareTargets(comparison, node, counts, outputs, first, spec.classes);
    const imgShapes = Float32Array.from(pictures.flatMap(({ imgShape }) => [...imgShape]));
    const found = program.call('find', { ...given.values, imgShapes });
    compareCandidates(comparison, node, found, pictures, test);
  } finally {
    program.dispose();
  }
  return comparison.result();
}

const transforms: Readonly<Record<string, PointTransform>> = {
  moment: 'moment',
  minmax: 'minmax',
  partial_minmax: 'partial-minmax',
};

/** What a case's config says, for the product's own functions. */
function settingsOf(config: GoldenNode) {
  config.allFixed({
    type: 'RepPointsHead',
    loss_cls: { type: 'FocalLoss', use_sigmoid: true, gamma: 2, alpha: 0.25, loss_weight: 1 },
    loss_bbox_init: { type: 'SmoothL1Loss', beta: 0.11, loss_weight: 0.5 },
    loss_bbox_refine: { type: 'SmoothL1Loss', beta: 0.11, loss_weight: 1 },
    use_grid_points: false,
    center_init: true,
    moment_mul: 0.01,
  });
  const norm = config.get('norm_cfg');
  norm.allFixed({ type: 'GN', requires_grad: true });
  const named = config.get('transform_method');
  const transform = transforms[named.text()];
  if (transform === undefined) throw named.malformed('is an unknown way from points to boxes');
  const channels = config.get('feat_channels').number();
  config.get('in_channels').fixed(channels);
  const training = config.get('train_cfg');
  trainingOf(training.get('init'));
  trainingOf(training.get('refine'));
  const assigner = training.get('init').get('assigner');
  assigner.allFixed({ type: 'PointAssigner' });
  const { ignoreIof: _, ...refine } = assignOf(training.get('refine').get('assigner'));
  const { posIou, negIou, minPosIou } = retinaAssign;
  training
    .get('refine')
    .get('assigner')
    .allFixed({
      pos_iou_thr: posIou,
      neg_iou_thr: negIou,
      min_pos_iou: minPosIou,
      match_low_quality: refine.matchLowQuality ?? true,
    });
  return {
    spec: {
      classes: config.get('num_classes').number(),
      channels,
      pointChannels: config.get('point_feat_channels').number(),
      stacked: config.get('stacked_convs').number(),
      groups: norm.get('num_groups').number(),
      edge: Math.sqrt(config.get('num_points').number()),
      pointGradient: config.get('gradient_mul').number(),
      transform,
    },
    strides: [...config.get('point_strides').numbers()],
    scale: config.get('point_base_scale').number(),
    assign: {
      scale: assigner.get('scale').number(),
      most: assigner.get('pos_num').number(),
    },
  };
}

function inputsOf(
  { normaliser, ...arrays }: ReturnType<typeof repPointsTargets>,
  truths: readonly Truth[],
) {
  const shape = [truths.length, arrays.valid.length / truths.length];
  const places = Math.max(1, ...truths.map(({ boxes }) => boxCount(boxes)));
  const batch = { pictures: truths } as unknown as Parameters<typeof paddedTruth>[0];
  const { imgShapes: _, ...truth } = paddedTruth(batch, truths.length, places);
  const room = [truths.length, places];
  return {
    specs: {
      valid: { shape, dtype: 'float32' },
      boxTargets: { shape: [...shape, 4], dtype: 'float32' },
      boxWeights: { shape, dtype: 'float32' },
      normaliser: { shape: [], dtype: 'float32' },
      truthBoxes: { shape: [...room, 4], dtype: 'float32' },
      truthLabels: { shape: room, dtype: 'int32' },
      truthValid: { shape: room, dtype: 'float32' },
    } as const,
    values: { ...arrays, normaliser: Float32Array.of(normaliser), ...truth } as ArrayMap,
  };
}

/** Which points the file says are positive, of which boxes, on each level. */
function compareTargets(
  comparison: Comparison,
  node: GoldenNode,
  counts: readonly number[],
  outputs: ArrayMap,
  first: ReturnType<typeof repPointsTargets>,
  classes: number,
): void {
  const golden = node.optional('targets');
  if (golden === null) return;
  const points = counts.reduce((sum, count) => sum + count, 0);
  const labels = outputs['other/labels'] as Int32Array;
  const stages = {
    init: { positive: first.boxWeights, boxes: first.boxTargets },
    refine: {
      positive: outputs['other/positive'] as Float32Array,
      boxes: outputs['other/boxTargets'] as Float32Array,
    },
  };
  for (const [name, { positive, boxes }] of Object.entries(stages)) {
    const stage = golden.get(name);
    let start = 0;
    let all = 0;
    counts.forEach((count, level) => {
      const found: number[][] = [];
      const at: number[] = [];
      for (let place = 0; place < positive.length; place += 1) {
        const point = (place % points) - start;
        if (positive[place] === 0 || point < 0 || point >= count) continue;
        found.push([Math.floor(place / points), point]);
        at.push(place);
      }
      all += at.length;
      const part = (key: string) => stage.get(`${key}_per_level`).list()[level] as GoldenNode;
      const expected = [...integersOf(part('pos_picture_index'))];
      comparison.equal(`${name} ${level}, positives`, found.flat(), expected);
      const own = at.flatMap((place) => [...boxes.subarray(4 * place, 4 * place + 4)]);
      const truth = part('pos_gt_boxes').tensor().data;
      comparison.array(`${name} ${level}, boxes`, own, truth, 1e-6);
      if (name === 'refine') {
        const classesOf = at.map((place) => labels[place] as number);
        const wanted = [...integersOf(part('pos_labels'))];
        comparison.equal(`${name} ${level}, labels`, classesOf, wanted);
      }
      start += count;
    });
    const perPicture = Array.from({ length: positive.length / points }, (_, picture) =>
      positive
        .subarray(picture * points, (picture + 1) * points)
        .reduce((sum, one) => sum + one, 0),
    );
    const divisor = perPicture.reduce((sum, count) => sum + Math.max(count, 1), 0);
    comparison.equal(`${name}, divisor`, divisor, stage.get('avg_factor').number());
    if (name === 'init') comparison.equal('the divisor given', first.normaliser, divisor);
    const background = labels.filter((label) => label === classes).length;
    if (name === 'refine') comparison.equal('background', background, labels.length - all);
  }
}
