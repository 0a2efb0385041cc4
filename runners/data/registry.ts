import { UsageError } from '../../common/errors.ts';
import { KindTable } from '../../common/kind-table.ts';
import { nearest } from '../../common/nearest.ts';
import { datasetKey } from '../../contract/dataset-name.ts';
import type { DataIdentity } from '../../contract/spec.ts';
import type {
  DataOptions,
  DatasetKind,
  DatasetSource,
  DatasetStatus,
  VerifiedData,
} from './dataset.ts';
import type { DenseData } from './dense/types.ts';
import type { DownloadOptions } from './download.ts';
import { datasetKinds } from './kinds.ts';
import { type ClassificationData, sizesDiffer } from './types.ts';

export { sizesDiffer };

export const datasets = new KindTable('data set', datasetKinds, 'runners/data/kinds.ts');

/** Whether a key stands for any set of a form: `images:`. */
export const isForm = (key: string): boolean => key.endsWith(':');

/** Names of all sets, in the order of the table. */
export function datasetNames(): readonly string[] {
  return datasets.ids.filter((key) => !isForm(key));
}

/** Forms of sets of one's own: `images:`, `coco:`. */
export function datasetForms(): readonly string[] {
  return datasets.ids.filter(isForm);
}

/** The keys of the sets that hold this. All must be loaded: `all.ts`. */
export function keysHolding(holds: DatasetKind['holds']): readonly string[] {
  return datasets.ids.filter((key) => datasets.find(key)?.holds === holds);
}

/**
 * The source of the set called `id`, or undefined where there is none. It must be loaded:
 * `all.ts`.
 */
export function findSource(id: string): DatasetSource | undefined {
  return isName(id) ? datasets.find(datasetKey(id))?.named(id) : undefined;
}

/**
 * Whether `id` can name a set: a form asks for a relative path that stays within the data folder.
 */
function isName(id: string): boolean {
  const key = datasetKey(id);
  if (!isForm(key)) return true;
  return !/^$|(^|\/)\.\.(\/|$)|^\/|[\\\0]/.test(id.slice(key.length));
}

/** Whether there is a set called `id`, which need not be loaded. */
export const isDataset = (id: string): boolean => isName(id) && datasets.has(datasetKey(id));

async function loadSource(id: string): Promise<DatasetSource | undefined> {
  await datasets.load([datasetKey(id)]);
  return findSource(id);
}

/** The state of every named data set on this machine. Reads no pictures. */
export async function listDatasets(options: DataOptions = {}): Promise<DatasetStatus[]> {
  return Promise.all(
    datasetNames().map(async (id) => {
      const source = (await loadSource(id)) as DatasetSource;
      const { title, classes, train, test } = source;
      const where = source.locate(options);
      const known =
        where === null
          ? { form: null, cached: false, remarks: [] }
          : await source.known(where, options);
      const todo = where === null ? source.todo() : null;
      return { id, title, classes, train, test, present: where !== null, where, todo, ...known };
    }),
  );
}

/**
 * Loads a set for classification: from the cache where it is there (every byte is checked), else
 * from its files.
 *
 * @param id a name, or `images:NAME` for the folder or archive NAME under the data folder
 * @throws UsageError `DATA_UNKNOWN` for an unknown name, DataError for missing, truncated, corrupt
 *   or wrong files
 */
export async function loadDataset(
  id: string,
  options: DataOptions = {},
): Promise<ClassificationData> {
  const source = await loadSource(id);
  if (source === undefined) throw unknown(id);
  if (source.holds === 'labels') return source.load(options);
  throw await unknownHere(id, 'classification', 'labels');
}

/**
 * Loads a set for detection or segmentation. Pictures stay where they are; they are decoded batch
 * by batch.
 *
 * @param id a name, or `coco:NAME` for the folder or archive NAME under the data folder
 * @throws as `loadDataset`
 */
export async function loadDenseDataset(id: string, options: DataOptions = {}): Promise<DenseData> {
  const source = await loadSource(id);
  if (source?.holds === 'scenes') return source.load(options);
  throw await unknownHere(id, 'detection or segmentation', 'scenes');
}

/**
 * The identity of a data set in trials. Reads pictures only where they are not cached yet.
 *
 * @throws as `loadDataset`
 */
export async function datasetIdentity(
  id: string,
  options: DataOptions = {},
): Promise<DataIdentity> {
  return (await sourceOf(id)).identity(options);
}

/**
 * Brings a data set here: downloads official archives, or generates it. Does nothing where it is.
 *
 * @returns where it lies
 * @throws UsageError `DATA_NO_SOURCE` for sets that have no official archive, or cannot be had
 *   without registration
 */
export async function fetchDataset(
  id: string,
  options: DataOptions & DownloadOptions = {},
): Promise<string> {
  return (await sourceOf(id)).fetch(options);
}

/**
 * Checks a data set from its files on: every picture and label, whether they are those of an
 * official set, then the cached pixels.
 *
 * @throws DataError naming the file that is truncated, corrupt or another one
 */
export async function verifyDataset(id: string, options: DataOptions = {}): Promise<VerifiedData> {
  return (await sourceOf(id)).verify(options);
}

async function sourceOf(id: string): Promise<DatasetSource> {
  const source = await loadSource(id);
  if (source === undefined) throw unknown(id);
  return source;
}

function unknown(id: string): UsageError {
  const names = datasetNames();
  const near = nearest(id, names);
  return new UsageError(
    'DATA_UNKNOWN',
    `There is no data set "${id}".${near === undefined ? '' : ` Did you mean "${near}"?`}`,
    { hint: hintOf([...names, ...datasetForms()]) },
  );
}

async function unknownHere(
  id: string,
  task: string,
  holds: DatasetKind['holds'],
): Promise<UsageError> {
  await datasets.load();
  return new UsageError('DATA_UNKNOWN', `There is no data set "${id}" for ${task}.`, {
    hint: hintOf(keysHolding(holds)),
  });
}

/** Names first, then the forms. */
function hintOf(keys: readonly string[]): string {
  const forms = keys.filter(isForm).map((form) => `${form}NAME`);
  const names = keys.filter((key) => !isForm(key));
  return `Known: ${names.join(', ')}, and ${forms.join(' or ')} for the folder or archive NAME under the data folder.`;
}
