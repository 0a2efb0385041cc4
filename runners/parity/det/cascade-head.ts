import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { ParityCase } from '../../../contract/parity.ts';
import type { PaddedTruth } from '../../detection/geometry/padded-truth.ts';
import { bestDetections } from '../../detection/parts/two-stage/best-detections.ts';
import {
  type CascadeStage,
  cascadeHeads,
  cascadeStages,
  combined,
} from '../../detection/parts/two-stage/cascade.ts';
import type { Proposals } from '../../detection/parts/two-stage/proposals.ts';
import { regionLevels, regionSize, strides } from '../../detection/parts/two-stage/trunk.ts';
import { tf } from '../../engine/tensorflow.ts';
import { ModuleScope } from '../../networks/modules.ts';
import type { GoldenNode } from '../golden.ts';
import type { Mode } from '../networks.ts';
import { Comparison, relativeTolerance } from '../tolerance.ts';
import { compareDetections, spares } from './detection-list.ts';
import { assignOf, coderOf, samplerOf, trainingOf } from './detector-config.ts';
import {
  compareHeadGradients,
  compareStructure,
  compareTerms,
  givenMaps,
  headTruths,
  mapsOf,
} from './head-file.ts';
import { boxesOf } from './layout.ts';
import { type PartInput, type PartResult, runPart } from './part-file.ts';
import { roiTestOf } from './rcnn-config.ts';
import { seededCases } from './seeded-cases.ts';

/**
 * The box heads of Cascade R-CNN on given maps and proposals: what every stage sees and says in
 * tests and in training, detections, losses and gradients.
 */
export const cascadeHeadCheck = seededCases(({ mode, path, seed, node }) =>
  casesOf(mode, path, seed, node),
);

interface CascadeSettings {
  readonly classes: number;
  readonly channels: number;
  readonly width: number;
  readonly stages: readonly CascadeStage[];
  readonly sampler: ReturnType<typeof samplerOf>;
}

function settingsOf(config: GoldenNode): CascadeSettings {
  config.allFixed({ type: 'CascadeRoIHead', num_stages: cascadeStages.length });
  const channels = config.get('bbox_roi_extractor').get('out_channels').number();
  config.get('bbox_roi_extractor').allFixed({
    type: 'SingleRoIExtractor',
    roi_layer: { type: 'RoIAlign', output_size: regionSize, sampling_ratio: 0 },
    featmap_strides: strides.slice(0, regionLevels),
  });
  const weights = config.get('stage_loss_weights').numbers();
  const training = config.get('train_cfg').list();
  const heads = config.get('bbox_head').list();
  const stages = heads.map((head, index): CascadeStage => {
    head.allFixed({
      type: 'Shared2FCBBoxHead',
      in_channels: channels,
      roi_feat_size: regionSize,
      reg_class_agnostic: true,
      loss_cls: { type: 'CrossEntropyLoss', use_sigmoid: false, loss_weight: 1 },
      loss_bbox: { type: 'SmoothL1Loss', beta: 1, loss_weight: 1 },
    });
    const own = training[index] as GoldenNode;
    trainingOf(own);
    own.allFixed({ mask_size: 28 });
    const { coder } = cascadeStages[index] as CascadeStage;
    coderOf(head.get('bbox_coder'), coder);
    return { coder, assign: assignOf(own.get('assigner')), weight: weights[index] as number };
  });
  const [head, ...rest] = heads as [GoldenNode, ...GoldenNode[]];
  const [first, ...others] = training as [GoldenNode, ...GoldenNode[]];
  for (const other of rest) {
    for (const key of ['num_classes', 'fc_out_channels']) other.get(key).sameAs(head.get(key));
  }
  for (const other of others) other.get('sampler').sameAs(first.get('sampler'));
  return {
    classes: head.get('num_classes').number(),
    channels,
    width: head.get('fc_out_channels').number(),
    stages,
    sampler: samplerOf(first.get('sampler'), true),
  };
}

function casesOf(mode: Mode, path: string, seed: number, node: GoldenNode): ParityCase[] {
  const label = node.get('name').text();
  const settings = settingsOf(node.get('config'));
  const { classes } = settings;
  const test = node.get('config').get('test_cfg');
  test.allFixed({ mask_thr_binary: 0.5 });
  const limits = roiTestOf(test);
  const scope = new ModuleScope();
  const heads = cascadeHeads(scope.child('bbox_head'), settings);
  const structure = new Comparison(path, `${label}, structure`);
  compareStructure(structure, node, scope.params);

  const given = givenMaps(node, seed);
  const truths = headTruths(node);
  const truth = padded(truths.map(({ boxes }) => boxes));
  const labels = truths.flatMap((each) =>
    Array.from({ length: truth.places }, (_, place) => each.labels[place] ?? 0),
  );
  const found = padded(node.get('proposals').list().map(boxesOf));
  const sizes = truths.map(({ imgShape }) => imgShape);
  const count = truths.length;
  const { coder } = settings.stages.at(-1) as CascadeStage;
  const result = runPart(mode, {
    ...{ params: scope.params, seed, golden: node },
    differentiate: Object.keys(given.specs),
    inputs: {
      ...Object.fromEntries(
        Object.entries(given.specs).map(([name, spec]) => [
          name,
          { ...spec, data: given.values[name] as Float32Array },
        ]),
      ),
      truthBoxes: truth.boxes,
      truthValid: truth.valid,
      truthLabels: { shape: [count, truth.places], dtype: 'int32', data: Int32Array.from(labels) },
      proposals: found.boxes,
      valid: found.valid,
      imgShapes: { shape: [count, 2], dtype: 'float32', data: Float32Array.from(sizes.flat()) },
    },
    run(context, inputs) {
      const features = mapsOf(given, inputs);
      const imgShapes = inputs['imgShapes'] as Tensor2D;
      const valid = inputs['valid'] as Tensor2D;
      const proposed: Proposals = {
        boxes: inputs['proposals'] as Tensor3D,
        scores: valid,
        valid,
      };
      const wanted: PaddedTruth = {
        boxes: inputs['truthBoxes'] as Tensor3D,
        labels: inputs['truthLabels'] as Tensor2D,
        valid: inputs['truthValid'] as Tensor2D,
      };
      const drawn = tf.tensor1d([1, 2], 'int32') as Tensor1D;
      const trained = heads.train(context, { features }, proposed, wanted, imgShapes, drawn);
      const said = heads.test(context, { features }, proposed, imgShapes);
      const { regions, logits, deltas } = combined(said, proposed);
      const best = bestDetections(regions, logits, deltas, imgShapes, coder, {
        ...limits,
        maxPerPicture: limits.maxPerPicture + spares,
      });
      const outputs: Record<string, Tensor> = {
        ...{ boxes: best.boxes, scores: best.scores, valid: best.valid },
        labels: tf.cast(best.labels, 'float32'),
      };
      const terms: Scalar[] = [];
      for (const [when, all] of [
        ['train', trained],
        ['test', said],
      ] as const) {
        all.forEach((each, index) => {
          outputs[`${when}${index}/rois`] = each.regions;
          outputs[`${when}${index}/cls_score`] = each.logits;
          outputs[`${when}${index}/bbox_pred`] = each.deltas;
        });
      }
      trained.forEach(({ cls, box, sampled }, index) => {
        outputs[`loss/s${index}.loss_cls`] = cls;
        outputs[`loss/s${index}.loss_bbox`] = box;
        outputs[`train${index}/sampled`] = sampled.sampled;
        terms.push(cls, box);
      });
      return { loss: tf.addN(terms) as Scalar, outputs };
    },
  });

  const detections = new Comparison(path, `${label}, detections`);
  node
    .get('detections')
    .list()
    .forEach((golden, picture) => {
      const own = (name: string) => {
        const all = result.outputs[name]?.data as Float32Array;
        const size = all.length / count;
        return all.subarray(picture * size, (picture + 1) * size);
      };
      const kept = own('valid').reduce((sum, flag) => sum + flag, 0);
      const boxes = own('boxes').subarray(0, kept * 4);
      const scores = own('scores').subarray(0, kept);
      const list = { boxes, scores, labels: Int32Array.from(own('labels').subarray(0, kept)) };
      compareDetections(detections, `picture ${picture}`, list, golden, limits.maxPerPicture);
    });
  const losses = new Comparison(path, `${label}, losses`);
  const names = settings.stages.flatMap((_, index) => [
    `s${index}.loss_cls`,
    `s${index}.loss_bbox`,
  ]);
  const values = Object.fromEntries(
    names.map((name) => [
      `loss/${name}`,
      Float32Array.from(result.outputs[`loss/${name}`]?.data ?? [Number.NaN]),
    ]),
  );
  compareTerms(losses, values, node, names);
  const gradients = new Comparison(path, `${label}, gradients`);
  compareHeadGradients(gradients, gradientsOf(result, given.specs), node, given, scope.params);
  return [
    structure.result(),
    ...(['test', 'train'] as const).map((when) => {
      const comparison = new Comparison(path, `${label}, stages (${when})`);
      node
        .get(`${when}_stages`)
        .list()
        .forEach((golden, index) => {
          golden.get('stage').fixed(index);
          compareStage(comparison, `${when}${index}`, result, golden, classes);
        });
      return comparison.result();
    }),
    detections.result(),
    losses.result(),
    gradients.result(),
  ];
}

/** Gradients by the names that `compareHeadGradients` looks for, maps in the engine's layout. */
function gradientsOf(
  { gradients, rawInputGradients }: PartResult,
  specs: Readonly<Record<string, unknown>>,
): Record<string, Float32Array> {
  const own = Object.entries(gradients).map(([name, each]) => [`grad/${name}`, each] as const);
  const maps = Object.keys(specs).map(
    (name) => [`grad/${name}`, rawInputGradients[name] ?? new Float32Array(0)] as const,
  );
  return Object.fromEntries([...own, ...maps]);
}

/** Boxes of all pictures in one array, with empty places behind those of some. */
function padded(pictures: readonly Float32Array[]): {
  readonly places: number;
  readonly boxes: PartInput;
  readonly valid: PartInput;
} {
  const count = pictures.length;
  const places = Math.max(...pictures.map(({ length }) => length / 4));
  const boxes = new Float32Array(count * places * 4);
  const valid = new Float32Array(count * places);
  pictures.forEach((own, picture) => {
    boxes.set(own, picture * places * 4);
    valid.fill(1, picture * places, picture * places + own.length / 4);
  });
  return {
    places,
    boxes: { shape: [count, places, 4], dtype: 'float32', data: boxes },
    valid: { shape: [count, places], dtype: 'float32', data: valid },
  };
}

/**
 * What one stage saw and said. The official sampler lists its regions in an order of its own, so
 * that each official row is compared with the own one whose region is nearest.
 */
function compareStage(
  comparison: Comparison,
  name: string,
  { outputs }: PartResult,
  golden: GoldenNode,
  classes: number,
): void {
  const data = (key: string) => outputs[`${name}/${key}`]?.data ?? [];
  const [rois, logits, deltas] = ['rois', 'cls_score', 'bbox_pred'].map(data) as [
    ArrayLike<number>,
    ArrayLike<number>,
    ArrayLike<number>,
  ];
  const [pictures = 0, places = 0] = outputs[`${name}/rois`]?.shape ?? [];
  const official = golden.get('rois').tensor();
  const rows = official.shape[0] as number;
  const order = Array.from({ length: rows }, (_, row) => {
    const [picture, ...box] = official.data.slice(row * 5, row * 5 + 5) as unknown as number[];
    const from = (picture as number) * places;
    const away = (place: number) =>
      box.reduce((sum, side, at) => sum + Math.abs(side - (rois[(from + place) * 4 + at] ?? 0)), 0);
    const nearest = Array.from({ length: places }, (_, place) => place).reduce((best, place) =>
      away(place) < away(best) ? place : best,
    );
    return from + nearest;
  });
  comparison.equal(`${name}, pictures`, pictures > 0, true);
  comparison.equal(`${name}, different regions`, new Set(order).size, rows);
  const taken = (values: ArrayLike<number>, width: number) =>
    order.flatMap((row) => Array.from({ length: width }, (_, at) => values[row * width + at] ?? 0));
  const boxes = Array.from({ length: rows }, (_, row) => [
    ...official.data.slice(row * 5 + 1, row * 5 + 5),
  ]).flat();
  const noise = golden.get('rois_f32_vs_f64').number();
  comparison.array(`${name}, regions`, taken(rois, 4), boxes, relativeTolerance(noise, 100));
  const scores = golden.get('cls_score').tensor();
  const tolerance = relativeTolerance(golden.get('cls_f32_vs_f64').number(), 1);
  comparison.array(`${name}, cls_score`, taken(logits, classes + 1), scores.data, tolerance);
  const moves = golden.get('bbox_pred').tensor();
  comparison.array(`${name}, bbox_pred`, taken(deltas, 4), moves.data, tolerance);
}
