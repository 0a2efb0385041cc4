import { UsageError } from '../../../common/errors.ts';
import type { BatchParts } from '../../../contract/parts.ts';
import type { Recipe, TrialSpec } from '../../../contract/spec.ts';
import type { PictureUse } from '../../distillers/kind.ts';
import type { ParamSpec } from '../../networks/types.ts';
import { renewsMemory, unusedError } from '../recipe-use.ts';

/** A training, as far as it decides whether parts of its batches change numbers. */
export interface DividedTraining {
  readonly recipe: Recipe;
  /** Of the student's network. */
  readonly params: readonly Pick<ParamSpec, 'name' | 'kind'>[];
  /** What the method does with the pictures of a batch, and the parts that it adds. */
  readonly method: {
    readonly id: string;
    readonly pictures: PictureUse;
    readonly params: readonly Pick<ParamSpec, 'name' | 'kind'>[];
  };
}

/**
 * Why a training has other numbers where its batches are worked off in parts, beyond rounding; null
 * where it has the same.
 */
export function partsChange({ recipe, params, method }: DividedTraining): string | null {
  const { mix, erasing } = recipe.augmentation;
  // Batch norm of a frozen backbone takes its running statistics.
  const frozen = (name: string) => recipe.normEval === true && name.startsWith('backbone.');
  const moves = [...params.filter(({ name }) => !frozen(name)), ...method.params].some(
    ({ kind }) => kind === 'running_mean',
  );
  if (moves) return 'its batch norm takes the statistics of the pictures of one pass';
  if (method.pictures !== 'apart') return `${method.id} compares the pictures of one pass`;
  if (mix !== undefined) return 'its pictures are mixed with others of one pass';
  if (erasing !== undefined) return 'the noise of its erased rectangles is drawn for one pass';
  return null;
}

/**
 * Refuses parts that a training cannot have.
 *
 * @param parts null: whole batches
 * @throws UsageError `RECIPE_FIELD` where the recipe's samplesPerGpu would change nothing;
 *   `TRIAL_PARTS` where the machine's parts would change numbers, which is another experiment, and
 *   where the method knows whole batches only
 */
export function checkParts(
  { model, recipe }: Pick<TrialSpec, 'model' | 'recipe'>,
  training: Pick<DividedTraining, 'params' | 'method'>,
  parts: Pick<BatchParts, 'size'> | null,
): void {
  if (parts === null) return;
  const { method } = training;
  const who = `${method.id} on ${model}`;
  if (method.pictures === 'remembered') {
    throw new UsageError(
      'TRIAL_PARTS',
      `Batches of ${who} cannot be worked off in parts: the method ${renewsMemory}.`,
      { hint: 'Train it without samplesPerGpu and on one GPU.' },
    );
  }
  const change = partsChange({ recipe, ...training });
  const stated = recipe.samplesPerGpu !== undefined;
  if (stated && change === null) {
    throw unusedError(recipe.name, {
      field: 'samplesPerGpu',
      because: `losses of ${who} are the same in parts, and nothing takes statistics of a batch`,
      instead:
        'Leave the field out, and say `run --samples-per-gpu` where batches do not fit into the memory.',
    });
  }
  if (!stated && change !== null) {
    throw new UsageError(
      'TRIAL_PARTS',
      `Batches of ${who} cannot be worked off in parts of ${parts.size} pictures: ${change}, so that it would be another experiment.`,
      {
        hint: `Say samplesPerGpu: ${parts.size} in the recipe to make it one: its trials are others.`,
      },
    );
  }
}
