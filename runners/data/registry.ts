import { existsSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { DataError, UsageError } from '../../common/errors.ts';
import { lookUp } from '../../common/look-up.ts';
import { nearest } from '../../common/nearest.ts';
import type { DataIdentity } from '../../contract/spec.ts';
import { isArchiveName } from './archive.ts';
import { cachedData, cacheFolder, entrySummary, type StoredData } from './cache.ts';
import type { DataOptions, DatasetStatus, VerifiedData } from './dataset.ts';
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
import { canBeOfficial, checkCounts, checkSet, type SetSize } from './known-sets.ts';
import { cifar100Normalisation } from './normalisation.ts';
import { missingHint, ownNames } from './own-folders.ts';
import { acceptedPictures } from './pictures/accepted.ts';
import { remarkSentences } from './pictures/remarks.ts';
import { type DataForm, readSet } from './read-set.ts';
import { archiveOf, archiveSources } from './sources.ts';
import type { ClassificationData, NamedSplits, Normalisation } from './types.ts';

export { selectPictures } from './picture-set.ts';

/** What the table knows of a data set. */
interface DatasetEntry extends SetSize {
  /** File or folder names under the data folder, the first that is there counts. */
  readonly names: readonly string[];
  readonly normalisation?: Normalisation;
}

const packed = (name: string) => [`${name}.tar.xz`, `${name}.tar.gz`, `${name}.tar`, name];

/**
 * Names under which the official versions of a CIFAR and its pictures are found: archives as they
 * are, or unpacked.
 */
const cifarNames = (number: string, binary: string, python: string): readonly string[] => [
  ...packed(`cifar-${number}-binary`),
  binary,
  ...packed(`cifar-${number}-python`),
  python,
  ...packed(`cifar${number}`),
];

const embedded = { official: false, names: [], normalisation: embeddedNormalisation };

/**
 * Every set for classification with a name, one line each. `images:NAME` is any folder or archive
 * beside them.
 */
// biome-ignore format: a table
export const datasets: Readonly<Record<string, DatasetEntry>> = {
  embedded: { title: 'generated pictures, 100 classes in 20 groups', classes: 100, train: 6400, test: 4000, ...embedded },
  'embedded-small': { title: 'the first of the same pictures, for tests', classes: 100, train: 600, test: 300, ...embedded },
  cifar10: { title: 'CIFAR-10', classes: 10, train: 50_000, test: 10_000, official: true, names: cifarNames('10', 'cifar-10-batches-bin', 'cifar-10-batches-py') },
  cifar100: { title: 'CIFAR-100', classes: 100, train: 50_000, test: 10_000, official: true, names: cifarNames('100', 'cifar-100-binary', 'cifar-100-python'), normalisation: cifar100Normalisation },
  'cifar10-images': { title: 'CIFAR-10 as JPEG files', classes: 10, train: 50_000, test: 10_000, official: false, names: packed('cifar10') },
};

/** Names of all sets, those for detection and segmentation (`dense/registry.ts`) last. */
export const datasetNames: readonly string[] = [
  ...Object.keys(datasets),
  ...Object.keys(denseDatasets),
];

/** The state of every named data set on this machine. Reads no pictures. */
export async function listDatasets(options: DataOptions = {}): Promise<DatasetStatus[]> {
  const classification = await Promise.all(
    Object.entries(datasets).map(async ([id, entry]) => {
      const { title, classes, train, test } = entry;
      const sizes = { id, title, classes, train, test, remarks: [] };
      const size = lookUp(embeddedSizes, id);
      if (size !== undefined) {
        const cached = entrySummary(embeddedFolder(cacheOf(options), size))?.hash === size.hash;
        return { ...sizes, present: true, where: 'generated', form: null, todo: null, cached };
      }
      const where = locate(entry, options);
      // Files under the name of an official set are that set only where it can be told.
      const untold =
        where !== undefined && entry.official && !canBeOfficial(id, where, cacheOf(options));
      if (where === undefined || untold) {
        const todo = whatToDo(id, entry);
        return { ...sizes, present: false, where: null, form: null, todo, cached: false };
      }
      const known = entrySummary(await folderFor(where, options));
      const form = known?.form ? formWords[known.form] : formByName(where);
      const remarks = known?.remarks ?? [];
      const cached = known !== undefined;
      return { ...sizes, present: true, where, form, todo: null, cached, remarks };
    }),
  );
  return [...classification, ...listDenseDatasets(options)];
}

/**
 * Loads a data set: from the cache where it is there (every byte is checked), else from its files.
 *
 * @param id a name of `datasets`, or `images:NAME` for the folder or archive NAME under the data
 *   folder
 * @throws UsageError `DATA_UNKNOWN` for an unknown name, DataError for missing, truncated, corrupt
 *   or wrong files.
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

/**
 * What a trial's identity says of a data set. Reads pictures only where they are not cached yet.
 */
export async function datasetIdentity(
  id: string,
  options: DataOptions = {},
): Promise<DataIdentity> {
  if (isDense(id)) return denseIdentity(id, options);
  const entry = entryOf(id);
  const size = lookUp(embeddedSizes, id);
  if (size !== undefined) return { dataset: id, hash: size.hash };
  const path = present(id, entry, options);
  const cached = entrySummary(await folderFor(path, options));
  if (cached === undefined)
    return { dataset: id, hash: (await loadStored(id, entry, options)).hash };
  await checkSet(id, path, entry, cached, cacheOf(options));
  return { dataset: id, hash: cached.hash };
}

/**
 * Brings a data set here: downloads an official archive, or generates the embedded pictures. Does
 * nothing where it is.
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
  const size = lookUp(embeddedSizes, id);
  if (size !== undefined) {
    await loadEmbedded(cacheOf(options), size, options.notice);
    return embeddedFolder(cacheOf(options), size);
  }
  const found = locate(entry, options);
  const source = lookUp(archiveSources(), id);
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
    const archive = archiveOf(found);
    if (archive !== undefined) await checkFile(found, archive);
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
 * Checks a data set from its files on: every picture and label, whether they are those of an
 * official set, then the cached pixels.
 *
 * @throws DataError naming the file that is truncated, corrupt or another one.
 */
export async function verifyDataset(id: string, options: DataOptions = {}): Promise<VerifiedData> {
  if (isDense(id)) return verifyDenseDataset(id, options);
  const entry = entryOf(id);
  const size = lookUp(embeddedSizes, id);
  const cache = cacheOf(options);
  if (size !== undefined) {
    rmSync(embeddedFolder(cache, size), { recursive: true, force: true });
    const { hash } = await loadEmbedded(cache, size, options.notice);
    return { hash, where: 'generated', form: null };
  }
  const path = present(id, entry, options);
  const folder = await folderFor(path, options);
  const before = entrySummary(folder)?.hash;
  rmSync(folder, { recursive: true, force: true });
  const { hash, form } = await loadStored(id, entry, options);
  if (before !== undefined && before !== hash) {
    options.notice?.(`The cached pictures of ${id} were not those of ${path}; they were replaced.`);
  }
  return { hash, where: path, form: form && formWords[form] };
}

async function loadStored(
  id: string,
  entry: DatasetEntry,
  options: DataOptions,
): Promise<StoredData> {
  const size = lookUp(embeddedSizes, id);
  if (size !== undefined) return loadEmbedded(cacheOf(options), size, options.notice);
  const path = present(id, entry, options);
  const make = async () => {
    try {
      return await readSet(path, {
        progress: options.progress,
        check: (set) => checkCounts(id, path, entry, countsOf(set)),
      });
    } catch (error) {
      // Of an official archive more is known than that it cannot be read: how long it is when it is
      // whole.
      const archive = archiveOf(path);
      const broken = error instanceof DataError && error.code === 'DATA_ARCHIVE';
      if (broken && archive !== undefined) await checkFile(path, archive);
      throw error;
    }
  };
  const stored = await cachedData(await folderFor(path, options), make, options.notice);
  const { hash, form } = stored;
  await checkSet(id, path, entry, { ...countsOf(stored), hash, form }, cacheOf(options));
  for (const sentence of remarkSentences(stored.remarks)) options.notice?.(`${id}: ${sentence}`);
  return stored;
}

const countsOf = ({ classes, train, test }: NamedSplits) => ({
  classes: classes.length,
  train: train.count,
  test: test.count,
});

const formWords: Readonly<Record<DataForm, string>> = {
  binary: 'official binary version',
  python: 'official Python version',
  pictures: 'pictures by folder',
  'lossy pictures': 'pictures by folder, JPEG',
};

/** What a name says before anything was read. */
function formByName(path: string): string {
  const name = basename(path);
  if (/^cifar-\d+-(binary|batches-bin)\b/.test(name)) return formWords.binary;
  if (/^cifar-\d+-(python|batches-py)\b/.test(name)) return formWords.python;
  return formWords.pictures;
}

/** The table's entry, or one for `images:NAME`. */
function entryOf(id: string): DatasetEntry {
  const known = Object.hasOwn(datasets, id) ? datasets[id] : undefined;
  if (known !== undefined) return known;
  const name = /^images:(.+)$/.exec(id)?.[1];
  if (name !== undefined && !/(^|\/)\.\.(\/|$)|^\/|[\\\0]/.test(name)) {
    const title = `picture folder or archive ${name}`;
    return { title, classes: 0, train: 0, test: 0, official: false, names: ownNames(name) };
  }

  const near = nearest(id, datasetNames);
  throw new UsageError(
    'DATA_UNKNOWN',
    `There is no data set "${id}".${near === undefined ? '' : ` Did you mean "${near}"?`}`,
    {
      hint: `Known: ${datasetNames.join(', ')}, images:NAME for the picture folder and coco:NAME for the COCO folder or archive NAME under the data folder.`,
    },
  );
}

/**
 * Where a set's file or folder is: in the data folder, the folder or archive that was named, or
 * what was fetched before.
 */
function locate(entry: DatasetEntry, options: DataOptions): string | undefined {
  const environment = options.environment ?? process.env;
  const given = options.folder ?? environment['REDISTILL_DATA'];
  const within = (folder: string) => entry.names.map((name) => join(folder, name));
  const path = given === undefined || given === '' ? undefined : resolve(given);
  const candidates =
    path === undefined
      ? []
      : [...within(path), ...(entry.names.includes(basename(path)) ? [path] : [])];
  return [...candidates, ...within(join(cacheOf(options), 'downloads'))].find((each) =>
    existsSync(each),
  );
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
    `The data set ${id} is missing: looked for ${namesOf(entry)} in ${searched}.`,
    { hint: missingHint(id, whatToDo(id, entry), options) },
  );
}

/**
 * `cifar-100-binary[.tar.xz|.tar.gz|.tar]`: every name with the endings under which it is looked
 * for.
 */
function namesOf({ names }: DatasetEntry): string {
  const short = new Map<string, string[]>();
  for (const name of names) {
    const base = name.replace(archiveEnding, '');
    const endings = short.get(base) ?? [];
    if (name !== base) endings.push(name.slice(base.length));
    short.set(base, endings);
  }
  return [...short]
    .map(([base, endings]) =>
      endings.length > 1 ? `${base}[${endings.join('|')}]` : `${base}${endings[0] ?? ''}`,
    )
    .join(' or ');
}

const archiveEnding = /\.(tar(\.[gx]z)?|t[gx]z)$/;

function whatToDo(id: string, entry: DatasetEntry): string {
  return lookUp(archiveSources(), id) === undefined
    ? `Put ${namesOf(entry)} (train/<class>/<picture>, test/<class>/<picture>) into a folder and give that with --data DIR or REDISTILL_DATA.`
    : `Run: redistill data fetch ${id}`;
}

function cacheOf(options: DataOptions): string {
  return cacheFolder(options.environment ?? process.env);
}

/** Where the cache keeps what was read: in canonical order, by what read and sorted it. */
function folderFor(path: string, options: DataOptions): Promise<string> {
  // Pixels that a list let in are not there for whoever takes it away.
  const accepted = [...acceptedPictures(path).sums].sort().join();
  const list = accepted === '' ? '' : `, accepted ${accepted}`;
  return entryFolder(cacheOf(options), path, `sorted set, ${decoderVersion}${list}`);
}
