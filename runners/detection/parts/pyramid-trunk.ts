import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { DenseShapes } from '../../distillers/dense/types.ts';
import { ModuleScope } from '../../networks/modules.ts';
import type { Forward } from '../../networks/types.ts';
import type { DetectorOptions, DetectorOutput } from '../types.ts';
import { type BackboneSpec, backbone } from './backbone.ts';
import { type FpnSpec, fpn } from './fpn.ts';

export interface PyramidTrunkSpec extends Omit<FpnSpec, 'inputs' | 'levels'> {
  readonly backbone: BackboneSpec;
  /** By which methods choose their official hyper-parameters. */
  readonly family: DenseShapes['family'];
  /** Of the pyramid's levels. */
  readonly strides: readonly number[];
}

/** What a detector's head is built on. */
export interface PyramidTrunk {
  /** Where the head declares its layers: those of backbone and pyramid are there already. */
  readonly scope: ModuleScope;
  /**
   * What distillers are told of the detector.
   *
   * @param logits channels of the class logits of each level
   */
  shapes(name: string, logits: readonly number[]): DenseShapes;
  /** @param images [B, H, W, 3] */
  features(context: Forward, images: Tensor4D): Pick<DetectorOutput, 'backbone' | 'features'>;
}

/** Backbone and feature pyramid, called `backbone` and `neck`. */
export function pyramidTrunk(
  { backbone: spec, family, strides, ...pyramid }: PyramidTrunkSpec,
  training: DetectorOptions['backbone'],
): PyramidTrunk {
  const scope = new ModuleScope();
  const body = backbone(scope.child('backbone'), spec, training);
  const levels = strides.length;
  const neck = fpn(scope.child('neck'), { ...pyramid, inputs: body.channels, levels });
  return {
    scope,
    shapes: (name, logits) => ({
      name,
      family,
      features: strides.map(() => pyramid.channels),
      strides,
      embedding: null,
      logits,
    }),
    features(context, images) {
      const maps = body.run(context, images);
      return { backbone: maps, features: neck(context, maps) };
    },
  };
}
