import { RandomStream } from '../../common/random.ts';
import { toEngine } from './layout.ts';
import type { Init, Network, ParamSpec } from './types.ts';

/**
 * Initial values of every tensor of `params`, in the engine's layout.
 *
 * Each tensor has its own stream `init/<name>`, drawn in PyTorch's element order: adding a layer,
 * or another layout, moves nobody else's numbers.
 */
export function initialState(
  params: readonly ParamSpec[],
  seed: number | string,
): Record<string, Float32Array> {
  return Object.fromEntries(params.map((spec) => [spec.name, initialValues(spec, seed)]));
}

function initialValues(spec: ParamSpec, seed: number | string): Float32Array {
  const values = new Float32Array(spec.torchShape.reduce((size, side) => size * side, 1));
  if (spec.init.kind === 'constant') return values.fill(spec.init.value);
  if (spec.init.kind === 'range') return values.map((_, index) => index);
  const stream = RandomStream.named(seed, `init/${spec.name}`);
  const draw = drawOf(spec.init, stream);
  for (let index = 0; index < values.length; index += 1) values[index] = draw();
  return toEngine(spec, values);
}

function drawOf(
  init: Exclude<Init, { kind: 'constant' | 'range' }>,
  stream: RandomStream,
): () => number {
  if (init.kind === 'normal') return () => init.std * stream.normal();
  if (init.kind === 'uniform') return () => init.bound * (2 * stream.uniform() - 1);
  return () => {
    let value = stream.normal();
    while (Math.abs(value) > 2) value = stream.normal();
    return init.std * value;
  };
}

/**
 * Number of trained values (weights, biases, batch norm's scale and offset), as papers count
 * parameters.
 */
export function countParameters(network: Pick<Network, 'params'>): number {
  return network.params
    .filter((spec) => spec.trainable)
    .reduce((sum, spec) => sum + spec.shape.reduce((size, side) => size * side, 1), 0);
}
