import type { Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase } from '../../../contract/parity.ts';
import { areaOf, bitmapOf } from '../../data/coco/rle.ts';
import {
  likelyCells,
  type SoloTestConfig,
  soloFound,
} from '../../detection/families/solo/candidates.ts';
import { maskStrides, type SoloGrids } from '../../detection/families/solo/grids.ts';
import { soloHead } from '../../detection/families/solo/head.ts';
import { soloLosses } from '../../detection/families/solo/losses.ts';
import { type SoloRows, soloDetections } from '../../detection/families/solo/masks.ts';
import { type MatrixNmsConfig, matrixNms } from '../../detection/families/solo/matrix-nms.ts';
import { soloTargets, wordsOf } from '../../detection/families/solo/targets.ts';
import type { Truth } from '../../detection/geometry/anchor-targets.ts';
import type { Size } from '../../detection/geometry/anchors.ts';
import { boxCount } from '../../detection/geometry/boxes.ts';
import { resizeBilinear } from '../../engine/ops/index.ts';
import { createProgram } from '../../engine/program.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { ArrayMap, TensorSpec } from '../../engine/types.ts';
import { forwardContext } from '../../networks/forward.ts';
import { ModuleScope } from '../../networks/modules.ts';
import type { GoldenNode } from '../golden.ts';
import { type Mode, torchView } from '../networks.ts';
import { Comparison, largest, relativeTolerance } from '../tolerance.ts';
import {
  compareHeadGradients,
  compareMaps,
  compareStructure,
  compareTerms,
  givenMaps,
  headProgram,
  headStep,
  headTruths,
  mapsOf,
} from './head-file.ts';
import { boxesOf, integersOf, sizeOf } from './layout.ts';
import { compareNoisy } from './network-file.ts';
import { seededCases } from './seeded-cases.ts';

/** SOLO's head: maps, targets, losses, gradients, masks that are found; and matrix NMS alone. */
export const soloHeadCheck = seededCases(({ path, node, seed, mode }) =>
  node.has('hyper') ? matrixCase(path, node, mode) : headCase(path, node, seed, mode),
);

function headCase(path: string, node: GoldenNode, seed: number, mode: Mode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const config = node.get('config');
  const { spec, grids, test } = settingsOf(config);
  const scope = new ModuleScope();
  const head = soloHead(scope, spec);
  compareStructure(comparison, node, scope.params);
  const given = givenMaps(node, seed);
  const truths = headTruths(node).map((truth) => ({ ...truth, masks: ruleMasks(truth) }));
  const size = sizeOf(node.get('features').get('size'));
  const places = Math.max(1, ...truths.map(({ boxes }) => boxCount(boxes)));
  const targets = soloTargets(truths, size, spec.classes, grids, places);
  const inputs = inputsOf(targets, truths.length, size, places);
  node.get('gt_masks_rule').text();
  const levels = grids.cells.map((_, level) => level);
  const shapes: Record<string, readonly number[]> = {};
  const program = headProgram(mode, node, scope.params, seed, {
    find: {
      inputs: given.specs,
      run(state, values) {
        const context = forwardContext(state, false);
        const maps = head.run(context, mapsOf(given, values));
        const [, height, width] = (maps.maskFeatures[0] as Tensor4D).shape;
        const outputs: Record<string, Tensor4D> = {};
        for (const level of levels) {
          const own = maps.maskFeatures[level] as Tensor4D;
          const shares = tf.sigmoid(head.masks(context, own, level));
          outputs[`mask_preds_${level}`] = resizeBilinear(shares, [height, width]);
          outputs[`cls_preds_${level}`] = likelyCells(maps.logits[level] as Tensor4D);
        }
        for (const [name, map] of Object.entries(outputs)) shapes[`eval ${name}`] = map.shape;
        const found = soloFound(context, head, maps, grids, spec.classes, test);
        return { outputs: { ...outputs, ...found }, state: {} };
      },
    },
    train: headStep({
      given,
      params: scope.params,
      inputs: inputs.specs,
      run(context, maps) {
        const { logits, maskFeatures } = head.run(context, maps);
        const masks = maskFeatures.map((map, level) => head.masks(context, map, level));
        for (const level of levels) {
          shapes[`mask_preds ${level}`] = (masks[level] as Tensor4D).shape;
          shapes[`cls_preds ${level}`] = (logits[level] as Tensor4D).shape;
        }
        return { mask_preds: masks, cls_preds: logits };
      },
      losses(maps, values) {
        const own = { logits: maps.cls_preds, masks: maps.mask_preds };
        const { mask, cls } = soloLosses(own, values, grids);
        return { loss_mask: mask, loss_cls: cls };
      },
    }),
  });
  try {
    const outputs = program.call('train', { ...given.values, ...inputs.values });
    for (const name of ['mask_preds', 'cls_preds']) {
      const shape = (level: number) => shapes[`${name} ${level}`] ?? [];
      compareMaps(comparison, outputs, node.get('outputs').get(name), name, shape);
      const gradients = node.get('grad_outputs').get(name);
      compareMaps(comparison, outputs, gradients, name, shape, 'of/');
    }
    compareTerms(comparison, outputs, node, ['loss_mask', 'loss_cls']);
    compareHeadGradients(comparison, outputs, node, given, scope.params);
    compareTargets(comparison, node, targets, grids, size, places);
    const found = program.call('find', given.values);
    const evaluated = node.optional('eval_outputs');
    for (const name of ['mask_preds', 'cls_preds']) {
      evaluated
        ?.get(name)
        .list()
        .forEach((golden, level) => {
          const key = `${name}_${level}`;
          const view = torchView(shapes[`eval ${key}`] ?? [], found[key] as Float32Array);
          compareShares(comparison, key, view, golden);
        });
    }
    compareResults(comparison, node, found, test, size);
  } finally {
    program.dispose();
  }
  return comparison.result();
}

/** No noise is recorded of the eval outputs: then it is that of float32. */
function compareShares(
  comparison: Comparison,
  name: string,
  view: ReturnType<typeof torchView>,
  golden: GoldenNode,
): void {
  if (golden.has('f32_vs_f64_maxabs')) {
    compareNoisy(comparison, name, view, golden);
    return;
  }
  comparison.equal(`${name}, shape`, view.shape, golden.get('shape').shape());
  const first = golden.get('first').numbers();
  const scale = golden.get('maxabs').number();
  const own = Array.from({ length: first.length }, (_, at) => view.data[at] as number);
  comparison.array(`${name}, values`, own, first, 1e-5, scale);
  const data = Float64Array.from(view.data);
  comparison.scalar(`${name}, largest`, largest(data), scale, 1e-5);
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  comparison.scalar(`${name}, mean`, mean, golden.get('mean').number(), 1e-5, scale);
}

/** Masks that are found: scores, classes, sizes and middles. */
function compareResults(
  comparison: Comparison,
  node: GoldenNode,
  found: ArrayMap,
  test: SoloTestConfig,
  batch: Size,
): void {
  const metas = node.get('metas').list();
  node
    .optional('results')
    ?.list()
    .forEach((golden, index) => {
      const part = (name: keyof SoloRows) => {
        const whole = found[name] as Float32Array;
        const each = whole.length / metas.length;
        return whole.subarray(index * each, (index + 1) * each);
      };
      const meta = metas[index] as GoldenNode;
      const picture = {
        imgShape: sizeOf(meta.get('img_shape')),
        oriShape: sizeOf(meta.get('ori_shape')),
      };
      const rows = { scores: part('scores'), labels: part('labels'), masks: part('masks') };
      const own = soloDetections(rows, picture, batch, test.maskThreshold);
      const label = `picture ${index}`;
      const scores = golden.get('scores').tensor().data;
      const noise = golden.get('scores_f32_vs_f64').number();
      const tolerance = relativeTolerance(noise, largest(scores));
      comparison.array(`${label}, scores`, own.scores, scores, tolerance);
      comparison.equal(`${label}, labels`, [...own.labels], [...integersOf(golden.get('labels'))]);
      const shape = golden.get('mask_shape').shape();
      const first = own.masks[0];
      comparison.equal(
        `${label}, size of masks`,
        [own.masks.length, first?.height, first?.width],
        shape,
      );
      comparison.equal(`${label}, areas`, own.masks.map(areaOf), [
        ...golden.get('mask_areas').numbers(),
      ]);
      golden
        .get('mask_centroid_xy')
        .list()
        .forEach((middle, at) => {
          const mask = own.masks[at];
          if (mask === undefined) return;
          comparison.array(`${label}, middle of ${at}`, middleOf(mask), middle.numbers(), 1e-6);
        });
    });
}

/** Mean column and row of a mask's pixels. */
function middleOf(mask: ReturnType<typeof soloDetections>['masks'][number]): [number, number] {
  const bitmap = bitmapOf(mask);
  let [pixels, x, y] = [0, 0, 0];
  bitmap.forEach((value, at) => {
    if (value === 0) return;
    pixels += 1;
    x += at % mask.width;
    y += Math.floor(at / mask.width);
  });
  return [x / pixels, y / pixels];
}

/** Matrix NMS of given masks. */
function matrixCase(path: string, node: GoldenNode, mode: Mode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const hyper = node.get('hyper');
  const named = hyper.get('kernel').text();
  if (named !== 'gaussian' && named !== 'linear') {
    throw hyper.get('kernel').malformed('is an unknown kernel');
  }
  const inputs = node.get('inputs');
  const scores = inputs.get('scores').tensor().data;
  const labels = integersOf(inputs.get('labels'));
  const count = scores.length;
  const config: MatrixNmsConfig = {
    kernel: named,
    sigma: hyper.optional('sigma')?.number() ?? 2,
    filterThreshold: hyper.optional('filter_thr')?.number() ?? 0,
    nmsPre: hyper.optional('nms_pre')?.number() ?? count,
    maxPerPicture: hyper.optional('max_num')?.number() ?? count,
  };
  node.get('masks_rule').text();
  const [height, width] = sizeOf(node.get('mask_size'));
  const boxes = boxesOf(node.get('boxes'));
  const masks = ruleMasks({ boxes, imgShape: [height, width] });
  const areas = masks.map((mask) => mask.reduce((sum, value) => sum + value, 0));
  comparison.equal('areas', areas, [...node.get('mask_areas').numbers()]);
  const program = createProgram({
    mode,
    state: {},
    initial: {},
    functions: {
      keep: {
        inputs: {
          masks: { shape: [1, count, height * width], dtype: 'float32' },
          labels: { shape: [1, count], dtype: 'int32' },
          scores: { shape: [1, count], dtype: 'float32' },
        },
        run: (_, given) => ({
          outputs: {
            ...matrixNms(
              given['masks'] as Tensor3D,
              given['labels'] as Tensor2D,
              given['scores'] as Tensor2D,
              config,
            ),
          },
          state: {},
        }),
      },
    },
  });
  try {
    const kept = program.call('keep', {
      masks: Float32Array.from(masks.flatMap((mask) => [...mask])),
      labels,
      scores: Float32Array.from(scores),
    });
    const own = [...(kept['scores'] as Float32Array)].filter((score) => score >= 0);
    const golden = node.get('outputs');
    const expected = golden.get('scores').tensor().data;
    const noise = golden.get('scores_f32_vs_f64').number();
    comparison.array('scores', own, expected, relativeTolerance(noise, largest(expected)));
    const places = [...(kept['indices'] as Int32Array)].slice(0, own.length);
    comparison.equal('places', places, [...integersOf(golden.get('keep'))]);
    const classes = places.map((place) => labels[place] as number);
    comparison.equal('labels', classes, [...integersOf(golden.get('labels'))]);
  } finally {
    program.dispose();
  }
  return comparison.result();
}

/**
 * Masks by the files' rule: of every second box the ellipse within it, of the others the pixels
 * whose centres lie in it.
 */
function ruleMasks({ boxes, imgShape }: Pick<Truth, 'boxes' | 'imgShape'>): Uint8Array[] {
  const [height, width] = imgShape;
  return Array.from({ length: boxCount(boxes) }, (_, box) => {
    const [x1, y1, x2, y2] = [0, 1, 2, 3].map((part) => boxes[4 * box + part] as number) as [
      number,
      number,
      number,
      number,
    ];
    const mask = new Uint8Array(height * width);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const [across, down] = [
          (x + 0.5 - (x1 + x2) / 2) / ((x2 - x1) / 2),
          (y + 0.5 - (y1 + y2) / 2) / ((y2 - y1) / 2),
        ];
        const inside =
          box % 2 === 0
            ? across * across + down * down <= 1
            : x + 0.5 >= x1 && x + 0.5 <= x2 && y + 0.5 >= y1 && y + 0.5 <= y2;
        if (inside) mask[y * width + x] = 1;
      }
    }
    return mask;
  });
}

/** What a case's config says, for the product's own functions. */
function settingsOf(config: GoldenNode) {
  config.allFixed({
    type: 'SOLOHead',
    cls_down_index: 0,
    loss_mask: { type: 'DiceLoss', use_sigmoid: true, loss_weight: 3 },
    loss_cls: { type: 'FocalLoss', use_sigmoid: true, gamma: 2, alpha: 0.25, loss_weight: 1 },
  });
  const norm = config.get('norm_cfg');
  norm.allFixed({ type: 'GN', requires_grad: true });
  const cells = [...config.get('num_grids').numbers()];
  const grids: SoloGrids = {
    cells,
    strides: [...config.get('strides').numbers()],
    ranges: config
      .get('scale_ranges')
      .list()
      .map((range) => [...range.numbers()] as [number, number]),
    centre: config.get('pos_scale').number(),
  };
  const testing = config.get('test_cfg');
  const kernel = testing.get('kernel').text();
  if (kernel !== 'gaussian' && kernel !== 'linear') {
    throw testing.get('kernel').malformed('is an unknown kernel');
  }
  const test: SoloTestConfig = {
    kernel,
    sigma: testing.get('sigma').number(),
    nmsPre: testing.get('nms_pre').number(),
    scoreThreshold: testing.get('score_thr').number(),
    maskThreshold: testing.get('mask_thr').number(),
    filterThreshold: testing.get('filter_thr').number(),
    maxPerPicture: testing.get('max_per_img').number(),
  };
  const spec = {
    classes: config.get('num_classes').number(),
    inputs: config.get('in_channels').number(),
    channels: config.get('feat_channels').number(),
    stacked: config.get('stacked_convs').number(),
    cells,
    groups: norm.get('num_groups').number(),
  };
  return { spec, grids, test };
}

function inputsOf(
  { masks, ...arrays }: ReturnType<typeof soloTargets>,
  pictures: number,
  size: Size,
  places: number,
) {
  const shape = [pictures, arrays.labels.length / pictures];
  const packed = Object.entries(masks).map(([stride, values]) => {
    const words = wordsOf(size, Number(stride));
    const own: TensorSpec = { shape: [pictures, places, words], dtype: 'int32' };
    return { name: `masks${stride}`, spec: own, values };
  });
  const specs: Record<string, TensorSpec> = {
    labels: { shape, dtype: 'int32' },
    labelWeights: { shape, dtype: 'float32' },
    owners: { shape, dtype: 'int32' },
    positive: { shape, dtype: 'float32' },
    ...Object.fromEntries(packed.map(({ name, spec }) => [name, spec])),
  };
  const values: Record<string, Float32Array | Int32Array> = {
    ...arrays,
    ...Object.fromEntries(packed.map((each) => [each.name, each.values])),
  };
  return { specs, values };
}

/** Labels and positive cells of every level, and how large their masks are. */
function compareTargets(
  comparison: Comparison,
  node: GoldenNode,
  targets: ReturnType<typeof soloTargets>,
  grids: SoloGrids,
  size: Size,
  places: number,
): void {
  const strides = maskStrides(grids);
  const pictures = node.optional('targets')?.list() ?? [];
  const count = targets.labels.length / Math.max(1, pictures.length);
  pictures.forEach((levels, picture) => {
    let start = picture * count;
    levels.list().forEach((golden, level) => {
      const cells = (grids.cells[level] as number) ** 2;
      const name = `picture ${picture}, level ${level}`;
      const labels = targets.labels.subarray(start, start + cells);
      comparison.equal(`${name}, labels`, [...labels], [...integersOf(golden.get('labels'))]);
      const positive = targets.positive.subarray(start, start + cells);
      const own = [...positive.keys()].filter((cell) => positive[cell] === 1);
      comparison.equal(`${name}, cells`, own, [...integersOf(golden.get('pos_grid'))]);
      const stride = strides[level] as number;
      const words = wordsOf(size, stride);
      const packed = targets.masks[stride] as Int32Array;
      const sums = own.map((cell) => {
        const at = (picture * places + (targets.owners[start + cell] as number)) * words;
        return packed.subarray(at, at + words).reduce((sum, word) => sum + bitCount(word), 0);
      });
      comparison.equal(`${name}, sizes`, sums, [...golden.get('mask_target_sums').numbers()]);
      const shape = [own.length, size[0] / stride, size[1] / stride];
      comparison.equal(`${name}, shape`, shape, golden.get('mask_target_shape').shape());
      start += cells;
    });
  });
}

function bitCount(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count += 1;
  return count;
}
