import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DataError, UsageError } from '../../../common/errors.ts';
import { cachedData, entrySummary, type StoredData } from '../cache.ts';
import type { DataOptions, LabelledSource } from '../dataset.ts';
import { decoderVersion } from '../decode.ts';
import { entryFolder } from '../decoded.ts';
import { checkFile, download } from '../download.ts';
import { canBeOfficial, checkCounts, checkSet, type SetSize } from '../known-sets.ts';
import { acceptedPictures } from '../pictures/accepted.ts';
import { remarkSentences } from '../pictures/remarks.ts';
import { type DataForm, readSet } from '../read-set.ts';
import { type ArchiveSource, archiveOf } from '../sources.ts';
import type { NamedSplits, Normalisation } from '../types.ts';
import { cacheOf, downloadFolder, findPlace, missingData, shortly } from './place.ts';

/** A set of labelled pictures in files: a folder or an archive, read once and then cached. */
export interface PictureFiles extends SetSize {
  /** File or folder names under the data folder; the first that is there counts. */
  readonly names: readonly string[];
  /** Default: from all pixels of the training pictures. */
  readonly normalisation?: Normalisation;
  /** Height and width of every picture, where that is known. */
  readonly side?: number;
  /** The official archive that `fetch` brings, where there is one. */
  readonly archive?: () => ArchiveSource;
}

/** The source of a set that is read from files of labelled pictures. */
export function pictureFiles(id: string, files: PictureFiles): LabelledSource {
  const { title, classes, train, test, side } = files;
  const sizes = { title, classes, train, test, ...(side !== undefined && { side }) };
  const todo = () =>
    files.archive === undefined
      ? `Put ${shortly(files.names)} (train/<class>/<picture>, test/<class>/<picture>) into a folder and give that with --data DIR or REDISTILL_DATA.`
      : `Run: redistill data fetch ${id}`;
  const present = (options: DataOptions): string => {
    const path = findPlace(files.names, options);
    if (path === undefined) throw missingData(id, files.names, todo(), options);
    return path;
  };
  return {
    holds: 'labels',
    ...sizes,
    todo,
    locate(options) {
      const where = findPlace(files.names, options);
      if (where === undefined) return null;
      // Files under the name of an official set are that set only where it can be told.
      return files.official && !canBeOfficial(id, where, cacheOf(options)) ? null : where;
    },
    async known(where, options) {
      const summary = entrySummary(await folderFor(where, options));
      return {
        form: summary?.form ? formWords[summary.form] : formByName(where),
        cached: summary !== undefined,
        remarks: summary?.remarks ?? [],
      };
    },
    async identity(options) {
      const path = present(options);
      const cached = entrySummary(await folderFor(path, options));
      if (cached === undefined) {
        return { dataset: id, hash: (await read(id, files, path, options)).hash };
      }
      await checkSet(id, path, files, cached, cacheOf(options));
      return { dataset: id, hash: cached.hash };
    },
    async load(options) {
      const stored = await read(id, files, present(options), options);
      const normalisation = files.normalisation ?? {
        ...stored.statistics,
        source: `mean and standard deviation over all pixels of the ${stored.train.count} training pictures of ${id}`,
      };
      const { classes, train, test, hash } = stored;
      return { id, classes, train, test, normalisation, hash };
    },
    async fetch(options) {
      const found = findPlace(files.names, options);
      if (files.archive === undefined) {
        if (found !== undefined) return found;
        throw new UsageError(
          'DATA_NO_SOURCE',
          `${id} cannot be fetched: no archive of it is official.`,
          { hint: todo() },
        );
      }
      if (found !== undefined) {
        const archive = archiveOf(found);
        if (archive !== undefined) await checkFile(found, archive);
        return found;
      }
      const source = files.archive();
      const path = join(downloadFolder(options), source.file);
      await download({ ...source, path }, options);
      return path;
    },
    async verify(options) {
      const path = present(options);
      const folder = await folderFor(path, options);
      const before = entrySummary(folder)?.hash;
      rmSync(folder, { recursive: true, force: true });
      const { hash, form } = await read(id, files, path, options);
      if (before !== undefined && before !== hash) {
        options.notice?.(
          `The cached pictures of ${id} were not those of ${path}; they were replaced.`,
        );
      }
      return { hash, where: path, form: form && formWords[form] };
    },
  };
}

/** From the cache where it is there (every byte is checked), else from its files. */
async function read(
  id: string,
  files: PictureFiles,
  path: string,
  options: DataOptions,
): Promise<StoredData> {
  const make = async () => {
    try {
      return await readSet(path, {
        progress: options.progress,
        check: (set) => checkCounts(id, path, files, countsOf(set)),
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
  await checkSet(id, path, files, { ...countsOf(stored), hash, form }, cacheOf(options));
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

/** The form that a name tells before anything was read. */
function formByName(path: string): string {
  const name = basename(path);
  if (/^cifar-\d+-(binary|batches-bin)\b/.test(name)) return formWords.binary;
  if (/^cifar-\d+-(python|batches-py)\b/.test(name)) return formWords.python;
  return formWords.pictures;
}

/** Where the cache keeps what was read: in canonical order, by what read and sorted it. */
function folderFor(path: string, options: DataOptions): Promise<string> {
  // Pixels that a list let in are not there for whoever takes it away.
  const accepted = [...acceptedPictures(path).sums].sort().join();
  const list = accepted === '' ? '' : `, accepted ${accepted}`;
  return entryFolder(cacheOf(options), path, `sorted set, ${decoderVersion}${list}`);
}
