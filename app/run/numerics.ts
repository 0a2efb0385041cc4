import { InfrastructureError } from '../../common/errors.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import type { Numerics, NumericsConditions } from '../../runners/training/fingerprint/numerics.ts';
import { numericsChanges } from '../../runners/training/fingerprint/record.ts';
import { changesText } from './changes-text.ts';

/** Numerics with a look at whether they are still those of now. */
export interface PresentNumerics extends Numerics {
  /** @throws InfrastructureError `NUMERICS_CHANGED` naming what was edited since */
  confirm(): void;
}

/**
 * The numerics that trials would be measured with now. How others' code computes is in its commit,
 * which the trial has; ours is how its log is read.
 *
 * @throws InfrastructureError `TENSORFLOW_MISSING`
 * @throws RedistillError `FINGERPRINT_REFERENCE`, `FINGERPRINT_PACKAGE`
 */
export async function presentNumerics(
  trials: readonly Pick<PlannedTrial, 'spec'>[],
  conditions: Omit<NumericsConditions, 'tensorflow'>,
): Promise<PresentNumerics> {
  const { externalNumerics, numerics } = await import(
    '../../runners/training/fingerprint/numerics.ts'
  );
  const compute = trials.some(({ spec }) => spec.external !== undefined)
    ? () => externalNumerics(conditions)
    : await ourNumerics(numerics, conditions);
  const present = compute();
  return { ...present, confirm: () => confirmSame(present, compute()) };
}

async function ourNumerics(
  numerics: (conditions: NumericsConditions) => Numerics,
  conditions: Omit<NumericsConditions, 'tensorflow'>,
): Promise<() => Numerics> {
  const { engineVersion } = await import('./engine-version.ts');
  const tensorflow = await engineVersion();
  return () => numerics({ ...conditions, tensorflow });
}

/** @throws InfrastructureError `NUMERICS_CHANGED` naming what differs */
export function confirmSame(before: Numerics, now: Numerics): void {
  if (before.fingerprint === now.fingerprint) return;
  const changes = changesText(numericsChanges(before.record, now.record));
  throw new InfrastructureError(
    'NUMERICS_CHANGED',
    `The numerics have changed since this command began (${changes}), so that its trials would be measured by two.`,
    { hint: 'Run the same command again: it measures with those of now.' },
  );
}
