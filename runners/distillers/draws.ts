import type { RandomStream } from '../../common/random.ts';
import type { Draw, DrawnFor } from './types.ts';

/**
 * Draws the random inputs of one step from the method's stream, in the order of their declaration.
 */
export function drawInputs(
  draws: Readonly<Record<string, Draw>>,
  stream: RandomStream,
  batch: DrawnFor,
): Record<string, Float32Array | Int32Array> {
  return Object.fromEntries(
    Object.entries(draws).map(([name, draw]) => {
      const size = draw.shape(batch.labels.length).reduce((product, side) => product * side, 1);
      const values = draw.dtype === 'int32' ? new Int32Array(size) : new Float32Array(size);
      draw.fill(stream, values, batch);
      return [name, values];
    }),
  );
}

/** Fills with numbers uniform in [0, 1). */
export function uniform(stream: RandomStream, into: Float32Array | Int32Array): void {
  for (let index = 0; index < into.length; index += 1) into[index] = stream.uniform();
}
