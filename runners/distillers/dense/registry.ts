import { KindTable } from '../../../common/kind-table.ts';
import { denseMethodKinds } from './kinds.ts';
import type { DenseMethod } from './types.ts';

export const denseMethods = new KindTable(
  'dense method',
  denseMethodKinds,
  'runners/distillers/dense/kinds.ts',
);

/** The method called `id`, or undefined. It must be loaded. */
export function findDenseMethod(id: string): DenseMethod | undefined {
  return denseMethods.find(id);
}
