import { UsageError } from '../../common/errors.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import { type Bfloat16, processorBfloat16 } from '../engine/bfloat16/processor.ts';

interface Conditions {
  readonly device: 'cpu' | 'gpu';
  readonly mode: 'recorded' | 'eager';
}

/**
 * Whether trials can be trained in the precision that they ask for. Mixed precision needs recorded
 * steps, since a graph is what casts are put into, and a GPU or a processor with bfloat16.
 *
 * @param processor what this one has for bfloat16
 * @throws UsageError `TRIAL_PRECISION` naming the first trial that cannot
 */
export function checkPrecision(
  specs: readonly TrialSpec[],
  { device, mode }: Conditions,
  processor: Bfloat16 | null = processorBfloat16(),
): void {
  const mixed = specs.find(isMixed);
  if (mixed === undefined) return;
  const lacks = device === 'cpu' && processor === null;
  if (mode === 'recorded' && !lacks) return;
  const { method, model, recipe } = mixed;
  const asks = `${method} on ${model} asks for mixed precision (recipe ${recipe.name}, field "precision")`;
  if (mode === 'eager') {
    throw new UsageError('TRIAL_PRECISION', `${asks}, which is not trained eagerly.`, {
      hint: 'Run it without --eager, or take "precision" out of the suite.',
    });
  }
  throw new UsageError(
    'TRIAL_PRECISION',
    `${asks}, which on a CPU is bfloat16, and this processor has neither AMX nor AVX512-BF16.`,
    { hint: 'Run it with --device gpu, or take "precision" out of the suite.' },
  );
}

/**
 * What somebody should know before trials are trained in mixed precision on this processor; null
 * where there is nothing: no trial asks for it, or it gains.
 */
export function precisionNote(
  specs: readonly TrialSpec[],
  device: Conditions['device'],
  processor: Bfloat16 | null = processorBfloat16(),
): string | null {
  const count = specs.filter(isMixed).length;
  if (count === 0 || device === 'gpu' || processor === 'amx') return null;
  const trials = `${count} trial${count === 1 ? ' asks' : 's ask'} for mixed precision`;
  if (processor === null) {
    return `${trials}, and this processor has no bfloat16: run refuses them without --device gpu.`;
  }
  return (
    `${trials}. This processor has AVX512-BF16 and no AMX, so that steps take longer than in 32 bits: ` +
    `a step of KD resnet32x4 -> resnet8x4 was measured at ${slower.mixed} ms beside ${slower.whole} (Xeon, one thread).`
  );
}

/** Milliseconds on the clock: docs/decisions/119 and 124. */
const slower = { mixed: '1,498', whole: '747' };

const isMixed = ({ recipe, external }: TrialSpec) =>
  recipe.precision === 'mixed' && external === undefined;
