import { existsSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { DataError, UsageError } from '../../../common/errors.ts';
import { lookUp } from '../../../common/look-up.ts';
import type { DataIdentity } from '../../../contract/spec.ts';
import { isArchiveName } from '../archive.ts';
import { cacheFolder } from '../cache.ts';
import type { DataOptions, DatasetStatus, VerifiedData } from '../dataset.ts';
import { pictureVersion } from '../decode.ts';
import { entryFolder } from '../decoded.ts';
import { checkFile, type DownloadOptions, download } from '../download.ts';
import { sceneSide } from '../embedded/scene.ts';
import {
  loadScenes,
  type SceneSet,
  type SceneSize,
  sceneAnnotations,
  sceneFolder,
  sceneLabels,
  sceneSizes,
} from '../embedded/scenes.ts';
import { missingHint, ownNames } from '../own-folders.ts';
import { RemarkCounter, remarkSentences } from '../pictures/remarks.ts';
import { archiveSources } from '../sources.ts';
import { cityscapesClasses, readCityscapes } from './cityscapes.ts';
import { readCocoSet } from './coco-set.ts';
import { denseHash, rememberHash } from './hash.ts';
import { imagenetNormalisation } from './normalise.ts';
import { objectsOf } from './objects.ts';
import { openTree } from './tree.ts';
import type { DenseData, DenseSplit } from './types.ts';

/** What the table knows of a set for detection or segmentation. */
interface DenseEntry {
  readonly title: string;
  /** Categories of objects, or classes of label maps. */
  readonly classes: number;
  readonly train: number;
  readonly test: number;
  readonly kind: 'scenes' | 'coco' | 'cityscapes';
  /** File or folder names under the data folder; the first that is there counts. */
  readonly names: readonly string[];
  /** Ids in `sources.yaml` of the archives that make the set. */
  readonly archives?: readonly string[];
}

/**
 * Every such set with a name, one line each. `coco:NAME` is any folder or archive in COCO's layout
 * beside them.
 */
// biome-ignore format: a table
export const denseDatasets: Readonly<Record<string, DenseEntry>> = {
  'embedded-scenes': { title: 'generated scenes, 6 shapes, boxes and masks', classes: 6, train: 400, test: 200, kind: 'scenes', names: [] },
  'embedded-scenes-small': { title: 'the first of the same scenes, for tests', classes: 6, train: 24, test: 12, kind: 'scenes', names: [] },
  coco2017: { title: 'COCO 2017, boxes and masks', classes: 80, train: 118_287, test: 5000, kind: 'coco', names: ['coco2017', 'coco'], archives: ['coco2017-annotations', 'coco2017-val', 'coco2017-train'] },
  coco128: { title: '128 pictures of COCO train2017, both splits', classes: 80, train: 128, test: 128, kind: 'coco', names: ['coco128.tar.xz', 'coco128.tar.gz', 'coco128.tar', 'coco128'] },
  cityscapes: { title: 'Cityscapes, fine annotations', classes: 19, train: 2975, test: 500, kind: 'cityscapes', names: ['cityscapes'] },
};

/** Whether a name is one of these sets. */
export function isDense(id: string): boolean {
  return Object.hasOwn(denseDatasets, id) || id.startsWith('coco:');
}

/** The state of every named set on this machine. Reads no pictures. */
export function listDenseDatasets(options: DataOptions = {}): DatasetStatus[] {
  return Object.entries(denseDatasets).map(([id, entry]) => {
    const { title, classes, train, test } = entry;
    const sizes = { id, title, classes, train, test, remarks: [] };
    const size = lookUp(sceneSizes, id);
    if (size !== undefined) {
      const cached = existsSync(sceneFolder(cacheOf(options), size));
      return { ...sizes, present: true, where: 'generated', form: null, todo: null, cached };
    }
    const found = locate(entry, options);
    // A transfer that broke off is no data set yet.
    const where = found !== undefined && isComplete(found, entry) ? found : undefined;
    const todo = where === undefined ? whatToDo(id, entry) : null;
    return {
      ...sizes,
      present: where !== undefined,
      where: where ?? null,
      form: null,
      todo,
      cached: false,
    };
  });
}

/**
 * Loads a set for detection or segmentation. Pictures stay where they are; they are decoded batch
 * by batch.
 *
 * @param id a name of `denseDatasets`, or `coco:NAME` for the folder or archive NAME under the data
 *   folder
 * @throws UsageError `DATA_UNKNOWN` for an unknown name, DataError for missing, truncated or wrong
 *   files
 */
export async function loadDenseDataset(id: string, options: DataOptions = {}): Promise<DenseData> {
  const size = lookUp(sceneSizes, id);
  if (size !== undefined) return scenesData(id, size, options);
  const { data, remarks } = await loadFiles(id, options);
  for (const sentence of remarkSentences(remarks)) options.notice?.(`${id}: ${sentence}`);
  return data;
}

/** A set from its files, with what is remarkable about them and where that is remembered. */
async function loadFiles(id: string, options: DataOptions) {
  const entry = entryOf(id);
  const path = present(id, entry, options);
  const set = {
    ...(await readSet(entry, path, options)),
    id,
    normalisation: imagenetNormalisation,
  };
  checkCounts(id, path, entry, set);
  const memo = await memoOf(entry, path, options);
  const { hash, remarks } = await denseHash(set, memo, options.progress);
  const data: DenseData = { ...set, hash };
  return { data, remarks, memo };
}

/** The file that remembers the hash of a set's files. */
async function memoOf({ kind }: DenseEntry, path: string, options: DataOptions): Promise<string> {
  const reader = `dense ${kind}, pictures ${pictureVersion}`;
  return `${await entryFolder(cacheOf(options), path, reader)}.hash`;
}

/** What a trial's identity says of a set. */
export async function denseIdentity(id: string, options: DataOptions = {}): Promise<DataIdentity> {
  const hash = lookUp(sceneSizes, id)?.hash ?? (await loadDenseDataset(id, options)).hash;
  return { dataset: id, hash };
}

/**
 * Brings a set here: downloads its official archives, or generates the scenes. Does nothing where
 * it is.
 *
 * @returns where it lies
 * @throws UsageError `DATA_NO_SOURCE` for sets that cannot be had without registration or have no
 *   official archive
 */
export async function fetchDenseDataset(
  id: string,
  options: DataOptions & DownloadOptions = {},
): Promise<string> {
  const entry = entryOf(id);
  const size = lookUp(sceneSizes, id);
  if (size !== undefined) {
    loadScenes(cacheOf(options), size, options.notice);
    return sceneFolder(cacheOf(options), size);
  }
  const found = locate(entry, options);
  if (entry.archives === undefined) {
    if (found !== undefined) return found;
    throw new UsageError('DATA_NO_SOURCE', `${id} cannot be fetched.`, {
      hint: whatToDo(id, entry),
    });
  }
  const folder = found ?? join(targetOf(options), entry.names[0] as string);
  for (const source of archivesOf(entry)) {
    const path = join(folder, source.file);
    // Whoever has unpacked the archives has the folders instead.
    if (found !== undefined && isUnpacked(found, entry)) continue;
    if (existsSync(path)) await checkFile(path, source);
    else await download({ ...source, path }, options);
  }
  return folder;
}

/**
 * Checks a set from its files on: checksums of official archives, every picture decoded with its
 * annotated size.
 *
 * @throws DataError naming the file that is truncated, corrupt or another one
 */
export async function verifyDenseDataset(
  id: string,
  options: DataOptions = {},
): Promise<VerifiedData> {
  const entry = entryOf(id);
  const size = lookUp(sceneSizes, id);
  const cache = cacheOf(options);
  if (size !== undefined) {
    rmSync(sceneFolder(cache, size), { recursive: true, force: true });
    loadScenes(cache, size, options.notice);
    return { hash: size.hash, where: 'generated', form: null };
  }
  const path = present(id, entry, options);
  for (const source of archivesOf(entry)) {
    const file = join(path, source.file);
    if (existsSync(file)) await checkFile(file, source);
  }
  rmSync(await memoOf(entry, path, options), { force: true });
  const { checkSplit } = await import('./check-split.ts');
  const { data, memo } = await loadFiles(id, options);
  // Decoding sees more than the reading of the files has seen.
  const counter = new RemarkCounter();
  await checkSplit(data.train, counter);
  if (data.test !== data.train) await checkSplit(data.test, counter);
  const remarks = counter.counted();
  rememberHash(memo, { hash: data.hash, remarks });
  for (const sentence of remarkSentences(remarks)) options.notice?.(`${id}: ${sentence}`);
  return { hash: data.hash, where: path, form: null };
}

type ReadSet = Omit<DenseData, 'id' | 'hash' | 'normalisation'>;

async function readSet(entry: DenseEntry, path: string, options: DataOptions): Promise<ReadSet> {
  const tree = await openTree(path);
  if (entry.kind === 'cityscapes') {
    const splits = await readCityscapes(tree);
    return {
      ...splits,
      classes: [],
      categoryIds: [],
      labelClasses: cityscapesClasses,
      annotations: null,
    };
  }
  const { oneSplit, notes, ...set } = await readCocoSet(tree);
  for (const note of notes) options.notice?.(note);
  if (oneSplit) options.notice?.(`${path} has one split; it is used for training and for testing.`);
  return { ...set, labelClasses: [] };
}

function scenesData(id: string, size: SceneSize, options: DataOptions): DenseData {
  const sets = loadScenes(cacheOf(options), size, options.notice);
  const annotations = { train: sceneAnnotations(sets.train), test: sceneAnnotations(sets.test) };
  const categories = annotations.train.categories;
  const categoryIds = categories.map((category) => category.id);
  const split = (set: SceneSet, coco: (typeof annotations)['train']): DenseSplit => {
    const square = { height: sceneSide, width: sceneSide };
    return {
      pictures: coco.images.map((image) => ({
        id: image.id,
        name: `scene ${image.id}`,
        ...square,
      })),
      source: { kind: 'raw', pixels: set.pictures, ...square, channels: 3 },
      objects: objectsOf(coco, categoryIds),
      labelMaps: {
        source: { kind: 'raw', pixels: sceneLabels(set), ...square, channels: 1 },
        table: null,
      },
    };
  };
  return {
    id,
    classes: categories.map(({ name }) => name),
    categoryIds,
    labelClasses: ['background', ...categories.map(({ name }) => name)],
    train: split(sets.train, annotations.train),
    test: split(sets.test, annotations.test),
    annotations,
    normalisation: imagenetNormalisation,
    hash: size.hash,
  };
}

/** A named set must have its known size: half of it is another set. */
function checkCounts(id: string, path: string, entry: DenseEntry, set: ReadSet): void {
  const found = {
    classes: set.classes.length || set.labelClasses.length,
    train: set.train.pictures.length,
    test: set.test.pictures.length,
  };
  for (const part of ['classes', 'train', 'test'] as const) {
    if (entry[part] > 0 && entry[part] !== found[part]) {
      const what = part === 'classes' ? 'classes' : `${part} pictures`;
      throw new DataError(
        'DATA_COUNT',
        `${path} has ${found[part]} ${what}, but ${id} has ${entry[part]}.`,
        { hint: 'Get the whole data set, or use it under its own name with coco:NAME.' },
      );
    }
  }
}

/** The table's entry, or one for `coco:NAME`. */
function entryOf(id: string): DenseEntry {
  const known = Object.hasOwn(denseDatasets, id) ? denseDatasets[id] : undefined;
  if (known !== undefined) return known;
  const name = /^coco:(.+)$/.exec(id)?.[1];
  if (name !== undefined && !/(^|\/)\.\.(\/|$)|^\/|[\\\0]/.test(name)) {
    const title = `folder or archive ${name} in COCO's layout`;
    return { title, classes: 0, train: 0, test: 0, kind: 'coco', names: ownNames(name) };
  }
  throw new UsageError(
    'DATA_UNKNOWN',
    `There is no data set "${id}" for detection or segmentation.`,
    {
      hint: `Known: ${Object.keys(denseDatasets).join(', ')}, and coco:NAME for the folder or archive NAME under the data folder.`,
    },
  );
}

function locate(entry: DenseEntry, options: DataOptions): string | undefined {
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

function present(id: string, entry: DenseEntry, options: DataOptions): string {
  const path = locate(entry, options);
  if (path !== undefined) return path;
  const given = options.folder ?? (options.environment ?? process.env)['REDISTILL_DATA'];
  const searched = given
    ? resolve(given)
    : 'no data folder (neither --data nor REDISTILL_DATA is set)';
  throw new DataError(
    'DATA_MISSING',
    `The data set ${id} is missing: looked for ${entry.names.join(' or ')} in ${searched}.`,
    { hint: missingHint(id, whatToDo(id, entry), options) },
  );
}

function whatToDo(id: string, entry: DenseEntry): string {
  if (entry.archives !== undefined) return `Run: redistill data fetch ${id}`;
  const put = `Put ${entry.names.join(' or ')} into a folder and give that with --data DIR or REDISTILL_DATA`;
  return entry.kind === 'cityscapes'
    ? `${put}: leftImg8bit/ and gtFine/ of https://www.cityscapes-dataset.com/ (registration).`
    : `${put}: annotations/instances_<split>.json and pictures in <split>/.`;
}

/** Whether a folder holds neither an archive of the set nor a part of one. */
function isUnpacked(folder: string, entry: DenseEntry): boolean {
  return !archivesOf(entry).some(
    ({ file }) => existsSync(join(folder, file)) || existsSync(join(folder, `${file}.part`)),
  );
}

function isComplete(folder: string, entry: DenseEntry): boolean {
  const all = archivesOf(entry).every(({ file }) => existsSync(join(folder, file)));
  return all || isUnpacked(folder, entry);
}

function archivesOf({ archives = [] }: DenseEntry) {
  return archives.map((name) => {
    const source = lookUp(archiveSources(), name);
    if (source === undefined) throw new RangeError(`There is no archive ${name} in sources.yaml.`);
    return source;
  });
}

function targetOf(options: DataOptions): string {
  const given = options.folder;
  return given !== undefined && given !== null && !isArchiveName(given)
    ? resolve(given)
    : join(cacheOf(options), 'downloads');
}

function cacheOf(options: DataOptions): string {
  return cacheFolder(options.environment ?? process.env);
}
