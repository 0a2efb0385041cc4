import type { Scalar } from '@tensorflow/tfjs-core';
import { tf } from '../../../engine/tensorflow.ts';
import { anchorShape, anchorsPerCell } from '../../geometry/anchors.ts';
import { gridMemory } from '../../geometry/grids.ts';
import { membersOf } from '../../members.ts';
import type { BackboneSpec } from '../../parts/backbone.ts';
import { type DenseTestConfig, denseTest } from '../../parts/decode.ts';
import { denseTesting } from '../../parts/dense-testing.ts';
import { pyramidTrunk } from '../../parts/pyramid-trunk.ts';
import type { Detector, DetectorOptions } from '../../types.ts';
import { retinaAnchors } from './anchors.ts';
import { retinaHead } from './head.ts';
import { retinaLosses } from './losses.ts';
import { retinaMaker } from './maker.ts';

export interface RetinanetSpec {
  readonly backbone: BackboneSpec;
  /** Channels of pyramid and head; 256 in all published configs. */
  readonly channels?: number;
  /** Convolutions of the head before its last; 4 in all published configs. */
  readonly stacked?: number;
  /** Edge of the smallest anchor of a level in units of its stride; 4 in all published configs. */
  readonly octaveBaseScale?: number;
  readonly test?: DenseTestConfig;
}

const strides = [8, 16, 32, 64, 128];

const family = 'anchor-based';

/**
 * RetinaNet (Lin et al. 2017, arXiv:1708.02002).
 *
 * Config: mmdetection 3.3.0 configs/_base_/models/retinanet_r50_fpn.py.
 */
export function retinanet(
  name: string,
  {
    backbone: spec,
    channels = 256,
    stacked = 4,
    octaveBaseScale = 4,
    test = denseTest,
  }: RetinanetSpec,
  { classes, backbone: training }: DetectorOptions,
): Detector {
  const pyramid = { channels, startLevel: 1, extra: 'convolutions' } as const;
  const trunk = pyramidTrunk({ backbone: spec, family, strides, ...pyramid }, training);
  const config = retinaAnchors({ strides, octaveBaseScale });
  const anchors = anchorsPerCell(config);
  const head = retinaHead(trunk.scope.child('bbox_head'), {
    ...{ classes, channels, anchors, stacked },
  });
  const anchorsOf = gridMemory(config);
  return {
    name,
    classes,
    params: trunk.scope.params,
    shapes: trunk.shapes(
      name,
      strides.map(() => anchors * classes),
    ),
    anchors: config,
    forward(context, images) {
      const maps = trunk.features(context, images);
      return { ...maps, ...head(context, maps.features) };
    },
    training: {
      targets: ({ batchSize }) => retinaMaker({ classes, batchSize, strides, octaveBaseScale }),
      inputs(batch) {
        const shape = anchorShape(config, batch);
        return {
          labels: { shape, dtype: 'float32' },
          labelWeights: { shape, dtype: 'float32' },
          boxTargets: { shape: [...shape, 4], dtype: 'float32' },
          boxWeights: { shape, dtype: 'float32' },
          normaliser: { shape: [], dtype: 'float32' },
        };
      },
      losses({ output, inputs }) {
        const { cls, box } = retinaLosses(output, inputs, classes);
        return { loss_cls: tf.addN([...cls]) as Scalar, loss_bbox: tf.addN([...box]) as Scalar };
      },
    },
    testing: denseTesting({ classes, test, grid: anchorsOf }),
  };
}

/** A member by its backbone and sizes. */
export const retinanetOf = membersOf<RetinanetSpec>({ kind: 'retinanet', family }, retinanet);
