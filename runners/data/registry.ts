import { existsSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { DataError, UsageError } from '../../common/errors.ts';
import { nearest } from '../../common/nearest.ts';
import type { DataIdentity } from '../trial/spec.ts';
import { isArchiveName } from './archive.ts';
import { cachedData, cacheFolder, entryHash, type StoredData } from './cache.ts';
import { type CifarLayout, cifar10Layout, cifar100Layout, readCifarArchive } from './cifar.ts';
import { decoderVersion } from './decode.ts';
import { entryFolder } from './decoded.ts';
import {
  denseDatasets,
  denseIdentity,
  fetchDenseDataset,
  isDense,
  listDenseDatasets,
  verifyDenseDataset,
} from './dense/registry.ts';
import { checkFile, type DownloadOptions, download } from './download.ts';
import {
  embeddedFolder,
  embeddedNormalisation,
  embeddedSizes,
  loadEmbedded,
} from './embedded/load.ts';
import { readPictureTree } from './folder.ts';
import { cifar100Normalisation } from './normalisation.ts';
import { archiveSources } from './sources.ts';
import type { ClassificationData, Normalisation } from './types.ts';

export { selectPictures } from './picture-set.ts';

export interface DataOptions {
  /** `--data`: a folder with data sets, or one archive. Without it, REDISTILL_DATA. */
  readonly folder?: string | null | undefined;
  /** Where REDISTILL_DATA and the cache are looked up. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Sentences worth telling: a damaged cache entry that is made again. */
  readonly notice?: (message: string) => void;
  /** Progress of the first reading of many pictures. */
  readonly progress?: (done: number, total: number) => void;
}

/** What the table knows of a data set. */
interface DatasetEntry {
  readonly title: string;
  readonly classes: number;
  readonly train: number;
  readonly test: number;
  readonly kind: 'embedded' | 'pictures' | 'cifar';
  /** File or folder names under the data folder, the first that is there counts. */
  readonly names: readonly string[];
  readonly normalisation?: Normalisation;
  readonly layout?: CifarLayout;
}

/** Every set for classification with a name, one line each. `images:NAME` is any picture folder or archive beside them. */
// biome-ignore format: a table
export const datasets: Readonly<Record<string, DatasetEntry>> = {
  embedded: { title: 'generated pictures, 100 classes in 20 groups', classes: 100, train: 6400, test: 4000, kind: 'embedded', names: [], normalisation: embeddedNormalisation },
  'embedded-small': { title: 'the first of the same pictures, for tests', classes: 100, train: 600, test: 300, kind: 'embedded', names: [], normalisation: embeddedNormalisation },
  cifar10: { title: 'CIFAR-10, official binary version', classes: 10, train: 50_000, test: 10_000, kind: 'cifar', names: ['cifar-10-binary.tar.gz'], layout: cifar10Layout },
  cifar100: { title: 'CIFAR-100, official binary version', classes: 100, train: 50_000, test: 10_000, kind: 'cifar', names: ['cifar-100-binary.tar.gz'], layout: cifar100Layout, normalisation: cifar100Normalisation },
  'cifar10-images': { title: 'CIFAR-10 as JPEG files', classes: 10, train: 50_000, test: 10_000, kind: 'pictures', names: ['cifar10.tar.xz', 'cifar10.tar.gz', 'cifar10.tar', 'cifar10'] },
};

/** Names of all sets, those for detection and segmentation (`dense/registry.ts`) last. */
export const datasetNames: readonly string[] = [
  ...Object.keys(datasets),
  ...Object.keys(denseDatasets),
];

/** What `redistill data list` and `doctor` show of a data set. */
export interface DatasetStatus {
  readonly id: string;
  readonly title: string;
  readonly present: boolean;
  /** The file, the folder, or `generated`; null where it is missing. */
  readonly where: string | null;
  /** What to do about a missing set, or about the first use of a present one; null where there is nothing to do. */
  readonly todo: string | null;
  readonly classes: number;
  readonly train: number;
  readonly test: number;
  /** Whether its decoded pixels are cached: loading takes less than a second. */
  readonly cached: boolean;
}

/** The state of every named data set on this machine. Reads no pictures. */
export async function listDatasets(options: DataOptions = {}): Promise<DatasetStatus[]> {
  const classification = await Promise.all(
    Object.entries(datasets).map(async ([id, entry]) => {
      const { title, classes, train, test } = entry;
      const sizes = { id, title, classes, train, test };
      const size = embeddedSizes[id];
      if (size !== undefined) {
        const cached = entryHash(embeddedFolder(cacheOf(options), size)) === size.hash;
        return { ...sizes, present: true, where: 'generated', todo: null, cached };
      }
      const where = locate(entry, options);
      if (where === undefined) {
        return { ...sizes, present: false, where: null, todo: whatToDo(id, entry), cached: false };
      }
      const cached = entryHash(await folderFor(entry.kind, where, options)) !== undefined;
      return { ...sizes, present: true, where, todo: null, cached };
    }),
  );
  return [...classification, ...listDenseDatasets(options)];
}

/**
 * Loads a data set: from the cache where it is there (every byte is checked), else from its files.
 *
 * @param id a name of `datasets`, or `images:NAME` for the folder or archive NAME under the data folder
 * @throws UsageError `DATA_UNKNOWN` for an unknown name, DataError for missing, truncated, corrupt or wrong files.
 */
export async function loadDataset(
  id: string,
  options: DataOptions = {},
): Promise<ClassificationData> {
  const entry = entryOf(id);
  const stored = await loadStored(id, entry, options);
  const { classes, train, test, hash, statistics } = stored;
  const normalisation = entry.normalisation ?? {
    ...statistics,
    source: `mean and standard deviation over all pixels of the ${train.count} training pictures of ${id}`,
  };
  return { id, classes, train, test, normalisation, hash };
}

/** What a trial's identity says of a data set. Reads pictures only where they are not cached yet. */
export async function datasetIdentity(
  id: string,
  options: DataOptions = {},
): Promise<DataIdentity> {
  if (isDense(id)) return denseIdentity(id, options);
  const entry = entryOf(id);
  const size = embeddedSizes[id];
  if (size !== undefined) return { dataset: id, hash: size.hash };
  const folder = await folderFor(entry.kind, present(id, entry, options), options);
  const hash = entryHash(folder) ?? (await loadStored(id, entry, options)).hash;
  return { dataset: id, hash };
}

/**
 * Brings a data set here: downloads an official archive, or generates the embedded pictures. Does nothing where it is.
 *
 * @returns where it lies
 * @throws UsageError `DATA_NO_SOURCE` for sets that have no official archive.
 */
export async function fetchDataset(
  id: string,
  options: DataOptions & DownloadOptions = {},
): Promise<string> {
  if (isDense(id)) return fetchDenseDataset(id, options);
  const entry = entryOf(id);
  const size = embeddedSizes[id];
  if (size !== undefined) {
    await loadEmbedded(cacheOf(options), size, options.notice);
    return embeddedFolder(cacheOf(options), size);
  }
  const found = locate(entry, options);
  const source = archiveSources()[id];
  if (source === undefined) {
    if (found !== undefined) return found;
    throw new UsageError(
      'DATA_NO_SOURCE',
      `${id} cannot be fetched: no archive of it is official.`,
      {
        hint: whatToDo(id, entry),
      },
    );
  }
  if (found !== undefined) {
    await checkFile(found, source);
    return found;
  }
  const given = options.folder;
  const target =
    given !== undefined && given !== null && !isArchiveName(given)
      ? resolve(given)
      : join(cacheOf(options), 'downloads');
  const path = join(target, source.file);
  await download({ ...source, path }, options);
  return path;
}

/**
 * Checks a data set from its files on: checksum of official archives, every picture, then the cached pixels.
 *
 * @returns the data hash
 * @throws DataError naming the file that is truncated, corrupt or another one.
 */
export async function verifyDataset(id: string, options: DataOptions = {}): Promise<string> {
  if (isDense(id)) return verifyDenseDataset(id, options);
  const entry = entryOf(id);
  const size = embeddedSizes[id];
  const cache = cacheOf(options);
  if (size !== undefined) {
    rmSync(embeddedFolder(cache, size), { recursive: true, force: true });
    return (await loadEmbedded(cache, size, options.notice)).hash;
  }
  const path = present(id, entry, options);
  const folder = await folderFor(entry.kind, path, options);
  const before = entryHash(folder);
  rmSync(folder, { recursive: true, force: true });
  const { hash } = await loadStored(id, entry, options);
  if (before !== undefined && before !== hash) {
    options.notice?.(`The cached pictures of ${id} were not those of ${path}; they were replaced.`);
  }
  return hash;
}

async function loadStored(
  id: string,
  entry: DatasetEntry,
  options: DataOptions,
): Promise<StoredData> {
  const size = embeddedSizes[id];
  if (size !== undefined) return loadEmbedded(cacheOf(options), size, options.notice);
  const path = present(id, entry, options);
  const make = async () => {
    if (entry.layout === undefined) return readPictureTree(path, options.progress);
    const source = archiveSources()[id];
    if (source !== undefined) await checkFile(path, source);
    return readCifarArchive(path, entry.layout);
  };
  const stored = await cachedData(await folderFor(entry.kind, path, options), make, options.notice);
  checkCounts(id, path, entry, stored);
  return stored;
}

/** A named set must have its known size: an archive of half of it is no CIFAR-10. */
function checkCounts(id: string, path: string, entry: DatasetEntry, stored: StoredData): void {
  const expected = { classes: entry.classes, train: entry.train, test: entry.test };
  const found = {
    classes: stored.classes.length,
    train: stored.train.count,
    test: stored.test.count,
  };
  for (const part of ['classes', 'train', 'test'] as const) {
    if (expected[part] > 0 && expected[part] !== found[part]) {
      const what = part === 'classes' ? 'classes' : `${part} pictures`;
      throw new DataError(
        'DATA_COUNT',
        `${path} has ${found[part]} ${what}, but ${id} has ${expected[part]}.`,
        { hint: 'Get the whole data set, or use it under its own name with images:NAME.' },
      );
    }
  }
}

/** The table's entry, or one for `images:NAME`. */
function entryOf(id: string): DatasetEntry {
  const known = Object.hasOwn(datasets, id) ? datasets[id] : undefined;
  if (known !== undefined) return known;
  const name = /^images:(.+)$/.exec(id)?.[1];
  if (name !== undefined && !/(^|\/)\.\.(\/|$)|^\/|[\\\0]/.test(name)) {
    const title = `picture folder or archive ${name}`;
    return { title, classes: 0, train: 0, test: 0, kind: 'pictures', names: [name] };
  }
  const known_ = datasetNames;
  const near = nearest(id, known_);
  throw new UsageError(
    'DATA_UNKNOWN',
    `There is no data set "${id}".${near === undefined ? '' : ` Did you mean "${near}"?`}`,
    {
      hint: `Known: ${known_.join(', ')}, images:NAME for the picture folder and coco:NAME for the COCO folder or archive NAME under the data folder.`,
    },
  );
}

/** Where a set's file or folder is: the archive that was named, the data folder, or what was fetched before. */
function locate(entry: DatasetEntry, options: DataOptions): string | undefined {
  const environment = options.environment ?? process.env;
  const given = options.folder ?? environment['REDISTILL_DATA'];
  const folders = [join(cacheOf(options), 'downloads')];
  if (given !== undefined && given !== '') {
    const path = resolve(given);
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) {
      if (entry.names.includes(basename(path))) return path;
    } else {
      folders.unshift(path);
    }
  }
  return folders
    .flatMap((folder) => entry.names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

function present(id: string, entry: DatasetEntry, options: DataOptions): string {
  const path = locate(entry, options);
  if (path !== undefined) return path;
  const given = options.folder ?? (options.environment ?? process.env)['REDISTILL_DATA'];
  const searched = given
    ? resolve(given)
    : 'no data folder (neither --data nor REDISTILL_DATA is set)';
  throw new DataError(
    'DATA_MISSING',
    `The data set ${id} is missing: looked for ${entry.names.join(' or ')} in ${searched}.`,
    { hint: whatToDo(id, entry) },
  );
}

function whatToDo(id: string, entry: DatasetEntry): string {
  return archiveSources()[id] === undefined
    ? `Put ${entry.names.join(' or ')} (train/<class>/*.jpg, test/<class>/*.jpg) into a folder and give that with --data DIR or REDISTILL_DATA.`
    : `Run: redistill data fetch ${id}`;
}

function cacheOf(options: DataOptions): string {
  return cacheFolder(options.environment ?? process.env);
}

function folderFor(
  kind: DatasetEntry['kind'],
  path: string,
  options: DataOptions,
): Promise<string> {
  const reader = kind === 'cifar' ? 'cifar binary' : decoderVersion;
  return entryFolder(cacheOf(options), path, reader);
}
