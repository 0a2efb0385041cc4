import { UsageError } from '../../common/errors.ts';
import type { CohortLimits, Unit } from '../../contract/cohorts.ts';
import { keptFolder } from '../../contract/paths.ts';
import type { Plan, PlannedTrial } from '../../contract/plan-types.ts';
import type { KeptOutputs } from '../../contract/request.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import { planKept } from '../../suites/kept-price.ts';
import type { Measurements } from '../../suites/price.ts';
import { keepRule, keptApart, loadRuledKinds } from '../plan/keep-rule.ts';
import type { TrainingConditions } from './conditions.ts';
import type { ResourceOptions } from './options.ts';

/** Where a run keeps outputs of teachers. */
export interface KeptOutputsOfRun {
  /** What it asks of cohorts. */
  readonly limits: Pick<CohortLimits, 'apart'>;
  /** Chooses among the processes of the run: outputs are kept where that pays. */
  choose(units: readonly Unit[]): void;
  /** Null for a trial that computes its teacher's outputs in every step. */
  of(trial: PlannedTrial): KeptOutputs | null;
}

const nowhere: KeptOutputsOfRun = { limits: {}, choose() {}, of: () => null };

/**
 * Where the outputs of the teachers of a run's trials are kept, as its options ask for it.
 *
 * @param measured what decides where it pays
 * @throws UsageError `RUN_KEEP_OUTPUTS` for options that do not fit each other
 */
export async function keptOutputs(
  workspace: string,
  settings: ResourceOptions,
  conditions: TrainingConditions,
  { trials }: Pick<Plan, 'trials'>,
  measured: Measurements,
): Promise<KeptOutputsOfRun> {
  checkKeepOptions(settings);
  const { keepPatches = false } = settings;
  const limitBytes = roomAsked(settings);
  if (limitBytes === null || conditions.device === 'gpu' || conditions.mode === 'eager') {
    return nowhere;
  }
  const fingerprintOf = await teacherFingerprints(conditions);
  await loadRuledKinds(trials);
  const rule = keepRule(keepPatches);
  let chosen: ReadonlySet<string> = new Set();
  return {
    limits: keptApart(rule),
    choose(units) {
      const { units: known } = planKept(units, measured, rule, limitBytes);
      chosen = new Set(known.filter(({ pays }) => pays).flatMap((unit) => unit.trials));
    },
    of({ id, spec }) {
      if (!chosen.has(id)) return null;
      return {
        folder: keptFolder(workspace),
        limitBytes,
        patches: keepPatches,
        fingerprint: fingerprintOf(spec),
      };
    },
  };
}

/** Bytes for all stores of a workspace; null where nothing is to be kept. */
export function roomAsked({ keepOutputs = 0 }: ResourceOptions): number | null {
  return keepOutputs === 0 ? null : Math.floor(keepOutputs * 2 ** 30);
}

/** @throws UsageError `RUN_KEEP_OUTPUTS` */
export function checkKeepOptions({ keepOutputs = 0, keepPatches = false }: ResourceOptions): void {
  if (keepOutputs > 0 || !keepPatches) return;
  throw new UsageError(
    'RUN_KEEP_OUTPUTS',
    '--keep-patches says what is kept of teachers, and this run keeps nothing of them.',
    { hint: 'Give the room for it as well: --keep-outputs 70.' },
  );
}

/** The numerics fingerprint of a trial's teacher, without the student and its method. */
async function teacherFingerprints(
  conditions: TrainingConditions,
): Promise<(spec: TrialSpec) => string> {
  const [{ numerics }, { ownCheckout }, { cached }, { ownClosuresOf }, { engineVersion }] =
    await Promise.all([
      import('../../runners/training/fingerprint/numerics.ts'),
      import('../../runners/training/fingerprint/own-sources.ts'),
      import('../../runners/training/fingerprint/cached-checkout.ts'),
      import('../../runners/training/own/load.ts'),
      import('./engine-version.ts'),
    ]);
  const tensorflow = await engineVersion();
  const checkout = cached(ownCheckout());
  const known = new Map<string, string>();
  return (spec) => {
    const teacher = spec.teacher as NonNullable<TrialSpec['teacher']>;
    const key = `${teacher.model} ${spec.data.dataset}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    // As if the teacher were trained alone: methods and students share what is kept of it.
    const alone: TrialSpec = { ...spec, model: teacher.model, method: 'none', teacher: null };
    const own = ownClosuresOf(alone);
    const { fingerprint } = numerics({ ...conditions, tensorflow }, alone, checkout, own);
    known.set(key, fingerprint);
    return fingerprint;
  };
}
