import { UsageError } from '../../common/errors.ts';
import type { Recipe, Task } from '../trial/spec.ts';

/**
 * Refuses what a recipe has and trainings of its task have not: a field that is passed over would make another protocol.
 *
 * @param fields by the names that recipes have; absent ones are undefined
 * @throws UsageError `RECIPE_FIELD`
 */
export function refuseFields(
  recipe: Recipe,
  task: Task,
  fields: Readonly<Record<string, unknown>>,
  hint: string,
): void {
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    throw new UsageError(
      'RECIPE_FIELD',
      `The recipe ${recipe.name} has ${field}, which trainings of ${task} have not.`,
      { hint },
    );
  }
}

/** For tasks whose pictures are normalised in one way only. */
export function refuseNormalisation({ normalisation, ...recipe }: Recipe, task: Task): void {
  const hint = 'Only classification has a choice; leave the field out.';
  refuseFields({ ...recipe }, task, { normalisation }, hint);
}

/** For tasks whose loaders change no colours. */
export function refuseDistortion(recipe: Recipe, task: Task): void {
  const { distortion } = recipe.augmentation;
  const hint = 'Only segmentation changes colours; leave the field out.';
  refuseFields(recipe, task, { 'augmentation.distortion': distortion }, hint);
}
