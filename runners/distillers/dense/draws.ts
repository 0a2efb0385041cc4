import type { RandomStream } from '../../../common/random.ts';
import type { Size } from '../../data/dense/geometry.ts';
import type { DenseDraw } from './types.ts';

/**
 * Draws the random inputs of one step from the method's stream, in the order of their declaration.
 */
export function drawDense(
  draws: Readonly<Record<string, DenseDraw>>,
  stream: RandomStream,
  batch: number,
  maps: readonly Size[],
): [name: string, values: Float32Array][] {
  return Object.entries(draws).map(([name, draw]) => {
    const size = draw.shape(batch, maps).reduce((product, side) => product * side, 1);
    const values = new Float32Array(size);
    draw.fill(stream, values);
    return [name, values];
  });
}
