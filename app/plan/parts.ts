import { type BatchParts, type Division, partsOf } from '../../contract/parts.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';

/** Trials whose batches are worked off in the same parts. */
export interface PlannedParts extends BatchParts {
  readonly batchSize: number;
  /** Whether the recipe says so, or the machine was asked for it. */
  readonly stated: boolean;
  readonly trials: number;
}

/**
 * How the batches of trials are worked off, where that is not as wholes.
 *
 * @throws UsageError `TRIAL_PARTS`, `RECIPE_FIELD` for parts that one of them cannot have
 */
export async function plannedParts(
  trials: readonly Pick<PlannedTrial, 'spec'>[],
  division: Division | undefined,
): Promise<readonly PlannedParts[]> {
  const found = new Map<string, PlannedParts>();
  const checked = new Set<string>();
  for (const { spec } of trials) {
    const { recipe, model, method, external } = spec;
    const parts = external === undefined ? partsOf(recipe, division) : null;
    if (parts === null) continue;
    const training = JSON.stringify([model, method, recipe]);
    if (!checked.has(training)) {
      const { refuseParts } = await import('../../runners/catalogue/parts.ts');
      await refuseParts(spec, parts);
      checked.add(training);
    }
    const { batchSize, samplesPerGpu } = recipe;
    const stated = samplesPerGpu !== undefined;
    const key = JSON.stringify([batchSize, stated, parts]);
    const { trials: before = 0 } = found.get(key) ?? {};
    found.set(key, { ...parts, batchSize, stated, trials: before + 1 });
  }
  return [...found.values()];
}
