import { expansion } from '../networks/resnet-blocks.ts';
import { type DilatedResnetSpec, dilatedBackbones } from './networks/backbone.ts';
import { encoderDecoder, segmenterFamily } from './networks/encoder-decoder.ts';
import type { DecodeSpec, SegmenterKind } from './networks/types.ts';

/** What a line of `kinds.ts` says of a segmenter. */
export interface Member {
  readonly backbone: keyof typeof dilatedBackbones;
  /** What published tables call it, where one has it. */
  readonly printed?: string;
}

/**
 * The segmenters with one decode head: a line of `kinds.ts` names one by its backbone. The decode
 * head has a quarter of the channels of the backbone's last map and the auxiliary head an eighth,
 * as in all published configs: 128 and 64 for ResNet-18, 512 and 256 for ResNet-50 and 101.
 *
 * @param kind the word for them by which methods may have hyper-parameters of their own: `pspnet`
 */
export function membersOf(
  kind: string,
  head: (channels: number) => DecodeSpec,
): (member: Member) => SegmenterKind {
  return ({ backbone: id, printed = null }) => {
    const backbone: DilatedResnetSpec = dilatedBackbones[id];
    const { block, width = 64, architecture = null } = backbone;
    const channels = width * expansion[block];
    const spec = { backbone, decode: head(2 * channels), auxiliary: { channels } };
    return {
      kind,
      family: segmenterFamily,
      architecture,
      printed,
      build: (name, { classes }) => encoderDecoder(name, spec, classes),
    };
  };
}
