import type { Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tensorflow.ts';
import type { Layer, ModuleScope } from '../../networks/modules.ts';
import { convModule, segClassifier } from './conv-module.ts';
import type { DecodeSpec, HeadName, HeadSpec, SegmenterPass } from './types.ts';

/** What a head gives of a map of the backbone. */
export interface HeadOutput {
  /** [B, H, W, channels], dropout included. */
  readonly embedding: Tensor4D;
  /** [B, H, W, classes] */
  readonly logits: Tensor4D;
}

export type Head = (pass: SegmenterPass, map: Tensor4D) => HeadOutput;

/** A decode head: what it is called in the state is `decode_head`. */
export function decodeHead(
  scope: ModuleScope,
  inputs: number,
  classes: number,
  spec: DecodeSpec,
): Head {
  const classifier = segClassifier(scope, spec.channels, classes);
  return classified('decode', spec.body(scope, inputs), classifier);
}

/**
 * The auxiliary head, a fully convolutional one of one 3x3 convolution (mmsegmentation's FCNHead
 * with `num_convs` 1 and without concatenation): `auxiliary_head`.
 */
export function auxiliaryHead(
  scope: ModuleScope,
  inputs: number,
  classes: number,
  { channels }: HeadSpec,
): Head {
  const classifier = segClassifier(scope, channels, classes);
  const body = convModule(scope.child('convs').child(0), {
    inputs,
    outputs: channels,
    kernel: 3,
    padding: 1,
  });
  return classified('auxiliary', body, classifier);
}

/**
 * The classifier is declared before the body, as the base class of the original's heads assigns it.
 */
function classified(name: HeadName, body: Layer, classifier: Layer): Head {
  return (pass, map) => {
    const embedding = dropped(pass, name, body(pass, map));
    return { embedding, logits: classifier(pass, embedding) };
  };
}

/** A map with some of its channels dropped, where the pass drops any. */
export function dropped(pass: SegmenterPass, head: HeadName, map: Tensor4D): Tensor4D {
  const factors = pass.dropout(head);
  return factors === null ? map : (tf.mul(map, factors) as Tensor4D);
}
