import { cwd } from './cwd.ts';
import { fgd } from './fgd.ts';
import { fitnet } from './fitnet.ts';
import { kd } from './kd.ts';
import { mgd } from './mgd.ts';
import { none } from './none.ts';
import type { DenseMethod } from './types.ts';

/**
 * Every method of detection and segmentation, one line each. A new method is a file of its own and
 * a line here.
 */
export const denseMethods: readonly DenseMethod[] = [none, kd, cwd, fitnet, fgd, mgd];

export const denseMethodIds: readonly string[] = denseMethods.map(({ id }) => id);

/** The method called `id`, or undefined. */
export function findDenseMethod(id: string): DenseMethod | undefined {
  return denseMethods.find((method) => method.id === id);
}
