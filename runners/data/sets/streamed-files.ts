import { basename, dirname } from 'node:path';
import { UsageError } from '../../../common/errors.ts';
import type { DataOptions, DatasetKind, LabelledSource } from '../dataset.ts';
import { checkCounts, type SetCounts } from '../known-sets.ts';
import { remarkSentences } from '../pictures/remarks.ts';
import { indexSet, type StreamedSet } from '../streamed/index-set.ts';
import { loadTable, storeTable, tableFile } from '../streamed/store.ts';
import type { Layout } from '../streamed/types.ts';
import type { Normalisation } from '../types.ts';
import { cacheOf, findPlace, missingData, shortly } from './place.ts';

/** A set of labelled pictures that stay in their files. */
export interface StreamedFiles extends SetCounts {
  readonly title: string;
  /** Folder names under the data folder; the first that is there counts. */
  readonly names: readonly string[];
  /** Archives whose folder is the set, where they lie in the data folder themselves. */
  readonly archives?: readonly string[];
  readonly layout: Layout;
  /** What stands before the name of any folder in this layout: `imagenet` for `imagenet:NAME`. */
  readonly form: string;
  readonly normalisation: Normalisation;
  /** Height and width of every picture, where all have one size. */
  readonly side?: number;
  /** Where it is got, in a sentence: no command can fetch it, or has the room to unpack it. */
  readonly source: string;
}

/** The set by its own name, and any folder in its layout (`imagenet:NAME`). */
export function streamedKinds(files: StreamedFiles): Record<'named' | 'folder', DatasetKind> {
  const { archives: _, side: __, ...own } = files;
  return {
    named: { holds: 'labels', named: (id) => streamedFiles(id, files) },
    folder: {
      holds: 'labels',
      named(id) {
        const name = id.slice(files.form.length + 1);
        const title = `folder ${name} in the layout of ${files.title}`;
        const counts = { classes: 0, train: 0, test: 0 };
        return streamedFiles(id, { ...own, title, ...counts, names: [name], source: '' });
      },
    },
  };
}

/** The source of a set whose pictures are streamed from disk. */
function streamedFiles(id: string, files: StreamedFiles): LabelledSource {
  const { title, classes, train, test, side, layout, archives = [] } = files;
  const names = [...files.names, ...archives];
  const todo = () =>
    `${files.source} Put ${shortly(names)} into a folder and give that with --data DIR or REDISTILL_DATA. ${layout.hint}`.trimStart();
  const locate = (options: DataOptions): string | null => {
    const found = findPlace(names, options);
    if (found === undefined) return null;
    return archives.includes(basename(found)) ? dirname(found) : found;
  };
  const present = (options: DataOptions): string => {
    const root = locate(options);
    if (root === null) throw missingData(id, names, todo(), options);
    return root;
  };
  const read = async (root: string, options: DataOptions): Promise<StreamedSet> => {
    const path = tableFile(cacheOf(options), root, layout);
    const known = loadTable(path, root);
    const set = known ?? (await indexSet(root, layout, { progress: options.progress }));
    checkCounts(id, root, files, countsOf(set), `${files.form}:`);
    if (known === undefined) storeTable(path, set);
    for (const sentence of remarkSentences(set.remarks)) options.notice?.(`${id}: ${sentence}`);
    return set;
  };
  return {
    holds: 'labels',
    ...{ title, classes, train, test, ...(side !== undefined && { side }) },
    ...(side === undefined && train > 0 && { sizesDiffer: true }),
    todo,
    locate,
    async known(where, options) {
      const table = loadTable(tableFile(cacheOf(options), where, layout), where);
      return {
        form: layout.form,
        cached: table !== undefined,
        remarks: table?.remarks ?? [],
      };
    },
    async identity(options) {
      return { dataset: id, hash: (await read(present(options), options)).hash };
    },
    async load(options) {
      const { normalisation } = files;
      const { remarks: _, ...set } = await read(present(options), options);
      return { id, normalisation, ...set };
    },
    async fetch(options) {
      const root = locate(options);
      if (root !== null) return root;
      throw new UsageError('DATA_NO_SOURCE', `${id} cannot be fetched by a command.`, {
        hint: todo(),
      });
    },
    async verify(options) {
      const root = present(options);
      const path = tableFile(cacheOf(options), root, layout);
      const before = loadTable(path, root)?.hash;
      const set = await indexSet(root, layout, { progress: options.progress, decodeAll: true });
      checkCounts(id, root, files, countsOf(set), `${files.form}:`);
      if (before !== undefined && before !== set.hash) {
        options.notice?.(`The table of ${id} was not that of ${root}; it was replaced.`);
      }
      storeTable(path, set);
      return { hash: set.hash, where: root, form: layout.form };
    },
  };
}

const countsOf = ({ classes, train, test }: StreamedSet): SetCounts => ({
  classes: classes.length,
  train: train.count,
  test: test.count,
});
