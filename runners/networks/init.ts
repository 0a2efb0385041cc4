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
  if (spec.init.kind === 'sinusoid') return sinusoid(values, spec.torchShape.at(-1) as number);
  const stream = RandomStream.named(seed, `init/${spec.name}`);
  if (spec.init.kind === 'orthogonal') {
    return orthogonal(values, spec.torchShape.at(-1) as number, spec.init.gain, stream);
  }
  const draw = drawOf(spec.init, stream);
  for (let index = 0; index < values.length; index += 1) values[index] = draw();
  return toEngine(spec, values);
}

function drawOf(
  init: Exclude<Init, { kind: 'constant' | 'range' | 'orthogonal' | 'sinusoid' }>,
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

/** Sine and cosine in turn, of the place over 10000^(2 i / C) for channels 2 i and 2 i + 1. */
function sinusoid(values: Float32Array, channels: number): Float32Array {
  return values.map((_, index) => {
    const [place, channel] = [Math.floor(index / channels), index % channels];
    const angle = place / 10000 ** ((2 * Math.floor(channel / 2)) / channels);
    return channel % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}

/**
 * Rows of `width` normal numbers, made orthogonal to those before them and `gain` long:
 * Gram-Schmidt, each row twice, so that rounding leaves no part of the others.
 */
function orthogonal(
  values: Float32Array,
  width: number,
  gain: number,
  stream: RandomStream,
): Float32Array {
  const rows: Float64Array[] = [];
  for (let start = 0; start < values.length; start += width) {
    const row = Float64Array.from({ length: width }, () => stream.normal());
    for (const other of [...rows, ...rows]) {
      const along = dot(row, other);
      for (let at = 0; at < width; at += 1) {
        row[at] = (row[at] as number) - along * (other[at] as number);
      }
    }
    const length = Math.sqrt(dot(row, row));
    rows.push(row.map((value) => value / length));
  }
  values.set(rows.flatMap((row) => [...row.map((value) => gain * value)]));
  return values;
}

const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);

/**
 * Number of trained values (weights, biases, batch norm's scale and offset), as papers count
 * parameters.
 */
export function countParameters(network: Pick<Network, 'params'>): number {
  return network.params
    .filter((spec) => spec.trainable)
    .reduce((sum, spec) => sum + spec.shape.reduce((size, side) => size * side, 1), 0);
}
