import { UsageError } from '../../common/errors.ts';
import { inLayer } from '../engine/layers.ts';
import type { Forward, ParamSpec } from '../networks/types.ts';
import type { DistillStep } from './types.ts';

/** The forward pass of a method's own layers: in training mode, over the method's state. */
export function partsContext(step: Pick<DistillStep, 'param' | 'update'>): Forward {
  return {
    training: true,
    param: (name) => step.param(name),
    update: (name, value) => step.update(name, value),
    layer: inLayer,
  };
}

/**
 * Parts whose constructor leaves PyTorch's default initialisation: weights of convolutions
 * (transposed ones included) uniform within 1 / sqrt(fan-in), where networks have mdistiller's
 * Kaiming normal.
 */
export function torchDefaults(params: readonly ParamSpec[]): ParamSpec[] {
  return withWeights(params, (fanIn) => ({ kind: 'uniform', bound: 1 / Math.sqrt(fanIn) }));
}

/** The same with any initialisation of the convolutions' weights that depends on their fan-in. */
export function withWeights(
  params: readonly ParamSpec[],
  init: (fanIn: number) => ParamSpec['init'],
): ParamSpec[] {
  return params.map((spec) => {
    if (spec.kind !== 'weight' || spec.torchShape.length !== 4) return spec;
    const fanIn = spec.torchShape.slice(1).reduce((product, side) => product * side, 1);
    return { ...spec, init: init(fanIn) };
  });
}

/** A buffer of a method: state that is saved and resumed, and that the optimizer leaves alone. */
export function buffer(name: string, shape: readonly number[], init: ParamSpec['init']): ParamSpec {
  return { name, torchShape: shape, shape, kind: 'buffer', layout: 'flat', trainable: false, init };
}

/** @throws UsageError `METHOD_NETWORKS` */
export function refuseNetworks(method: string, reason: string, hint?: string): never {
  throw new UsageError('METHOD_NETWORKS', `${method} cannot be used here: ${reason}.`, { hint });
}
