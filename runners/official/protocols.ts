import type { Recipe } from '../../contract/spec.ts';

/** The training protocol behind an official log, as far as it must be known to read the log. */
export interface OfficialProtocol {
  readonly recipe: Recipe;
  readonly stepsPerEpoch: number;
  /** Its table and method in words: `lskd-table1, MLKD+LSKD`. */
  readonly of: string;
}

/** A data set on which official logs were trained. */
export interface LogDataset {
  /** Training pictures. */
  readonly pictures: number;
  /**
   * The recipe that the papers share (reference/recipes/recipes.yaml), before what they say of
   * single methods and pairs.
   */
  readonly recipe: string;
}

/** By the names of suites. */
export const logDatasets: Readonly<Record<string, LogDataset>> = {
  cifar100: { pictures: 50_000, recipe: 'cifar-240' },
  imagenet: { pictures: 1_281_167, recipe: 'imagenet-100' },
};

/** A recipe as the protocol of a log. */
export function officialProtocol(
  { pictures }: LogDataset,
  recipe: Recipe,
  of: string,
): OfficialProtocol {
  const steps = pictures / recipe.batchSize;
  return { recipe, of, stepsPerEpoch: recipe.dropLast ? Math.floor(steps) : Math.ceil(steps) };
}
