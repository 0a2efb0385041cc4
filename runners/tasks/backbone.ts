import type { NetworkState } from './types.ts';

const prefix = 'backbone.';

/**
 * The part of a network that its backbone is, under the names that it has alone
 * (`layer1.0.conv1.weight`).
 */
export function backboneOf(network: NetworkState): NetworkState {
  return {
    name: `the backbone of ${network.name}`,
    classes: network.classes,
    params: network.params
      .filter(({ name }) => name.startsWith(prefix))
      .map((param) => ({ ...param, name: param.name.slice(prefix.length) })),
  };
}

/** Values of a backbone under the names that they have in the whole network. */
export function inNetwork(
  backbone: Readonly<Record<string, Float32Array>>,
): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(backbone).map(([name, values]) => [`${prefix}${name}`, values]),
  );
}
