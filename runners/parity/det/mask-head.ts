import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase } from '../../../contract/parity.ts';
import { areaOf, bitmapOf } from '../../data/coco/rle.ts';
import type { Size } from '../../detection/geometry/anchors.ts';
import { eachShare, maskThreshold, pasteMask } from '../../detection/geometry/paste.ts';
import { packedMasks } from '../../detection/parts/two-stage/maker.ts';
import {
  maskFeatureSize,
  maskHead,
  maskLoss,
  maskSize,
  ownMasks,
} from '../../detection/parts/two-stage/mask-head.ts';
import { maskTargets } from '../../detection/parts/two-stage/mask-targets.ts';
import { createProgram } from '../../engine/program.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { FunctionSpec } from '../../engine/types.ts';
import { ModuleScope } from '../../networks/modules.ts';
import type { GoldenNode } from '../golden.ts';
import type { Mode } from '../networks.ts';
import { compareState, stateEntries } from '../state-dict.ts';
import { Comparison, relativeTolerance } from '../tolerance.ts';
import { compareParamGradients } from './head-file.ts';
import { boxesOf, integersOf, sizeOf } from './layout.ts';
import { compareNoisy } from './network-file.ts';
import { ruleInput, runPart } from './part-file.ts';
import { seededCases } from './seeded-cases.ts';

/** The mask branch: forward pass, targets, loss with gradients, and masks pasted into a picture. */
export const maskHeadCheck = seededCases(({ mode, path, seed, node }) =>
  casesOf(mode, path, seed, node),
);

function casesOf(mode: Mode, path: string, seed: number, node: GoldenNode): ParityCase[] {
  const label = node.get('name').text();
  const config = node.get('config');
  config.allFixed({
    type: 'FCNMaskHead',
    roi_feat_size: maskFeatureSize,
    loss_mask: { type: 'CrossEntropyLoss', use_mask: true, loss_weight: 1 },
  });
  const channels = config.get('in_channels').number();
  config.get('conv_out_channels').fixed(channels);
  const scope = new ModuleScope();
  const head = maskHead(scope, {
    classes: config.get('num_classes').number(),
    channels,
    stacked: config.get('num_convs').number(),
  });
  const structure = new Comparison(path, `${label}, structure`);
  compareState(structure, scope.params, stateEntries(node));

  const targets = new Comparison(path, `${label}, targets`);
  const made = targetsOf(mode, node, targets);
  const labels = integersOf(node.get('pos_labels'));
  const rows = labels.length;
  const shape = node.get('features').get('shape').shape() as [number, number, number, number];
  const pixels = maskSize * maskSize;
  const { outputs, loss, gradients, inputGradients } = runPart(mode, {
    ...{ params: scope.params, seed, golden: node, differentiate: ['features'] },
    inputs: {
      features: ruleInput(shape, 4000003, seed),
      labels: { shape: [rows], dtype: 'int32', data: labels },
      targets: { shape: [rows, maskSize, maskSize], dtype: 'float32', data: made },
    },
    run(context, given) {
      const logits = head(context, given['features'] as Tensor4D);
      const own = ownMasks(logits, given['labels'] as Tensor1D);
      const loss = maskLoss(own, given['targets'] as Tensor, tf.ones([rows])) as Scalar;
      return { loss, outputs: { mask_pred: logits, own, shares: tf.sigmoid(own) } };
    },
  });
  const forward = new Comparison(path, `${label}, forward and loss`);
  if (outputs['mask_pred'] !== undefined) {
    compareNoisy(forward, 'mask_pred', outputs['mask_pred'], node.get('mask_pred'));
  }
  const noise = node.get('mask_pred').get('f32_vs_f64_maxabs').number();
  const first = node.get('mask_pred_first_roi_own_class').tensor();
  const own = Array.from(outputs['own']?.data ?? []).slice(0, pixels);
  forward.array('first region', own, first.data, relativeTolerance(noise, 1));
  const exact = node.get('loss_f64').number();
  const lossNoise = Math.abs(node.get('loss').number() - exact);
  forward.scalar('loss', loss, exact, relativeTolerance(lossNoise, exact));

  const backward = new Comparison(path, `${label}, gradients`);
  compareParamGradients(
    backward,
    (name, size) => gradients[name] ?? new Float32Array(size),
    node.get('grad_params'),
    scope.params,
  );
  const features = inputGradients['features'];
  if (features !== undefined) {
    compareNoisy(backward, 'features', features, node.get('grad_features'));
  }
  const shares = Float32Array.from(outputs['shares']?.data ?? []);
  return [
    structure.result(),
    targets.result(),
    forward.result(),
    backward.result(),
    ...pasteCases(path, label, node, shares),
  ];
}

/** Masks by the file's rule: ellipses and boxes in turn. */
function truthMask(box: ArrayLike<number>, place: number, [height, width]: Size): Uint8Array {
  const [x1, y1, x2, y2] = Array.from(box) as [number, number, number, number];
  const mask = new Uint8Array(height * width);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const [x, y] = [column + 0.5, row + 0.5];
      const across = (x - (x1 + x2) / 2) / ((x2 - x1) / 2);
      const down = (y - (y1 + y2) / 2) / ((y2 - y1) / 2);
      const inside =
        place % 2 === 0
          ? across * across + down * down <= 1
          : x >= x1 && x <= x2 && y >= y1 && y <= y2;
      mask[row * width + column] = inside ? 1 : 0;
    }
  }
  return mask;
}

/** `maskTargets` as a function of a program: of packed `masks`, `boxOf` and so many `regions`. */
export function maskTargetsFunction(form: {
  readonly masks: readonly [pictures: number, places: number, height: number, words: number];
  readonly regions: number;
  readonly width: number;
}): FunctionSpec {
  const [pictures] = form.masks;
  return {
    inputs: {
      masks: { shape: form.masks, dtype: 'int32' },
      boxOf: { shape: [pictures, form.regions], dtype: 'int32' },
      regions: { shape: [pictures, form.regions, 4], dtype: 'float32' },
    },
    run: (_, { masks, boxOf, regions }) => {
      const [owners, boxes] = [boxOf as Tensor2D, regions as Tensor3D];
      const targets = maskTargets(masks as Tensor, owners, boxes, form.width, maskSize);
      return { state: {}, outputs: { targets } };
    },
  };
}

/** Targets of the file's regions by the product's own functions, compared with the file's. */
function targetsOf(mode: Mode, node: GoldenNode, comparison: Comparison): Float32Array {
  const size = sizeOf(node.get('picture_size'));
  const [height, width] = size;
  const truths = node.get('gt_bboxes').list().map(boxesOf);
  const areas = node.get('gt_mask_areas').list();
  const pictures = truths.map((boxes, picture) => {
    const masks = Array.from({ length: boxes.length / 4 }, (_, place) =>
      truthMask(boxes.subarray(place * 4, place * 4 + 4), place, size),
    );
    comparison.equal(
      `areas of the masks of picture ${picture}`,
      masks.map((mask) => mask.reduce((sum, value) => sum + value, 0)),
      [...(areas[picture]?.numbers() ?? [])],
    );
    return { masks, imgShape: size };
  });
  const places = Math.max(...pictures.map(({ masks }) => masks.length));
  const regions = node.get('pos_rois').list().map(boxesOf);
  const owners = node.get('pos_assigned_gt_inds').list().map(integersOf);
  const most = Math.max(...owners.map(({ length }) => length));
  const count = pictures.length;
  const padded = {
    regions: new Float32Array(count * most * 4),
    boxOf: new Int32Array(count * most),
  };
  regions.forEach((boxes, picture) => {
    padded.regions.set(boxes, picture * most * 4);
  });
  owners.forEach((own, picture) => {
    padded.boxOf.set(own, picture * most);
  });
  const batch = { pictures, height, width } as unknown as Parameters<typeof packedMasks>[0];
  const masks = packedMasks(batch, count, places);
  const words = masks.length / (count * places * height);
  const form = { masks: [count, places, height, words], regions: most, width } as const;
  const functions = { targets: maskTargetsFunction(form) };
  const program = createProgram({ mode, state: {}, initial: {}, functions });
  try {
    const all = program.call('targets', { masks, ...padded })['targets'] as Float32Array;
    const pixels = maskSize * maskSize;
    const own = owners.flatMap(({ length }, picture) =>
      Array.from({ length }, (_, row) => {
        const at = (picture * most + row) * pixels;
        return all.subarray(at, at + pixels);
      }),
    );
    const sums = own.map((target) => target.reduce((sum, value) => sum + value, 0));
    comparison.equal('sums', sums, [...node.get('mask_targets_sums').numbers()]);
    const [first, last] = [node.get('mask_targets_first'), node.get('mask_targets_last')];
    comparison.equal('first', [...(own[0] ?? [])], [...first.tensor().data]);
    comparison.equal('last', [...(own.at(-1) ?? [])], [...last.tensor().data]);
    return Float32Array.from(own.flatMap((target) => [...target]));
  } finally {
    program.dispose();
  }
}

function pasteCases(
  path: string,
  label: string,
  node: GoldenNode,
  shares: Float32Array,
): ParityCase[] {
  const paste = node.get('paste');
  paste.get('threshold').fixed(maskThreshold);
  const size = sizeOf(node.get('picture_size'));
  const boxes = boxesOf(paste.get('boxes'));
  const pixels = maskSize * maskSize;
  return paste
    .get('cases')
    .list()
    .map((each) => {
      const comparison = new Comparison(path, `${label}, pasted (${each.get('mode').text()})`);
      each
        .get('masks')
        .list()
        .forEach((golden, row) => {
          const mask = shares.subarray(row * pixels, (row + 1) * pixels);
          const box = boxes.subarray(row * 4, row * 4 + 4);
          let sum = 0;
          eachShare(mask, box, size, (_, __, share) => {
            sum += share;
          });
          const pasted = pasteMask(mask, box, size);
          comparison.scalar(`${row}, sum`, sum, golden.get('sum').number(), 1e-5);
          // A share within rounding of the threshold may be on the other side of it.
          const close = golden.get('min_distance_to_threshold').number() < 1e-5 ? 1 : 0;
          const area = golden.get('area').number();
          comparison.add(`${row}, area`, Math.abs(areaOf(pasted) - area), close);
          const text = golden.optional('mask')?.text();
          if (text === undefined) return;
          const own = bitmapOf(pasted);
          const other = [...text].filter((digit, at) => Number(digit) !== own[at]).length;
          comparison.add(`${row}, pixels that differ`, other, close);
          comparison.equal(`${row}, pixels`, own.length, text.length);
        });
      return comparison.result();
    });
}
