import type { Numerics, NumericsConditions } from '../../runners/trial/fingerprint.ts';
import type { PlannedTrial } from '../../suites/plan-types.ts';

/**
 * The numerics that trials would be measured with now. How others' code computes is in its commit, which the trial has;
 * ours is how its log is read.
 *
 * @throws InfrastructureError `TENSORFLOW_MISSING`
 * @throws RedistillError `FINGERPRINT_REFERENCE`, `FINGERPRINT_PACKAGE`
 */
export async function presentNumerics(
  trials: readonly Pick<PlannedTrial, 'spec'>[],
  conditions: Omit<NumericsConditions, 'tensorflow'>,
): Promise<Numerics> {
  const { externalNumerics, numerics } = await import('../../runners/trial/fingerprint.ts');
  if (trials.some(({ spec }) => spec.external !== undefined)) return externalNumerics(conditions);
  const { engineVersion } = await import('./engine-version.ts');
  return numerics({ ...conditions, tensorflow: await engineVersion() });
}
