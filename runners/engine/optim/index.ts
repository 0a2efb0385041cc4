import type { Recipe } from '../../../contract/spec.ts';
import { adamW } from './adam.ts';
import type { Optimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';

export { type AdamHyper, adam, adamW } from './adam.ts';
export { clipByGlobalNorm, globalNorm } from './clip.ts';
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
  return recipe.kind === 'sgd' ? sgd(recipe) : adamW(recipe);
}
