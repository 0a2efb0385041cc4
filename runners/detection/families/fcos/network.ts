import type { Tensor3D } from '@tensorflow/tfjs-core';
import { tf } from '../../../engine/tensorflow.ts';
import { anchorShape } from '../../geometry/anchors.ts';
import { gridMemory } from '../../geometry/grids.ts';
import { membersOf } from '../../members.ts';
import type { BackboneSpec } from '../../parts/backbone.ts';
import { type DenseTestConfig, denseTest } from '../../parts/decode.ts';
import type { CandidateBoxes } from '../../parts/dense-candidates.ts';
import { denseTesting } from '../../parts/dense-testing.ts';
import { boxesAround, centresOf } from '../../parts/distances.ts';
import { pyramidTrunk } from '../../parts/pyramid-trunk.ts';
import type { Detector, DetectorOptions, DetectorOutput } from '../../types.ts';
import { type FcosMaps, fcosHead } from './head.ts';
import { fcosLosses } from './losses.ts';
import { fcosMaker } from './maker.ts';
import { fcosPoints } from './points.ts';

export interface FcosSpec {
  readonly backbone: BackboneSpec;
  /** Channels of pyramid and head; 256 in all published configs. */
  readonly channels?: number;
  /** Convolutions of the head before its last; 4 in all published configs. */
  readonly stacked?: number;
  /**
   * `plain`: as published first, distances in pixels from every point of a box, with the IoU loss;
   * `centred`: distances in strides, from points near the middle of a box, with the GIoU loss, as
   * FGD's student has it; `centred-on-boxes`: the same with the centreness seen by the convolutions
   * for boxes, as mmdetection has it.
   */
  readonly form: 'plain' | 'centred' | 'centred-on-boxes';
  readonly test?: DenseTestConfig;
}

const { strides } = fcosPoints;
/** Strides from the middle of a box to the points that it takes, with centre sampling. */
const radius = 1.5;

/**
 * What the forms differ in. Configs: mmdetection 3.3.0
 * configs/fcos/fcos_r50-caffe_fpn_gn-head_1x_coco.py; yzd-v/FGD@c03a6cf3b3cb
 * configs/fcos/fcos_center-normbbox-giou_r50_caffe_fpn_gn-head_mstrain_1x_coco.py.
 */
const centred = {
  normed: true,
  biased: true,
  centrenessOnBoxes: false,
  radius,
  loss: 'giou',
  test: { ...denseTest, iouThreshold: 0.6 },
} as const;

const forms = {
  plain: { ...centred, normed: false, biased: false, radius: null, loss: 'iou', test: denseTest },
  centred,
  'centred-on-boxes': { ...centred, centrenessOnBoxes: true },
} as const;

/**
 * The boxes that a level's distances stand for.
 *
 * @param normed whether distances are in strides
 */
export function distanceBoxes(
  normed: boolean,
  strides: readonly number[] = fcosPoints.strides,
): CandidateBoxes {
  return (points, distances, level) => {
    const pixels = normed ? tf.mul(distances, strides[level] as number) : distances;
    return boxesAround(centresOf(points), pixels as Tensor3D);
  };
}

type FcosOutput = DetectorOutput & FcosMaps;

const family = 'anchor-free';

/**
 * FCOS (Tian et al. 2019, arXiv:1904.01355): every point within a box predicts the distances to its
 * sides.
 */
export function fcos(
  name: string,
  { backbone: spec, channels = 256, stacked = 4, form, test }: FcosSpec,
  { classes, backbone: training }: DetectorOptions,
): Detector<FcosOutput> {
  const { normed, biased, centrenessOnBoxes, radius, loss, test: usual } = forms[form];
  const config = test ?? usual;
  const pyramid = { channels, startLevel: 1, extra: 'output-convolutions' } as const;
  const trunk = pyramidTrunk(
    { backbone: spec, family, strides, ...pyramid, extraAfterRelu: true },
    training,
  );
  const head = fcosHead(trunk.scope.child('bbox_head'), {
    ...{ classes, channels, stacked, levels: strides.length, biased, normed, centrenessOnBoxes },
  });
  const pointsOf = gridMemory(fcosPoints);
  return {
    name,
    classes,
    params: trunk.scope.params,
    shapes: trunk.shapes(
      name,
      strides.map(() => classes),
    ),
    forward(context, images) {
      const maps = trunk.features(context, images);
      return { ...maps, ...head(context, maps.features) };
    },
    training: {
      targets: ({ batchSize }) => fcosMaker({ classes, batchSize, radius, normed }),
      inputs(batch) {
        const shape = anchorShape(fcosPoints, batch);
        return {
          labels: { shape, dtype: 'float32' },
          labelWeights: { shape, dtype: 'float32' },
          distances: { shape: [...shape, 4], dtype: 'float32' },
          centreness: { shape, dtype: 'float32' },
          normaliser: { shape: [], dtype: 'float32' },
          centrality: { shape: [], dtype: 'float32' },
        };
      },
      losses({ output, inputs }) {
        const { cls, box, centreness } = fcosLosses(output, inputs, classes, loss);
        return { loss_cls: cls, loss_bbox: box, loss_centerness: centreness };
      },
    },
    testing: denseTesting<FcosOutput>({
      classes,
      test: config,
      grid: pointsOf,
      boxesOf: distanceBoxes(normed),
      seen: (output) => ({ ...output, factors: output.centreness }),
    }),
  };
}

/** A member by its backbone, form and sizes. */
export const fcosOf = membersOf<FcosSpec>({ kind: 'fcos', family }, fcos);
