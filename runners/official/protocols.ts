import { lookUp } from '../../common/look-up.ts';
import type { Recipe } from '../trial/spec.ts';

/** The training protocol behind an official log, as far as it must be known to read the log. */
export interface OfficialProtocol {
  readonly recipe: Recipe;
  readonly stepsPerEpoch: number;
}

/** Training pictures, and the recipe that the papers share (reference/recipes/recipes.yaml). LSKD's is the same. */
const protocols: Readonly<Record<string, { readonly pictures: number; readonly recipe: string }>> =
  {
    cifar100: { pictures: 50_000, recipe: 'cifar-240' },
    imagenet: { pictures: 1_281_167, recipe: 'imagenet-100' },
  };

/** Epochs of methods whose official schedule is longer than the others' (reference/recipes/official.yaml: lskd-cifar100). */
const longer: Readonly<Record<string, number>> = { mlkd: 480 };

/**
 * The protocol of a data set, or null where none is known. An incomplete last batch is kept.
 *
 * @param recipeOf the recipe of that name for the student, with other epochs where they are given
 */
export function officialProtocol(
  dataset: string,
  method: string,
  recipeOf: (name: string, epochs: number | undefined) => Recipe,
): OfficialProtocol | null {
  const known = Object.hasOwn(protocols, dataset) ? protocols[dataset] : undefined;
  if (known === undefined) return null;
  const recipe = recipeOf(known.recipe, lookUp(longer, method.split('+')[0] as string));
  return { recipe, stepsPerEpoch: Math.ceil(known.pictures / recipe.batchSize) };
}
