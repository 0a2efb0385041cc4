import { exactLog } from '../../../common/random.ts';
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
