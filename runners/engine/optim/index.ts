import type { Recipe } from '../../trial/spec.ts';
import { adamW } from './adam.ts';
import type { Optimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';

export { adam, adamW } from './adam.ts';
export type { Optimizer, OptimizerStep } from './optimizer.ts';
export { sgd } from './sgd.ts';

/** The optimizer that a recipe asks for. */
export function createOptimizer(recipe: Recipe['optimizer']): Optimizer {
  return recipe.kind === 'sgd' ? sgd(recipe) : adamW(recipe);
}
