import type { Scalar, Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase } from '../../../contract/parity.ts';
import type { DecodedPicture } from '../../detection/geometry/detections.ts';
import { evenChoice } from '../../detection/geometry/sampling.ts';
import { rpnAnchors } from '../../detection/parts/two-stage/anchors.ts';
import { type BoxHeadOutput, boxHead } from '../../detection/parts/two-stage/box-head.ts';
import { decodeRois } from '../../detection/parts/two-stage/decode.ts';
import { boxHeadLosses } from '../../detection/parts/two-stage/losses.ts';
import { extractRegions } from '../../detection/parts/two-stage/roi-extractor.ts';
import { roiTargets } from '../../detection/parts/two-stage/roi-targets.ts';
import { regionSize } from '../../detection/parts/two-stage/trunk.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { TensorMap } from '../../engine/types.ts';
import { forwardContext } from '../../networks/forward.ts';
import { ModuleScope } from '../../networks/modules.ts';
import type { GoldenNode, GoldenTensor } from '../golden.ts';
import { turned } from '../losses/networks.ts';
import { type LossFunction, modes, runLoss } from '../losses/run.ts';
import { Comparison, largest, relativeTolerance } from '../tolerance.ts';
import { compareDetections } from './detection-list.ts';
import { samplerOf } from './detector-config.ts';
import { boxesOf, sizeOf } from './layout.ts';
import { roiTestOf } from './rcnn-config.ts';
import { truthsOf } from './retina-head.ts';

type Mode = (typeof modes)[number];

/** Levels of stride 4 to 32; regions come from no others. */
const levels = 4;
const strides = rpnAnchors.strides.slice(0, levels);

/** Regions of every picture in one shape [B, R, 4], 0 where a picture has fewer. */
function padded(regions: readonly Float32Array[], width: number): GoldenTensor {
  const places = Math.max(...regions.map(({ length }) => length / width));
  const data = new Float64Array(regions.length * places * width);
  regions.forEach((own, picture) => {
    data.set(own, picture * places * width);
  });
  const shape = [regions.length, places, ...(width === 1 ? [] : [width])];
  return { shape, data, dtype: 'float' };
}

/** The case's maps and parameters, and regions that the head looks at. */
function headTensors(node: GoldenNode, regions: GoldenTensor): Record<string, GoldenTensor> {
  const maps = node.get('feats').list().slice(0, levels);
  return {
    ...Object.fromEntries(maps.map((map, level) => [`feats.${level}`, map.tensor()])),
    ...Object.fromEntries(
      node
        .get('params')
        .entries()
        .map(([name, value]) => [`param:${name}`, value.tensor()]),
    ),
    regions,
  };
}

/** The product's second stage on the case's tensors. */
function headOf(node: GoldenNode, tensors: Readonly<Record<string, GoldenTensor>>) {
  const scope = new ModuleScope();
  const widthOf = (name: string, axis: number) => tensors[name]?.shape[axis] as number;
  const head = boxHead(scope.child('bbox_head'), {
    classes: node.get('num_classes').number(),
    channels: widthOf('feats.0', 1),
    size: regionSize,
    width: widthOf('param:bbox_head.shared_fcs.0.weight', 0),
  });
  return (given: TensorMap): BoxHeadOutput => {
    const state = Object.fromEntries(
      scope.params.map((spec) => [spec.name, turned(given[`param:${spec.name}`] as Tensor, spec)]),
    );
    const maps = strides.map(
      (_, level) => tf.transpose(given[`feats.${level}`] as Tensor, [0, 2, 3, 1]) as Tensor4D,
    );
    const regions = given['regions'] as Tensor3D;
    return head(forwardContext(state, false), extractRegions(maps, strides, regions, regionSize));
  };
}

/**
 * The second stage on sampled regions: class scores, box deltas, losses, gradients to maps and
 * parameters.
 */
export function boxHeadCases(path: string, name: string, node: GoldenNode): ParityCase[] {
  const classes = node.get('num_classes').number();
  const proposals = node.get('proposals').list().map(boxesOf);
  const sampler = samplerOf(node.get('sampler'), true);
  const made = truthsOf(node).map((truth, picture) =>
    roiTargets(proposals[picture] as Float32Array, truth, classes, evenChoice, sampler),
  );
  const each = (of: (one: (typeof made)[number]) => ArrayLike<number>, width: number) =>
    padded(
      made.map((one) => Float32Array.from(of(one))),
      width,
    );
  const labels = each(({ labels: own }) => own, 1);
  const tensors = {
    ...headTensors(
      node,
      each(({ rois }) => rois, 4),
    ),
    labels: { ...labels, dtype: 'int' as const },
    boxTargets: each(({ boxTargets }) => boxTargets, 4),
    positive: each(({ boxWeights }) => boxWeights, 1),
    sampled: each(({ labels: own }) => new Float32Array(own.length).fill(1), 1),
  };
  const head = headOf(node, tensors);
  const losses = (given: TensorMap) =>
    boxHeadLosses(
      head(given),
      {
        boxes: given['regions'] as Tensor3D,
        labels: given['labels'] as Tensor2D,
        boxTargets: given['boxTargets'] as Tensor3D,
        positive: given['positive'] as Tensor2D,
        sampled: given['sampled'] as Tensor2D,
      },
      classes,
    );
  const definition: LossFunction = {
    tensors,
    differentiate: Object.keys(tensors).filter((key) => /^(feats\.|param:)/.test(key)),
    loss: (given) => {
      const { cls, box } = losses(given);
      return tf.add(cls, box) as Scalar;
    },
    others: (given) => {
      const { cls, box } = losses(given);
      return { ...head(given), loss_cls: cls, loss_bbox: box };
    },
  };
  return modes.map((mode) =>
    headCase(path, `${name}, second stage, ${mode}`, node, definition, mode),
  );
}

function headCase(
  path: string,
  name: string,
  node: GoldenNode,
  definition: LossFunction,
  mode: Mode,
): ParityCase {
  const comparison = new Comparison(path, name);
  const { grads, others } = runLoss(definition, mode);
  const places = definition.tensors['sampled'] as GoldenTensor;
  for (const [key, own] of [
    ['cls_score', 'logits'],
    ['bbox_pred', 'deltas'],
  ] as const) {
    const golden = node.get(key).tensor();
    const width = golden.shape[1] as number;
    const values = others[own] ?? [];
    const rows = [...places.data.keys()].filter((row) => places.data[row] === 1);
    const data = rows.flatMap((row) => [...values.slice(row * width, (row + 1) * width)]);
    comparison.tensor(key, { shape: [rows.length, width], data }, golden, relativeTolerance(0, 1));
  }
  for (const key of ['loss_cls', 'loss_bbox'] as const) {
    const exact = node.get('losses_f64').get(key).number();
    const noise = Math.abs(node.get('losses').get(key).number() - exact);
    comparison.scalar(key, others[key]?.[0] as number, exact, relativeTolerance(noise, exact));
  }
  const noises = node.get('grad_f32_vs_f64');
  for (const [key, golden] of node.get('grads').entries()) {
    // The fifth map is the RPN's alone: it has no gradient, which is written as null.
    if (!golden.has('shape')) continue;
    const expected = golden.tensor();
    const noise = noises.optional(key);
    const recorded =
      noise === null ? 0 : noise.isList() ? (noise.numbers()[0] as number) : noise.number();
    const tolerance = relativeTolerance(recorded, largest(expected.data));
    comparison.tensor(`gradient of ${key}`, grads[key] as GoldenTensor, expected, tolerance);
  }
  return comparison.result();
}

/** Detections of the second stage on the proposals of the case that a decoding case refers to. */
export function roiDecodeCase(
  path: string,
  name: string,
  node: GoldenNode,
  trained: GoldenNode,
): ParityCase {
  const comparison = new Comparison(path, name);
  const classes = trained.get('num_classes').number();
  const config = roiTestOf(node.get('hyper'));
  const proposals = trained.get('proposals').list().map(boxesOf);
  const metas = trained.get('metas').list();
  const tensors = headTensors(trained, padded(proposals, 4));
  const head = headOf(trained, tensors);
  const { others } = runLoss(
    {
      tensors,
      differentiate: ['param:bbox_head.fc_cls.bias'],
      loss: (given) => tf.sum(head(given).logits) as Scalar,
      others: (given) => ({ ...head(given) }),
    },
    'eager',
  );
  const places = tensors['regions']?.shape[1] as number;
  const factors = node.get('rescale').flag() ? [...node.get('scale_factor_wh').numbers()] : null;
  node
    .get('detections')
    .list()
    .forEach((golden, index) => {
      const own = proposals[index] as Float32Array;
      const picture: DecodedPicture = {
        imgShape: sizeOf((metas[index] as GoldenNode).get('img_shape')),
        scaleFactor: factors as [number, number] | null,
      };
      const rows = (values: Float32Array | Int32Array | undefined, width: number) =>
        Float32Array.from(values ?? []).subarray(
          index * places * width,
          (index * places + own.length / 4) * width,
        );
      const found = decodeRois(
        own,
        rows(others['logits'], classes + 1),
        rows(others['deltas'], 4 * classes),
        classes,
        picture,
        config,
      );
      compareDetections(comparison, `picture ${index}`, found, golden);
    });
  return comparison.result();
}
