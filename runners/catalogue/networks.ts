import '../networks/all.ts';
import { createDetector, detectorNames, hasDetector } from '../detection/registry.ts';
import { createNetwork, networkNames } from '../networks/registry.ts';
import { createSegmenter, hasSegmenter, segmenterNames } from '../segmentation/registry.ts';
import { backboneOf } from '../tasks/backbone.ts';
import type { NetworkState } from '../tasks/types.ts';
import { denseWordsOf } from './dense-networks.ts';

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
  return denseWordsOf(network)?.architecture ?? null;
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
