import { ModuleScope } from '../../networks/modules.ts';
import { type DilatedResnetSpec, dilatedResnet } from './backbone.ts';
import { auxiliaryHead, decodeHead } from './heads.ts';
import type { DecodeSpec, HeadSpec, Segmenter } from './types.ts';

export interface SegmenterSpec {
  readonly backbone: DilatedResnetSpec;
  readonly decode: DecodeSpec;
  readonly auxiliary: HeadSpec;
}

/** What all segmenters are to methods. */
export const segmenterFamily = 'segmenter';

/**
 * Backbone, decode head on its last map and auxiliary head on the third.
 *
 * Official file: mmsegmentation 1.2.2 mmseg/models/segmentors/encoder_decoder.py.
 */
export function encoderDecoder(name: string, spec: SegmenterSpec, classes: number): Segmenter {
  const scope = new ModuleScope();
  const body = dilatedResnet(scope.child('backbone'), spec.backbone);
  const [, , third, last] = body.channels;
  const decode = decodeHead(scope.child('decode_head'), last, classes, spec.decode);
  const auxiliary = auxiliaryHead(scope.child('auxiliary_head'), third, classes, spec.auxiliary);
  return {
    name,
    classes,
    params: scope.params,
    shapes: {
      name,
      family: segmenterFamily,
      features: [last],
      strides: [8],
      embedding: spec.decode.channels,
      logits: [classes],
    },
    dropoutChannels: { decode: spec.decode.channels, auxiliary: spec.auxiliary.channels },
    forward(pass, images) {
      const maps = body.run(pass, images);
      const [, , before, top] = maps as [never, never, (typeof maps)[0], (typeof maps)[0]];
      return {
        backbone: maps,
        ...decode(pass, top),
        auxiliary: pass.auxiliary ? auxiliary(pass, before).logits : null,
      };
    },
  };
}
