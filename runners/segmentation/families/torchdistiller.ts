import { segmenterFamily } from '../networks/encoder-decoder.ts';
import { torchDistillerBackbones, torchDistillerPspnet } from '../networks/torchdistiller.ts';
import type { SegmenterKind } from '../networks/types.ts';

/** What a line of `kinds.ts` says of a PSPNet of CWD's authors. */
export interface Member {
  readonly backbone: keyof typeof torchDistillerBackbones;
  /** What zoos of trained weights call the backbone; absent where nobody released any. */
  readonly architecture?: string;
  /** What CWD's table calls it. */
  readonly printed?: string;
}

/** PSPNet as TorchDistiller has it, by its backbone. */
export function torchDistillerOf({ backbone, architecture, printed }: Member): SegmenterKind {
  return {
    kind: 'pspnet',
    family: segmenterFamily,
    architecture: architecture ?? null,
    printed: printed ?? null,
    build: (name, { classes }) =>
      torchDistillerPspnet(name, torchDistillerBackbones[backbone], classes),
  };
}
