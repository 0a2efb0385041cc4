import type { NetworkState } from './types.ts';

const prefix = 'backbone.';

/** What classifiers have none of: the offsets of deformable convolutions, which start at 0. */
const added = /\.conv_offset\./;

/**
 * The part of a network that its backbone is, under the names that it has alone
 * (`layer1.0.conv1.weight`), as far as a classifier has it.
 */
export function backboneOf(network: NetworkState): NetworkState {
  const { backboneModules: modules } = network;
  const start = modules === undefined ? prefix : '';
  const isPart = (name: string) =>
    modules === undefined ? name.startsWith(prefix) : modules.includes(name.split('.', 1)[0] ?? '');
  return {
    name: `the backbone of ${network.name}`,
    classes: network.classes,
    params: network.params
      .filter(({ name }) => isPart(name) && !added.test(name))
      .map((param) => ({ ...param, name: param.name.slice(start.length) })),
  };
}

/** Values of a backbone under the names that they have in the whole network. */
export function inNetwork(
  backbone: Readonly<Record<string, Float32Array>>,
  { backboneModules }: Pick<NetworkState, 'backboneModules'>,
): Record<string, Float32Array> {
  const start = backboneModules === undefined ? prefix : '';
  return Object.fromEntries(
    Object.entries(backbone).map(([name, values]) => [`${start}${name}`, values]),
  );
}
