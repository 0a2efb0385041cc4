import type { GoldenNode } from '../golden.ts';

/*
 * What the drivers of feature methods read of a case. Weights that a file leaves out are 1.
 */

/** A number of the case's settings. */
export const number = (node: GoldenNode, name: string): number =>
  node.get('hyper').get(name).number();

/** Names of the tensors of a list of inputs. */
export const stages = (node: GoldenNode, name: string): readonly string[] =>
  node
    .get('inputs')
    .get(name)
    .list()
    .map((_, index) => `${name}[${index}]`);

/** mdistiller's losses leave out the stem, feature 0. */
export const withStem = (names: readonly string[]): readonly (string | null)[] => [null, ...names];
