import type { Recipe } from '../../../contract/spec.ts';
import { adamW } from './adam.ts';
import { dot } from './dot.ts';
import type { Optimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';

export { type AdamHyper, adam, adamW } from './adam.ts';
export { clipByGlobalNorm, globalNorm } from './clip.ts';
export { type DotHyper, dot } from './dot.ts';
export { lamb } from './lamb.ts';
export { initialScaler, nextScaler, type ScalerState, unscale } from './loss-scale.ts';
export type {
  Optimizer,
  OptimizerInput,
  OptimizerResult,
  ParameterSlot,
  ParameterUpdate,
} from './optimizer.ts';
export { learningRate, type ScheduledRecipe } from './schedule.ts';
export { type SgdHyper, sgd } from './sgd.ts';

/**
 * The optimizer that a recipe asks for. Its learning rate is a number of the schedule, given at
 * every step.
 */
export function createOptimizer(recipe: Recipe['optimizer']): Optimizer {
  if (recipe.kind === 'adamw') return adamW(recipe);
  const { delta } = recipe;
  return delta === undefined ? sgd(recipe) : dot({ ...recipe, delta });
}

/** Whether the recipe's optimizer wants the gradient of the distillation loss apart. */
export function keepsDistillationApart(recipe: Recipe['optimizer']): boolean {
  return recipe.kind === 'sgd' && recipe.delta !== undefined;
}
