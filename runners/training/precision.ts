import { UsageError } from '../../common/errors.ts';
import type { TrialSpec } from '../../contract/spec.ts';

/**
 * Whether trials can be trained in the precision that they ask for. Mixed precision is refused on a
 * processor, which promises the same bits alone, in a cohort and after a stop (decision 1):
 * TensorFlow's rewriting keeps no such promise.
 *
 * @throws UsageError `TRIAL_PRECISION` naming the first trial that cannot
 */
export function checkPrecision(
  specs: readonly TrialSpec[],
  { device, mode }: { readonly device: 'cpu' | 'gpu'; readonly mode: 'recorded' | 'eager' },
): void {
  const mixed = specs.find(
    ({ recipe, external }) => recipe.precision === 'mixed' && external === undefined,
  );
  if (mixed === undefined || (device === 'gpu' && mode === 'recorded')) return;
  const { method, model, recipe } = mixed;
  const place = device === 'cpu' ? 'on a CPU' : 'eagerly';
  throw new UsageError(
    'TRIAL_PRECISION',
    `${method} on ${model} asks for mixed precision (recipe ${recipe.name}, field "precision"), which is not trained ${place}.`,
    {
      hint: 'Run it with --device gpu and without --eager, or take "precision" out of the suite.',
    },
  );
}
