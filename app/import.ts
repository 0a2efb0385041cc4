import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../common/errors.ts';
import { suggestion } from '../common/nearest.ts';
import type { OfficialRow, OfficialSummary } from '../reports/official-table.ts';
import type { WaitingRun } from '../results/waiting-runs.ts';
import type { ImportSummary } from '../runners/official/import-logs.ts';
import type { RunBy } from '../runners/official/log-name.ts';
import type { BackboneRecord } from '../runners/weights/backbones/store.ts';
import type { ImportedCheckpoint } from '../runners/weights/checkpoints/import-checkpoint.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';
import { type OwnOptions, useOwn } from './own/use.ts';

export interface ImportLogsOptions extends WorkspaceOption {
  /** Logs, and folders of them. */
  readonly paths: readonly string[];
  /** What the logs are of, where their names do not say it or say it wrongly. */
  readonly method?: string | undefined;
  readonly teacher?: string | undefined;
  readonly student?: string | undefined;
  readonly dataset?: string | undefined;
  /** Whose runs they are; those of others carry no verdict. */
  readonly by?: RunBy | undefined;
  /** Import a log although lines of it cannot be read; they are reported all the same. */
  readonly lenient?: boolean | undefined;
}

export interface ImportCheckpointOptions extends WorkspaceOption, OwnOptions {
  readonly path: string;
  /** The network whose weights the file holds. */
  readonly model: string;
  /** What stands before the names of the wanted weights, where a file holds several sets. */
  readonly prefix?: string | undefined;
  /** How pictures were normalised in its training. */
  readonly normalisation?: string | undefined;
  /** The file is this release's teacher, for every workspace. */
  readonly release?: string | undefined;
}

export interface ImportBackboneOptions {
  readonly path: string;
  /** The name of the weights: `torchvision/resnet50`. */
  readonly model: string;
  readonly prefix?: string | undefined;
}

/** Official runs beside the published numbers, and those that wait for an ingest. */
export interface OfficialRuns {
  readonly rows: readonly OfficialRow[];
  readonly summary: OfficialSummary;
  readonly waiting: readonly WaitingRun[];
}

/**
 * Reads training logs of the official implementations into journals of implementation `official`, a
 * run per training with its whole curve. The same bytes are the same run: repeating it changes
 * nothing.
 *
 * @example
 * ```ts
 * import { importLogs, ingest } from 'redistill';
 *
 * const { runs, problems } = await importLogs({ paths: ['logs'] });
 * if (problems.length === 0) await ingest();
 * console.log(runs.map(({ subject, best }) => `${subject.method}: ${best}`));
 * ```
 * @throws UsageError for a path that does not exist or holds no log
 */
export async function importLogs(
  options: ImportLogsOptions,
  effects: Partial<Effects> = {},
): Promise<ImportSummary> {
  const all = completeEffects(effects);
  const { paths, lenient = false, ...stated } = options;
  const [logs, { logProtocols }, { vocabularyOf }, published, models] = await Promise.all([
    import('../runners/official/import-logs.ts'),
    import('../suites/log-protocols.ts'),
    import('../suites/vocabulary.ts'),
    import('../reference/published/loader.ts'),
    import('../runners/networks/registry.ts'),
  ]);
  const tables = published.loadPublished();
  const known = vocabularyOf(tables).networks;
  return logs.importLogs(
    paths.map((path) => resolve(all.cwd, path)),
    {
      workspace: workspaceOf(options, all),
      stated,
      lenient,
      networks: [...new Set([...models.networkNames(), ...known])].sort(),
      protocols: (subject) => logProtocols(tables, subject),
      now: all.clock.now().toISOString(),
    },
  );
}

/**
 * Takes the weights of a teacher from what `torch.save` or safetensors wrote. A pickle is read,
 * never executed. A column of a suite names the stored weights by their checksum; with `release`
 * they teach what that release taught.
 *
 * @throws UsageError `RELEASE_UNKNOWN`, `RELEASE_NORMALISATION`; DataError for weights that do not
 *   fit the network
 */
export async function importCheckpoint(
  options: ImportCheckpointOptions,
  effects: Partial<Effects> = {},
): Promise<ImportedCheckpoint> {
  const all = completeEffects(effects);
  const { model, prefix, normalisation } = options;
  await useOwn(options, all);
  const path = resolve(all.cwd, options.path);
  if (options.release === undefined) {
    const checkpoints = await import('../runners/weights/checkpoints/import-checkpoint.ts');
    const workspace = workspaceOf(options, all);
    return checkpoints.importCheckpoint(path, model, workspace, { prefix, normalisation });
  }
  const [release, { importReleasedTeacher }] = await Promise.all([
    releaseCalled(options.release),
    import('../runners/weights/teachers/store.ts'),
  ]);
  if (normalisation !== undefined && normalisation !== release.normalisation) {
    throw new UsageError(
      'RELEASE_NORMALISATION',
      `The teachers of ${release.id} have ${release.normalisation ?? "their data set's normalisation"}, not ${normalisation}.`,
      { hint: 'Leave --normalisation out: the release states it.' },
    );
  }
  return importReleasedTeacher(path, release, model, all.environment, prefix);
}

async function releaseCalled(name: string) {
  const { loadTeacherReleases } = await import('../reference/teachers/loader.ts');
  const releases = loadTeacherReleases();
  const release = releases.find(({ id }) => id === name);
  if (release !== undefined) return release;
  const known = releases.map(({ id }) => id);
  throw new UsageError(
    'RELEASE_UNKNOWN',
    `There is no release of teachers called "${name}". ${suggestion(name, known)}`,
    { hint: 'See: redistill data teachers.' },
  );
}

/**
 * Takes the weights that backbones of detectors and segmenters start with out of such a file,
 * without its classifier.
 *
 * @throws UsageError for an unknown name; DataError for weights that do not fit
 */
export async function importBackbone(
  { path, model, prefix }: ImportBackboneOptions,
  effects: Partial<Effects> = {},
): Promise<BackboneRecord> {
  const { cwd, environment } = completeEffects(effects);
  const [{ weightsCalled }, backbones] = await Promise.all([
    import('../reference/backbones/loader.ts'),
    import('../runners/weights/backbones/import-backbone.ts'),
  ]);
  const weights = weightsCalled(model);
  return backbones.importBackbone(resolve(cwd, path), weights, environment, prefix);
}

/**
 * The official runs of the database beside the published numbers, and the imported ones that wait
 * for an ingest.
 *
 * @throws RedistillError `STORE_MISSING` where nothing waits and there is no database
 */
export async function officialRuns(
  options: WorkspaceOption = {},
  effects: Partial<Effects> = {},
): Promise<OfficialRuns> {
  const [{ officialRows, summarizeOfficial }, { databaseFile }, { waitingRuns }] =
    await Promise.all([
      import('../reports/official-table.ts'),
      import('../results/workspace.ts'),
      import('../results/waiting-runs.ts'),
    ]);
  const workspace = workspaceOf(options, completeEffects(effects));
  const database = databaseFile(workspace);
  const waiting = await waitingRuns(workspace);
  // Without a database there is one thing to do, which the store's own error says where nothing
  // waits either.
  const fresh = waiting.length > 0 && !existsSync(database);
  const rows = fresh ? [] : await officialRows(database);
  return { rows, summary: summarizeOfficial(rows), waiting };
}
