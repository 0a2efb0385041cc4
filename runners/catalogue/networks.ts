import {
  createDetector,
  detectorArchitecture,
  detectorNames,
  hasDetector,
} from '../detection/registry.ts';
import { createNetwork, networkNames } from '../networks/registry.ts';
import {
  createSegmenter,
  hasSegmenter,
  segmenterArchitecture,
  segmenterNames,
} from '../segmentation/registry.ts';
import type { NetworkState } from '../tasks/types.ts';

/*
 * Networks of all tasks, as far as files of weights need them.
 */

/**
 * The network of any task called `name`.
 *
 * @throws UsageError `MODEL_UNKNOWN` with the nearest known name, `MODEL_CLASSES`
 */
export function networkOf(name: string, classes: number): NetworkState {
  if (hasDetector(name)) return createDetector(name, { classes });
  if (hasSegmenter(name)) return createSegmenter(name, { classes });
  return createNetwork(name, { classes });
}

/** Names of the networks of all tasks. */
export function allNetworkNames(): readonly string[] {
  return [...networkNames(), ...detectorNames(), ...segmenterNames()];
}

/**
 * What zoos of trained weights call the backbone of a network; null where it has none that anybody
 * released weights for.
 */
export function architectureOf(network: string): string | null {
  return detectorArchitecture(network) ?? segmenterArchitecture(network);
}

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

/**
 * The backbone that zoos call `architecture`, as the networks here have it; null for one that none
 * has.
 */
export function backboneCalled(architecture: string): NetworkState | null {
  const owner = [...detectorNames(), ...segmenterNames()].find(
    (name) => architectureOf(name) === architecture,
  );
  if (owner === undefined) return null;
  return { ...backboneOf(networkOf(owner, 1)), name: architecture };
}
