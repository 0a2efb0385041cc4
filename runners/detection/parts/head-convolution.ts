import { exactLog } from '../../../common/random.ts';
import { relu } from '../../engine/ops/index.ts';
import type { Layer, ModuleScope } from '../../networks/modules.ts';
import type { Init } from '../../networks/types.ts';

/** How mmdetection's one-stage heads start all their convolutions. */
export const small: Init = { kind: 'normal', std: 0.01 };

/** Score of every class at the start, so that the many background anchors do not drown the rest. */
const prior = 0.01;

/** The bias with which a score starts at `prior`. */
export const scoreBias = -exactLog((1 - prior) / prior);

/** A 3 x 3 convolution with bias of a one-stage head. */
export function headConvolution(
  scope: ModuleScope,
  name: string,
  { inputs, outputs, bias = 0 }: { inputs: number; outputs: number; bias?: number },
): Layer {
  return scope.conv(name, {
    inputs,
    outputs,
    kernel: 3,
    padding: 1,
    bias: true,
    start: { weight: small, bias },
  });
}

export interface NormedTowerSpec {
  /** Channels of what comes in. */
  readonly inputs: number;
  readonly channels: number;
  /** Convolutions. */
  readonly stacked: number;
  /** Groups in which channels are normalised. */
  readonly groups: number;
  /** Whether convolutions have a bias before the norm; default false. */
  readonly biased?: boolean;
}

/** Convolutions of a head, each with group norm and ReLU. */
export function normedTower(
  scope: ModuleScope,
  { inputs, channels, stacked, groups, biased = false }: NormedTowerSpec,
): Layer {
  const layers = Array.from({ length: stacked }, (_, index) => {
    const block = scope.child(index);
    const conv = block.conv('conv', {
      inputs: index === 0 ? inputs : channels,
      outputs: channels,
      kernel: 3,
      padding: 1,
      bias: biased,
      start: { weight: small, bias: 0 },
    });
    return { conv, norm: block.groupNorm('gn', channels, groups) };
  });
  return (context, map) =>
    layers.reduce((x, { conv, norm }) => relu(norm(context, conv(context, x))), map);
}
