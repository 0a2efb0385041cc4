import { readFileSync } from 'node:fs';
import { lookUp } from '../../common/look-up.ts';
import type { NetworkShapes } from '../networks/shapes.ts';

interface Known {
  /** Whether it has residual branches that training may leave out. */
  readonly dropsPaths: boolean;
  /** Its shapes by the side of its pictures. */
  readonly sides: Readonly<Record<string, Omit<NetworkShapes, 'name'>>>;
}

let shapes: Readonly<Record<string, Known>> | undefined;

/** Written by bench/network-shapes.ts. A user's own network is not among them. */
function known(network: string): Known | undefined {
  shapes ??= JSON.parse(
    readFileSync(new URL('./network-shapes.json', import.meta.url), 'utf8'),
  ) as Record<string, Known>;
  return lookUp(shapes, network);
}

/**
 * What a network of classification gives to methods, without TensorFlow.
 *
 * @param side height and width of its pictures
 * @returns null where that is not known: of own networks, and at sizes that nobody asked before
 */
export function knownShapes(network: string, side: number): NetworkShapes | null {
  const found = lookUp(known(network)?.sides ?? {}, String(side));
  return found === undefined ? null : { name: network, ...found };
}

/** Whether a network has residual branches to leave out; null where that is not known. */
export function dropsPaths(network: string): boolean | null {
  return known(network)?.dropsPaths ?? null;
}
