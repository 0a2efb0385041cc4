import type { Scalar, Tensor3D } from '@tensorflow/tfjs-core';
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
import type { Detector, DetectorOptions } from '../../types.ts';
import { gflAnchors } from './anchors.ts';
import { expectedDistances, gflHead } from './head.ts';
import { gflLosses } from './losses.ts';
import { gflMaker } from './maker.ts';

export interface GflSpec {
  readonly backbone: BackboneSpec;
  /** Channels of pyramid and head; 256 in all published configs. */
  readonly channels?: number;
  /** Convolutions of the head before its last; 4 in all published configs. */
  readonly stacked?: number;
  readonly test?: DenseTestConfig;
}

const { strides } = gflAnchors;
/** Bins of a distance, beside 0. */
export const regMax = 16;

/** configs/gfl/gfl_r50_fpn_1x_coco.py of mmdetection 3.3.0. */
export const gflTest: DenseTestConfig = { ...denseTest, iouThreshold: 0.6 };

const distanceBoxes: CandidateBoxes = (anchors, values, level) =>
  boxesAround(
    centresOf(anchors),
    tf.mul(expectedDistances(values), strides[level] as number) as Tensor3D,
  );

const family = 'anchor-free';

/**
 * Generalized Focal Loss (Li et al. 2020, arXiv:2006.04388): one anchor a cell; once it is
 * assigned, only its centre counts.
 *
 * Config: mmdetection 3.3.0 configs/gfl/gfl_r50_fpn_1x_coco.py.
 */
export function gfl(
  name: string,
  { backbone: spec, channels = 256, stacked = 4, test = gflTest }: GflSpec,
  { classes, backbone: training }: DetectorOptions,
): Detector {
  const pyramid = { channels, startLevel: 1, extra: 'output-convolutions' } as const;
  const trunk = pyramidTrunk({ backbone: spec, family, strides, ...pyramid }, training);
  const head = gflHead(trunk.scope.child('bbox_head'), {
    ...{ classes, channels, stacked, levels: strides.length, regMax },
  });
  const anchorsOf = gridMemory(gflAnchors);
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
      targets: ({ batchSize }) => gflMaker({ classes, batchSize }),
      inputs(batch) {
        const shape = anchorShape(gflAnchors, batch);
        return {
          labels: { shape, dtype: 'float32' },
          labelWeights: { shape, dtype: 'float32' },
          boxTargets: { shape: [...shape, 4], dtype: 'float32' },
          normaliser: { shape: [], dtype: 'float32' },
        };
      },
      // The scores that weigh the boxes.
      totals: 1,
      losses({ output, inputs, part }) {
        const { cls, box, dfl } = gflLosses(
          output,
          inputs,
          anchorsOf(output),
          strides,
          classes,
          part,
        );
        return {
          loss_cls: tf.addN([...cls]) as Scalar,
          loss_bbox: tf.addN([...box]) as Scalar,
          loss_dfl: tf.addN([...dfl]) as Scalar,
        };
      },
    },
    testing: denseTesting({ classes, test, grid: anchorsOf, boxesOf: distanceBoxes }),
  };
}

/** A member by its backbone and sizes. */
export const gflOf = membersOf<GflSpec>({ kind: 'gfl', family }, gfl);
