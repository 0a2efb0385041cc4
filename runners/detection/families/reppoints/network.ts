import type { Scalar, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../../../engine/tensorflow.ts';
import { anchorShape } from '../../geometry/anchors.ts';
import { gridMemory } from '../../geometry/grids.ts';
import { membersOf } from '../../members.ts';
import type { BackboneSpec } from '../../parts/backbone.ts';
import { type DenseTestConfig, denseTest } from '../../parts/decode.ts';
import type { CandidateBoxes } from '../../parts/dense-candidates.ts';
import { denseTesting } from '../../parts/dense-testing.ts';
import { pyramidTrunk } from '../../parts/pyramid-trunk.ts';
import type { Detector, DetectorOptions, DetectorOutput } from '../../types.ts';
import { type RepPointsMaps, repPointsHead } from './head.ts';
import { repPointsLosses } from './losses.ts';
import { repPointsMaker } from './maker.ts';
import { repPoints } from './points.ts';

export interface RepPointsSpec {
  readonly backbone: BackboneSpec;
  /** Channels of pyramid and head; 256 in all published configs. */
  readonly channels?: number;
  /** Convolutions of the head before those that look at points; 3 in all published configs. */
  readonly stacked?: number;
  readonly test?: DenseTestConfig;
}

const { strides } = repPoints;
/** Groups in which pyramid and head are normalised. */
const groups = 32;

/** A level's boxes are in strides from the corner of their cell. */
export function cornerBoxes(of: readonly number[] = strides): CandidateBoxes {
  return (points, boxes, level) => tf.add(tf.mul(boxes, of[level] as number), points) as Tensor3D;
}

type RepPointsOutput = DetectorOutput & RepPointsMaps;

const family = 'anchor-free';

/**
 * RepPoints (Yang et al. 2019, arXiv:1904.11490): an object is nine points, found in two stages;
 * its box lies around their mean (`moment`).
 *
 * Config: mmdetection 3.3.0 configs/reppoints/reppoints-moment_r50_fpn-gn_head-gn_1x_coco.py.
 */
export function reppoints(
  name: string,
  { backbone: spec, channels = 256, stacked = 3, test = denseTest }: RepPointsSpec,
  { classes, backbone: training }: DetectorOptions,
): Detector<RepPointsOutput> {
  const pyramid = { channels, startLevel: 1, extra: 'convolutions', groups } as const;
  const trunk = pyramidTrunk({ backbone: spec, family, strides, ...pyramid }, training);
  const head = repPointsHead(trunk.scope.child('bbox_head'), {
    ...{ classes, channels, stacked, groups },
  });
  const pointsOf = gridMemory(repPoints);
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
      const found = head.run(context, maps.features);
      const boxes = found.refined.map((points) => {
        const [pictures, height, width] = points.shape;
        return head.boxes(context, points).reshape([pictures, height, width, 4]) as Tensor4D;
      });
      return { ...maps, boxes, ...found };
    },
    training: {
      targets: ({ batchSize, boxes }) => repPointsMaker({ batchSize, boxes }),
      inputs(batch, { boxes }) {
        const shape = anchorShape(repPoints, batch);
        const truth = [batch.pictures, boxes];
        return {
          valid: { shape, dtype: 'float32' },
          boxTargets: { shape: [...shape, 4], dtype: 'float32' },
          boxWeights: { shape, dtype: 'float32' },
          normaliser: { shape: [], dtype: 'float32' },
          truthBoxes: { shape: [...truth, 4], dtype: 'float32' },
          truthLabels: { shape: truth, dtype: 'int32' },
          truthValid: { shape: truth, dtype: 'float32' },
        };
      },
      // The points that the second stage is trained on.
      totals: 1,
      losses({ context, output, inputs, part }) {
        const points = pointsOf(output);
        const setting = { strides, classes };
        const losses = repPointsLosses(context, head, output, inputs, points, setting, part);
        return {
          loss_cls: tf.addN([...losses.cls]) as Scalar,
          loss_pts_init: tf.addN([...losses.initial]) as Scalar,
          loss_pts_refine: tf.addN([...losses.refined]) as Scalar,
        };
      },
    },
    testing: denseTesting({ classes, test, grid: pointsOf, boxesOf: cornerBoxes() }),
  };
}

/** A member by its backbone and sizes. */
export const reppointsOf = membersOf<RepPointsSpec>({ kind: 'reppoints', family }, reppoints);
