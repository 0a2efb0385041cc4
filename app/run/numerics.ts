import { InfrastructureError } from '../../common/errors.ts';
import { partsOf } from '../../contract/parts.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import type { Checkout } from '../../runners/training/fingerprint/closure.ts';
import type { Numerics } from '../../runners/training/fingerprint/numerics.ts';
import { numericsChanges } from '../../runners/training/fingerprint/record.ts';
import { changesText } from './changes-text.ts';
import type { TrainingConditions } from './conditions.ts';

/** The numerics of trials, with a look at whether they are still those of now. */
export interface PresentNumerics {
  /** Those that a trial would be measured with. */
  of(spec: TrialSpec): Numerics;
  /** Those of all trials that were asked for, once each. */
  readonly all: readonly Numerics[];
  /** @throws InfrastructureError `NUMERICS_CHANGED` naming what was edited since */
  confirm(): void;
}

type Compute = (spec: TrialSpec, checkout: Checkout) => Numerics;

/**
 * The numerics that trials would be measured with now: of each trial those of the kinds that it
 * uses. How others' code computes is in its commit, which the trial has; ours is how its log is
 * read.
 *
 * @throws InfrastructureError `TENSORFLOW_MISSING`
 * @throws RedistillError `FINGERPRINT_REFERENCE`, `FINGERPRINT_PACKAGE`
 */
export async function presentNumerics(
  trials: readonly Pick<PlannedTrial, 'spec'>[],
  { division, ...conditions }: TrainingConditions,
): Promise<PresentNumerics> {
  const [
    { externalNumerics, numerics },
    { ownCheckout },
    { kindsUsed },
    { cached },
    { ownClosuresOf, ownFilesOf },
  ] = await Promise.all([
    import('../../runners/training/fingerprint/numerics.ts'),
    import('../../runners/training/fingerprint/own-sources.ts'),
    import('../../runners/training/fingerprint/kinds-used.ts'),
    import('../../runners/training/fingerprint/cached-checkout.ts'),
    import('../../runners/training/own/load.ts'),
  ]);
  const own = trials.some(({ spec }) => spec.external === undefined);
  const tensorflow = own ? await (await import('./engine-version.ts')).engineVersion() : '';
  const compute: Compute = (spec, checkout) =>
    spec.external === undefined
      ? numerics(
          { ...conditions, tensorflow, parts: partsOf(spec.recipe, division) },
          spec,
          checkout,
          ownClosuresOf(spec),
        )
      : externalNumerics(conditions, checkout);
  const keyOf = (spec: TrialSpec) =>
    spec.external === undefined
      ? [
          ...kindsUsed(spec),
          ...ownFilesOf(spec).map(({ path }) => path),
          ...Object.values(partsOf(spec.recipe, division) ?? {}),
          spec.recipe.precision ?? '',
        ].join('+')
      : 'external';
  const specs = new Map(trials.map(({ spec }) => [keyOf(spec), spec]));
  const computeAll = () => {
    // One look at every file, for all trials.
    const checkout = cached(ownCheckout());
    return new Map([...specs].map(([key, spec]) => [key, compute(spec, checkout)]));
  };
  const present = computeAll();
  return {
    of(spec) {
      const found = present.get(keyOf(spec));
      if (found === undefined) throw new TypeError(`No trial with ${keyOf(spec)} was asked for.`);
      return found;
    },
    all: [...present.values()],
    confirm() {
      const now = computeAll();
      for (const [key, before] of present) confirmSame(before, now.get(key) as Numerics);
    },
  };
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
