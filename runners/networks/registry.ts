import { KindTable } from '../../common/kind-table.ts';
import { kindNamed } from './kind-named.ts';
import { networkKinds } from './kinds.ts';
import type { Network } from './types.ts';

export const networks = new KindTable('network', networkKinds, 'runners/networks/kinds.ts');

export function networkNames(): readonly string[] {
  return networks.ids;
}

export function hasNetwork(name: string): boolean {
  return networks.has(name);
}

interface Asked {
  readonly classes: number;
  /** Height, width and channels of a picture; default: those that the network is made for. */
  readonly inputShape?: Network['inputShape'];
}

/**
 * The network called `name`. It must be loaded: by `loadNetwork`, or all of them by `all.ts`.
 *
 * @throws UsageError `MODEL_UNKNOWN` with the nearest known name, `MODEL_CLASSES`
 */
export function createNetwork(name: string, { classes, inputShape }: Asked): Network {
  const kind = kindNamed(networks, 'network', name, classes);
  const { side = 32 } = kind;
  return kind.build(name, { classes, inputShape: inputShape ?? [side, side, 3] });
}

/** The same for a network that may not be loaded yet. */
export async function loadNetwork(name: string, asked: Asked): Promise<Network> {
  await networks.load([name]);
  return createNetwork(name, asked);
}
