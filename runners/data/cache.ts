import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { hashJson } from '../../common/canonical.ts';
import { DataError } from '../../common/errors.ts';
import { syncFolder, writeError, writeWhole } from '../../common/files.ts';
import { limits } from './limits.ts';
import { type ChannelStatistics, measureChannels } from './normalisation.ts';
import { allocatePictures, dataHash, hashPictures, type SplitHashes } from './picture-set.ts';
import { type CountedRemark, isRemarks } from './pictures/remarks.ts';
import { type DataForm, dataForms } from './read-set.ts';
import type { NamedSplits, PictureSet } from './types.ts';

/** Version of the layout of a cache entry. */
const formatVersion = 3;
const splitNames = ['train', 'test'] as const;
type SplitName = (typeof splitNames)[number];

/**
 * What `cachedData` stores. Generated pictures come without a form and are identified by their
 * bytes in their own order.
 */
export interface MadeData extends NamedSplits {
  readonly hash?: string;
  readonly form?: DataForm;
  readonly remarks?: readonly CountedRemark[];
}

/** A data set as the cache holds it: pictures and classes, with the hash that identifies them. */
export interface StoredData extends NamedSplits {
  /** See `identify`; of generated pictures `dataHash`. */
  readonly hash: string;
  /** What it was read from; null where it was generated. */
  readonly form: DataForm | null;
  /**
   * Channel statistics of the training pictures: follows from the pixels, kept because it takes
   * longer than loading.
   */
  readonly statistics: ChannelStatistics;
  /** What was remarkable about pictures when they were decoded. */
  readonly remarks: readonly CountedRemark[];
}

/** What `set.json` of an entry says. */
interface Manifest {
  readonly formatVersion: number;
  readonly classes: readonly string[];
  readonly hash: string;
  readonly form: DataForm | null;
  /** Over the hash and everything that was checked when it was computed. */
  readonly seal: string;
  readonly statistics: ChannelStatistics;
  readonly remarks: readonly CountedRemark[];
  readonly splits: Readonly<
    Record<SplitName, { count: number; height: number; width: number } & SplitHashes>
  >;
}

/**
 * The folder for what can be made or fetched again: `$REDISTILL_CACHE`, else
 * `$XDG_CACHE_HOME/redistill`, else `~/.cache/redistill`.
 */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const own = environment['REDISTILL_CACHE'];
  if (own !== undefined && own !== '') return own;
  const shared = environment['XDG_CACHE_HOME'];
  const base =
    shared !== undefined && shared !== ''
      ? shared
      : join(environment['HOME'] ?? homedir(), '.cache');
  return join(base, 'redistill');
}

/** Adds the checksums to freshly made splits. */
export function describeData({ classes, train, test, hash: given, ...made }: MadeData): {
  data: StoredData;
  manifest: Manifest;
} {
  const hashes = { train: hashPictures(train), test: hashPictures(test) };
  const bytes = dataHash(classes, { train, test }, hashes);
  const hash = given ?? bytes;
  const form = made.form ?? null;
  const remarks = made.remarks ?? [];
  const statistics = measureChannels(train);
  const describe = (set: PictureSet, sums: SplitHashes) => ({
    count: set.count,
    height: set.height,
    width: set.width,
    ...sums,
  });
  return {
    data: { classes, train, test, hash, form, statistics, remarks },
    manifest: {
      formatVersion,
      classes,
      hash,
      form,
      seal: hashJson({ hash, bytes }),
      statistics,
      remarks,
      splits: { train: describe(train, hashes.train), test: describe(test, hashes.test) },
    },
  };
}

/**
 * Stores an entry as a whole: everything goes to a folder beside it, is synced, and is renamed. Two
 * processes that store the same entry at once both succeed; the first one's files stay.
 *
 * @throws InfrastructureError `FILE_WRITE` when the disk is full or read-only.
 */
export function storeEntry(folder: string, data: StoredData, manifest: unknown): void {
  const temporary = `${folder}.${process.pid}.tmp`;
  try {
    removeAbandoned(folder);
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(temporary, { recursive: true });
    for (const split of splitNames) {
      writeSynced(join(temporary, `${split}.pixels`), data[split].pixels);
      writeSynced(join(temporary, `${split}.labels`), bytesOf(data[split].labels));
    }
    writeSynced(join(temporary, 'set.json'), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
    syncFolder(temporary);
    publish(temporary, folder);
  } catch (cause) {
    rmSync(temporary, { recursive: true, force: true });
    throw writeError(folder, cause);
  }
}

/** What processes that were killed while they stored this entry left behind. */
function removeAbandoned(folder: string): void {
  if (!existsSync(dirname(folder))) return;
  for (const name of readdirSync(dirname(folder))) {
    if (!name.startsWith(`${basename(folder)}.`)) continue;
    const writer = /\.(\d+)\.tmp$/.exec(name)?.[1];
    if (writer !== undefined && !isAlive(Number(writer))) {
      rmSync(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Renames a finished folder to its place; a folder that somebody else put there in the meantime is
 * left.
 */
function publish(temporary: string, folder: string): void {
  try {
    renameSync(temporary, folder);
    syncFolder(dirname(folder));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw cause;
    rmSync(temporary, { recursive: true, force: true });
  }
}

function writeSynced(path: string, data: Uint8Array): void {
  const descriptor = openSync(path, 'w');
  try {
    writeWhole(descriptor, data);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function bytesOf(array: Int32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

export function hasEntry(folder: string): boolean {
  return existsSync(join(folder, 'set.json'));
}

/** What an entry says of its set. */
export interface EntrySummary {
  readonly hash: string;
  readonly form: DataForm | null;
  readonly remarks: readonly CountedRemark[];
  readonly classes: number;
  readonly train: number;
  readonly test: number;
}

/**
 * What an entry says of its set, without its pictures being read. Undefined where there is no
 * readable entry.
 */
export function entrySummary(folder: string): EntrySummary | undefined {
  try {
    const { hash, form, remarks, classes, splits } = readManifest(folder);
    return {
      hash,
      form,
      remarks,
      classes: classes.length,
      train: splits.train.count,
      test: splits.test.count,
    };
  } catch {
    return undefined;
  }
}

/**
 * Loads an entry and checks every byte of it.
 *
 * @throws DataError `DATA_CACHE` naming the file that is missing, short or changed.
 */
export function loadEntry(folder: string): StoredData {
  const manifest = readManifest(folder);
  const [train, test] = splitNames.map((split) => loadSplit(folder, manifest, split)) as [
    PictureSet,
    PictureSet,
  ];
  const { classes, hash, form, statistics, remarks } = manifest;
  return { classes, train, test, hash, form, statistics, remarks };
}

function readManifest(folder: string): Manifest {
  const path = join(folder, 'set.json');
  let manifest: Manifest;
  try {
    if (statSync(path).size > limits.textFile) throw new RangeError('too large');
    manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  } catch (cause) {
    throw cacheError(path, `cannot be read (${(cause as Error).message})`, cause);
  }
  const whole = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;
  const sound =
    manifest?.formatVersion === formatVersion &&
    Array.isArray(manifest.classes) &&
    typeof manifest.hash === 'string' &&
    isRemarks(manifest.remarks) &&
    (manifest.form === null || dataForms.includes(manifest.form)) &&
    [manifest.statistics?.mean, manifest.statistics?.std].every(
      (values) => values?.length === 3 && values.every((value) => value > 0 && value <= 1),
    ) &&
    splitNames.every((name) => {
      const split = manifest.splits?.[name];
      return (
        split !== undefined &&
        [split.count, split.height, split.width].every(whole) &&
        split.count * split.height * split.width * 3 <= limits.decodedSplit
      );
    });
  if (!sound) throw cacheError(path, 'is not a cache entry of this version');
  const bytes = dataHash(manifest.classes, manifest.splits, manifest.splits);
  if (hashJson({ hash: manifest.hash, bytes }) !== manifest.seal) {
    throw cacheError(path, 'does not have the hash that it states');
  }
  return manifest;
}

function loadSplit(folder: string, manifest: Manifest, split: SplitName): PictureSet {
  const stated = manifest.splits[split];
  const set = allocatePictures(stated.count, stated.height, stated.width);
  readWhole(join(folder, `${split}.pixels`), set.pixels);
  readWhole(join(folder, `${split}.labels`), bytesOf(set.labels));
  const found = hashPictures(set);
  for (const part of ['pixels', 'labels'] as const) {
    if (found[part] !== stated[part]) {
      throw cacheError(join(folder, `${split}.${part}`), 'does not have its stated checksum');
    }
  }
  return set;
}

/** Fills `target` with a file that must have exactly its size. */
function readWhole(path: string, target: Uint8Array): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (cause) {
    throw cacheError(path, 'is missing', cause);
  }
  try {
    const { size } = statSync(path);
    if (size !== target.byteLength) {
      throw cacheError(path, `has ${size} bytes instead of ${target.byteLength}`);
    }
    for (let offset = 0; offset < target.byteLength; ) {
      const count = readSync(descriptor, target, offset, target.byteLength - offset, offset);
      if (count === 0) throw cacheError(path, `ends after ${offset} bytes`);
      offset += count;
    }
  } finally {
    closeSync(descriptor);
  }
}

function cacheError(path: string, what: string, cause?: unknown): DataError {
  return new DataError('DATA_CACHE', `The cached file ${path} ${what}.`, {
    hint: `Delete the folder ${dirname(path)}: it is made again when it is needed.`,
    cause,
  });
}

/**
 * The entry `folder`, made by `make` where it is missing. A damaged entry is reported through
 * `notice`, dropped and made again, since everything in the cache can be.
 */
export async function cachedData(
  folder: string,
  make: () => Promise<MadeData>,
  notice: (message: string) => void = () => {},
): Promise<StoredData> {
  if (hasEntry(folder)) {
    try {
      return loadEntry(folder);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      notice(`${error.message} It is made again.`);
    }
  }
  rmSync(folder, { recursive: true, force: true });
  const made = await make();
  const { data, manifest } = describeData(made);
  storeEntry(folder, data, manifest);
  return data;
}
