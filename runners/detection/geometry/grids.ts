import type { DetectorOutput } from '../types.ts';
import { type AnchorConfig, gridAnchors, type Size } from './anchors.ts';
import type { Boxes } from './boxes.ts';

/** Anchors of all levels for the maps of an output, made once for each size. */
export function gridMemory(
  config: AnchorConfig,
): (output: Pick<DetectorOutput, 'features'>) => Boxes {
  const grids = new Map<string, Boxes>();
  return ({ features }) => {
    const sizes = features.map(({ shape }): Size => [shape[1], shape[2]]);
    const key = sizes.join(' ');
    const grid = grids.get(key) ?? gridAnchors(config, sizes);
    grids.set(key, grid);
    return grid;
  };
}
