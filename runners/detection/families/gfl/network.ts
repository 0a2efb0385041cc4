import type { Scalar, Tensor3D } from '@tensorflow/tfjs-core';
import { tf } from '../../../engine/tensorflow.ts';
import { ModuleScope } from '../../../networks/modules.ts';
import { anchorShape } from '../../geometry/anchors.ts';
import { gridMemory } from '../../geometry/grids.ts';
import { membersOf } from '../../members.ts';
import { type BackboneSpec, backbone } from '../../parts/backbone.ts';
import {
  type CandidateRows,
  type DenseTestConfig,
  decodeCandidates,
  denseTest,
} from '../../parts/decode.ts';
import { type CandidateBoxes, denseCandidates } from '../../parts/dense-candidates.ts';
import { boxesAround, centresOf } from '../../parts/distances.ts';
import { fpn } from '../../parts/fpn.ts';
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
  const scope = new ModuleScope();
  const body = backbone(scope.child('backbone'), spec, training);
  const levels = strides.length;
  const neck = fpn(scope.child('neck'), {
    inputs: body.channels,
    channels,
    startLevel: 1,
    levels,
    extra: 'output-convolutions',
  });
  const head = gflHead(scope.child('bbox_head'), { classes, channels, stacked, levels, regMax });
  const anchorsOf = gridMemory(gflAnchors);
  return {
    name,
    classes,
    params: scope.params,
    shapes: {
      name,
      family,
      features: strides.map(() => channels),
      strides,
      embedding: null,
      logits: strides.map(() => classes),
    },
    forward(context, images) {
      const maps = body.run(context, images);
      const features = neck(context, maps);
      return { backbone: maps, features, ...head(context, features) };
    },
    training: {
      targets: ({ batchSize }) => gflMaker({ classes, batchSize }),
      inputs(batch) {
        const shape = anchorShape(gflAnchors, batch);
        return {
          labels: { shape, dtype: 'int32' },
          labelWeights: { shape, dtype: 'float32' },
          boxTargets: { shape: [...shape, 4], dtype: 'float32' },
          normaliser: { shape: [], dtype: 'float32' },
        };
      },
      losses({ output, inputs }) {
        const { cls, box, dfl } = gflLosses(output, inputs, anchorsOf(output), strides, classes);
        return {
          loss_cls: tf.addN([...cls]) as Scalar,
          loss_bbox: tf.addN([...box]) as Scalar,
          loss_dfl: tf.addN([...dfl]) as Scalar,
        };
      },
    },
    testing: {
      outputs: ({ output, imgShapes }) => ({
        ...denseCandidates(output, anchorsOf(output), imgShapes, classes, test, distanceBoxes),
      }),
      decode: (values, picture) =>
        decodeCandidates(values as unknown as CandidateRows, picture, test),
    },
  };
}

/** A member by its backbone and sizes. */
export const gflOf = membersOf<GflSpec>({ kind: 'gfl', family }, gfl);
