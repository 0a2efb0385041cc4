import { existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../common/errors.ts';
import { nearestThere } from '../../common/writable.ts';
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
  checkRoom(keptFolder(workspace), limitBytes);
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

/** Less than this holds nothing worth a file. */
const leastBytes = 2 ** 20;

/** @throws UsageError `RUN_KEEP_OUTPUTS` */
export function checkKeepOptions({ keepOutputs = 0, keepPatches = false }: ResourceOptions): void {
  const bytes = keepOutputs * 2 ** 30;
  if (!(keepOutputs === 0 || bytes >= leastBytes)) {
    throw new UsageError(
      'RUN_KEEP_OUTPUTS',
      `--keep-outputs is room in GiB, and ${keepOutputs} is less than a mebibyte.`,
      { hint: 'Give at least 0.001, such as 3.2 for a teacher of CIFAR-100, or leave it out.' },
    );
  }
  if (keepOutputs > 0 || !keepPatches) return;
  throw new UsageError(
    'RUN_KEEP_OUTPUTS',
    '--keep-patches says what is kept of teachers, and this run keeps nothing of them.',
    { hint: 'Give the room for it as well: --keep-outputs 70.' },
  );
}

/**
 * Whoever fills the disk with outputs takes the room of checkpoints and journals.
 *
 * @throws UsageError `RUN_KEEP_OUTPUTS` where the disk has less room than the stores may take
 */
export function checkRoom(folder: string, limitBytes: number, freeOf = freeBytes): void {
  const [free, kept] = [freeOf(folder), keptBytes(folder)];
  if (free === null || limitBytes <= free + kept) return;
  const gib = (bytes: number) => (bytes / 2 ** 30).toPrecision(3);
  const most = Math.max(0, Math.floor((10 * (free + kept)) / 2 ** 30) / 10);
  throw new UsageError(
    'RUN_KEEP_OUTPUTS',
    `--keep-outputs asks for ${gib(limitBytes)} GiB, and the disk of ${folder} has ${gib(free)} GiB free${kept === 0 ? '' : ` beside ${gib(kept)} GiB that are kept already`}.`,
    {
      hint: `${most === 0 ? 'Leave it out' : `Give at most ${most}`}, or choose a --workspace on a larger disk.`,
    },
  );
}

/** Of the disk that a folder is on or will be on; null where the system does not say. */
function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(nearestThere(folder));
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** What stores take of the disk: their files have holes where nothing is kept yet. */
function keptBytes(folder: string): number {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true }) : [];
  return files.reduce((sum, name) => {
    const found = statSync(join(folder, String(name)), { throwIfNoEntry: false });
    return sum + 512 * (found?.blocks ?? 0);
  }, 0);
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
