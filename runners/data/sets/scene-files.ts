import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DataError, UsageError } from '../../../common/errors.ts';
import type { DataOptions, SceneSource } from '../dataset.ts';
import { pictureVersion } from '../decode.ts';
import { entryFolder } from '../decoded.ts';
import { denseHash, rememberHash } from '../dense/hash.ts';
import { imagenetNormalisation } from '../dense/normalise.ts';
import { type FileTree, openTree } from '../dense/tree.ts';
import type { DenseData } from '../dense/types.ts';
import { checkFile, download } from '../download.ts';
import { RemarkCounter, remarkSentences } from '../pictures/remarks.ts';
import type { ArchiveSource } from '../sources.ts';
import { cacheOf, downloadFolder, findPlace, missingData, shortly } from './place.ts';

/** A set for detection or segmentation in files: a folder, an archive, or a folder of archives. */
export interface SceneFiles extends Pick<SceneSource, 'objects' | 'labels'> {
  readonly title: string;
  /** Categories of objects, or classes of label maps; 0 where any number is right. */
  readonly classes: number;
  readonly train: number;
  readonly test: number;
  /** File or folder names under the data folder; the first that is there counts. */
  readonly names: readonly string[];
  /** The official archives that make the set, which `fetch` brings; none where there are none. */
  readonly archives?: () => readonly ArchiveSource[];
  /** What must be put into the folder by hand, in words. */
  readonly layout: string;
  /** Word for what reads the files: what is remembered of them is kept by it. */
  readonly reader: string;
  read(tree: FileTree, path: string, options: DataOptions): Promise<ReadScenes>;
}

export type ReadScenes = Omit<DenseData, 'id' | 'hash' | 'normalisation'>;

/** The source of a set that is read from files. Its pictures are decoded batch by batch. */
export function sceneFiles(id: string, files: SceneFiles): SceneSource {
  const { title, classes, train, test, names, objects, labels } = files;
  const archives = () => files.archives?.() ?? [];
  const todo = () =>
    files.archives !== undefined
      ? `Run: redistill data fetch ${id}`
      : `Put ${shortly(names)} into a folder and give that with --data DIR or REDISTILL_DATA: ${files.layout}.`;
  const present = (options: DataOptions): string => {
    const path = findPlace(names, options);
    if (path === undefined) throw missingData(id, names, todo(), options);
    return path;
  };
  return {
    holds: 'scenes',
    ...(objects !== undefined && { objects }),
    ...(labels !== undefined && { labels }),
    title,
    classes,
    train,
    test,
    todo,
    locate(options) {
      const found = findPlace(names, options);
      // A transfer that broke off is no data set yet.
      return found !== undefined && isComplete(found, archives()) ? found : null;
    },
    known: async () => ({ form: null, cached: false, remarks: [] }),
    identity: async (options) => ({
      dataset: id,
      hash: (await readFiles(id, files, present(options), options)).data.hash,
    }),
    async load(options) {
      const { data, remarks } = await readFiles(id, files, present(options), options);
      for (const sentence of remarkSentences(remarks)) options.notice?.(`${id}: ${sentence}`);
      return data;
    },
    async fetch(options) {
      const found = findPlace(names, options);
      if (files.archives === undefined) {
        if (found !== undefined) return found;
        throw new UsageError('DATA_NO_SOURCE', `${id} cannot be fetched.`, { hint: todo() });
      }
      const folder = found ?? join(downloadFolder(options), names[0] as string);
      for (const source of archives()) {
        const path = join(folder, source.file);
        // Whoever has unpacked the archives has the folders instead.
        if (found !== undefined && isUnpacked(found, archives())) continue;
        if (existsSync(path)) await checkFile(path, source);
        else await download({ ...source, path }, options);
      }
      return folder;
    },
    async verify(options) {
      const path = present(options);
      for (const source of archives()) {
        const file = join(path, source.file);
        if (existsSync(file)) await checkFile(file, source);
      }
      rmSync(await memoOf(files, path, options), { force: true });
      const { checkSplit } = await import('../dense/check-split.ts');
      const { data, memo } = await readFiles(id, files, path, options);
      // Decoding sees more than the reading of the files has seen.
      const counter = new RemarkCounter();
      await checkSplit(data.train, counter);
      if (data.test !== data.train) await checkSplit(data.test, counter);
      const remarks = counter.counted();
      rememberHash(memo, { hash: data.hash, remarks });
      for (const sentence of remarkSentences(remarks)) options.notice?.(`${id}: ${sentence}`);
      return { hash: data.hash, where: path, form: null };
    },
  };
}

/** A set from its files, with what is remarkable about them and where that is remembered. */
async function readFiles(id: string, files: SceneFiles, path: string, options: DataOptions) {
  const set = {
    ...(await files.read(await openTree(path), path, options)),
    id,
    normalisation: imagenetNormalisation,
  };
  checkCounts(id, path, files, set);
  const memo = await memoOf(files, path, options);
  const { hash, remarks } = await denseHash(set, memo, options.progress);
  const data: DenseData = { ...set, hash };
  return { data, remarks, memo };
}

/** The file that remembers the hash of a set's files. */
async function memoOf({ reader }: SceneFiles, path: string, options: DataOptions): Promise<string> {
  const by = `dense ${reader}, pictures ${pictureVersion}`;
  return `${await entryFolder(cacheOf(options), path, by)}.hash`;
}

/** A named set must have its known size: half of it is another set. */
function checkCounts(id: string, path: string, files: SceneFiles, set: ReadScenes): void {
  const found = {
    classes: set.classes.length || set.labelClasses.length,
    train: set.train.pictures.length,
    test: set.test.pictures.length,
  };
  for (const part of ['classes', 'train', 'test'] as const) {
    if (files[part] > 0 && files[part] !== found[part]) {
      const what = part === 'classes' ? 'classes' : `${part} pictures`;
      throw new DataError(
        'DATA_COUNT',
        `${path} has ${found[part]} ${what}, but ${id} has ${files[part]}.`,
        { hint: 'Get the whole data set, or use it under its own name with coco:NAME.' },
      );
    }
  }
}

/** Whether a folder holds neither an archive of the set nor a part of one. */
function isUnpacked(folder: string, archives: readonly ArchiveSource[]): boolean {
  return !archives.some(
    ({ file }) => existsSync(join(folder, file)) || existsSync(join(folder, `${file}.part`)),
  );
}

function isComplete(folder: string, archives: readonly ArchiveSource[]): boolean {
  const all = archives.every(({ file }) => existsSync(join(folder, file)));
  return all || isUnpacked(folder, archives);
}
