import { resolve } from 'node:path';
import { exitCodes, RedistillError, UsageError } from '../common/errors.ts';
import { nearest } from '../common/nearest.ts';
import type { BackboneWeights } from '../reference/backbones/loader.ts';
import type { TeacherRelease } from '../reference/teachers/loader.ts';
import type { DatasetStatus } from '../runners/data/dataset.ts';
import type { BackboneRecord } from '../runners/weights/backbones/store.ts';
import type { ReleasedTeacherStatus } from './data/teachers.ts';
import { completeEffects, type Effects } from './effects.ts';
import { type OwnOptions, useOwn } from './own/use.ts';

export type { DatasetStatus, ReleasedTeacherStatus };

/** Where data sets and released files lie. */
export interface DataFolderOption extends OwnOptions {
  /** A folder with data sets, or one archive; default: $REDISTILL_DATA. */
  readonly data?: string | undefined;
}

export interface NamedDataOptions extends DataFolderOption {
  readonly name: string;
}

/** The effects of `fetchData`. */
export interface FetchEffects extends Effects {
  /** Bytes that have come, of all. */
  onProgress(done: number, total: number): void;
}

/** What was fetched: a data set, the teachers of a release, or the weights of a backbone. */
export type FetchedData =
  | { readonly kind: 'dataset'; readonly name: string; readonly where: string }
  | ({ readonly kind: 'teachers' } & ReleaseStatus)
  | { readonly kind: 'backbone'; readonly record: BackboneRecord };

/** What became of a data set. */
export interface DataCheck {
  readonly id: string;
  readonly ok: boolean;
  readonly hash: string | null;
  readonly where: string | null;
  readonly form: string | null;
  readonly error: string | null;
  readonly hint: string | null;
  /** What is worth knowing of a set that is fine, with counts of pictures. */
  readonly notes: readonly string[];
}

/** A release of teachers, and which of them are here. */
export interface ReleaseStatus {
  readonly release: TeacherRelease;
  readonly teachers: readonly ReleasedTeacherStatus[];
}

/** Released weights that backbones start with. */
export interface BackboneStatus
  extends Pick<BackboneWeights, 'name' | 'architecture' | 'url' | 'page' | 'source'> {
  /** Of the weights that are here; null where none are. */
  readonly sha256: string | null;
  /** The file that they were taken from. */
  readonly file: string | null;
}

function placeOf({ data }: DataFolderOption, { cwd, environment, notice }: Effects) {
  return { folder: data === undefined ? null : resolve(cwd, data), environment, notice };
}

/**
 * The data sets, whether they are here, and what to do about the others.
 *
 * @example
 * ```ts
 * import { listData } from 'redistill';
 *
 * for (const { id, todo } of await listData()) console.log(id, todo ?? 'ready');
 * ```
 */
export async function listData(
  options: DataFolderOption = {},
  effects: Partial<Effects> = {},
): Promise<readonly DatasetStatus[]> {
  const all = completeEffects(effects);
  await useOwn(options, all);
  const { listDatasets } = await import('../runners/data/registry.ts');
  return listDatasets(placeOf(options, all));
}

/**
 * Downloads a data set's official archive, the teachers of a release (`mdistiller-cifar100`, or
 * `RELEASE/NETWORK` for one), or the weights of a backbone (`torchvision/resnet50`), checked by
 * checksum. A transfer that broke off goes on.
 *
 * @throws UsageError for an unknown name; DataError for a file that is another one or must be
 *   fetched by hand; InfrastructureError for a broken transfer
 */
export async function fetchData(
  options: NamedDataOptions,
  effects: Partial<FetchEffects> = {},
): Promise<FetchedData> {
  const { name } = options;
  const all = completeEffects(effects);
  await useOwn(options, all);
  const [{ loadTeacherReleases }, { releaseNamed }, { backboneWeights }] = await Promise.all([
    import('../reference/teachers/loader.ts'),
    import('./data/teachers.ts'),
    import('../reference/backbones/loader.ts'),
  ]);
  const transfer = {
    ...placeOf(options, all),
    signal: all.signal,
    onProgress: effects.onProgress ?? (() => {}),
    onNotice: all.notice,
  };
  const release = releaseNamed(loadTeacherReleases(), name);
  if (release !== undefined) {
    const { fetchRelease } = await import('./data/fetch-release.ts');
    return { kind: 'teachers', release, teachers: await fetchRelease(release, transfer) };
  }
  const weights = backboneWeights().find((each) => each.name === name);
  if (weights !== undefined) {
    const { fetchBackbone } = await import('../runners/weights/backbones/fetch.ts');
    return { kind: 'backbone', record: await fetchBackbone(weights, transfer) };
  }
  const { datasetNames, fetchDataset, isDataset } = await import('../runners/data/registry.ts');
  if (!isDataset(name)) {
    // What can be fetched has three lists; a misspelt name may be of any.
    const known = [
      ...datasetNames(),
      ...loadTeacherReleases().map(({ id }) => id),
      ...backboneWeights().map((each) => each.name),
    ];
    const near = nearest(name, known);
    if (near !== undefined) {
      throw new UsageError(
        'DATA_UNKNOWN',
        `Nothing that can be fetched is called "${name}". Did you mean "${near}"?`,
        { hint: 'redistill data, data teachers and data backbones list what can.' },
      );
    }
  }
  return { kind: 'dataset', name, where: await fetchDataset(name, transfer) };
}

/**
 * Reads data sets from their files again: what is truncated, corrupt or another file is not `ok`.
 *
 * @param options.name a data set; absent: every one that is here
 * @throws UsageError for an unknown name
 */
export async function verifyData(
  options: Partial<NamedDataOptions> = {},
  effects: Partial<Effects> = {},
): Promise<readonly DataCheck[]> {
  const all = completeEffects(effects);
  await useOwn(options, all);
  const { listDatasets, verifyDataset } = await import('../runners/data/registry.ts');
  const place = placeOf(options, all);
  const names =
    options.name === undefined
      ? (await listDatasets(place)).filter((set) => set.present).map((set) => set.id)
      : [options.name];
  const checks: DataCheck[] = [];
  for (const id of names) {
    const notes: string[] = [];
    const notice = (message: string) => {
      notes.push(message);
      place.notice(message);
    };
    try {
      const verified = await verifyDataset(id, { ...place, notice });
      checks.push({ id, ok: true, ...verified, error: null, hint: null, notes });
    } catch (error) {
      if (!(error instanceof RedistillError) || error.exitCode !== exitCodes.failed) throw error;
      const { message, hint = null } = error;
      const nothing = { hash: null, where: null, form: null };
      checks.push({ id, ok: false, ...nothing, error: message, hint, notes });
    }
  }
  return checks;
}

/** Every teacher whose weights authors released, and whether it is here. */
export async function listTeachers(
  options: DataFolderOption = {},
  effects: Partial<Effects> = {},
): Promise<readonly ReleaseStatus[]> {
  const [{ loadTeacherReleases }, { presentTeachers }, { statusOfTeachers }] = await Promise.all([
    import('../reference/teachers/loader.ts'),
    import('../runners/weights/teachers/fetch.ts'),
    import('./data/teachers.ts'),
  ]);
  const place = placeOf(options, completeEffects(effects));
  return loadTeacherReleases().map((release) => ({
    release,
    teachers: statusOfTeachers(release, presentTeachers(release, place), place.environment),
  }));
}

/** Released weights that backbones of detectors and segmenters start with. */
export async function listBackbones(
  effects: Partial<Effects> = {},
): Promise<readonly BackboneStatus[]> {
  const { environment } = completeEffects(effects);
  const [{ backboneWeights }, { presentBackbone }] = await Promise.all([
    import('../reference/backbones/loader.ts'),
    import('../runners/weights/backbones/store.ts'),
  ]);
  return backboneWeights().map(({ name, architecture, url, page, source }) => {
    const record = presentBackbone(name, environment);
    const here = { sha256: record?.sha256 ?? null, file: record?.source ?? null };
    return { name, architecture, url, page, source, ...here };
  });
}
