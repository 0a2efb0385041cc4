/**
 * What a data set of one's own is made with; apart from `redistill/kinds`, so that trials of a
 * user's method have no reader of pictures in their numerics fingerprint beside that of their set.
 *
 * @example
 * ```ts
 * import { defineDataset, packed, pictureFiles } from 'redistill/data';
 *
 * const set = { title: 'Flowers', classes: 5, train: 3000, test: 670, official: false };
 * export default defineDataset({
 *   id: 'flowers',
 *   holds: 'labels',
 *   named: (id) => pictureFiles(id, { ...set, side: 64, names: packed('flowers') }),
 * });
 * ```
 *
 * @module
 */
import { UsageError } from '../../common/errors.ts';
import { shown } from '../../common/shown.ts';
import type { DataOptions, DatasetKind, DatasetSource, LabelledSource } from '../data/dataset.ts';
import { identify } from '../data/identity.ts';
import { measureChannels } from '../data/normalisation.ts';
import type { NamedSplits, Normalisation } from '../data/types.ts';
import { checkedPictures } from './checked-pictures.ts';
import { type OwnKind, type OwnName, ownKind } from './own-kind.ts';

export type * from '../data/dataset.ts';
export { allocatePictures } from '../data/picture-set.ts';
export { type PictureFiles, pictureFiles } from '../data/sets/picture-files.ts';
export { packed } from '../data/sets/place.ts';
export type { ClassificationData, NamedSplits, Normalisation, PictureSet } from '../data/types.ts';

/** A data set: files of pictures, or whatever code of yours reads or makes. */
export function defineDataset(definition: OwnName & DatasetKind): OwnKind {
  return ownKind('data set', definition, (kind) => ({
    ...kind,
    named: (id: string) => checkedSource(id, kind.holds, kind.named(id)),
  }));
}

/** @throws UsageError `PLUGIN_DATA` where it is no source of a data set */
function checkedSource(
  id: string,
  holds: DatasetKind['holds'],
  source: DatasetSource,
): DatasetSource {
  const functions = ['locate', 'todo', 'known', 'identity', 'load', 'fetch', 'verify'] as const;
  const wrong =
    source?.holds !== holds
      ? 'holds'
      : functions.find((name) => typeof source[name] !== 'function');
  if (wrong === undefined) return source;
  throw new UsageError(
    'PLUGIN_DATA',
    `The data set "${id}": the field "${wrong}" of what named() gave is ${shown(source?.[wrong])}.`,
    { hint: 'Make it with pictureFiles or madePictures of redistill/data.' },
  );
}

/** A set for classification that code makes or reads by itself. */
export interface MadePictures {
  readonly title: string;
  readonly classes: number;
  readonly train: number;
  readonly test: number;
  /** Height and width of every picture. */
  readonly side: number;
  /** Default: from all pixels of the training pictures. */
  readonly normalisation?: Normalisation;
  /** Both splits; pictures are made with `allocatePictures`. The same ones in every call. */
  make(options: DataOptions): NamedSplits | Promise<NamedSplits>;
}

/**
 * The source of a set that code makes or reads, once in every process that needs it. Its identity
 * is that of its pictures and labels, in whatever order they come, as for files of pictures.
 */
export function madePictures(id: string, made: MadePictures): LabelledSource {
  const { title, classes, train, test, side } = made;
  const read = async (options: DataOptions) =>
    identify(id, checkedPictures(id, made, await made.make(options)), false);
  return {
    ...{ holds: 'labels', title, classes, train, test, side },
    locate: () => 'generated',
    todo: () => `${id} is made when it is needed`,
    known: async () => ({ form: null, cached: false, remarks: [] }),
    identity: async (options) => ({ dataset: id, hash: (await read(options)).hash }),
    async load(options) {
      const set = await read(options);
      const source = `mean and standard deviation over all pixels of the training pictures of ${id}`;
      const normalisation = made.normalisation ?? { ...measureChannels(set.train), source };
      return { id, ...set, normalisation };
    },
    fetch: async () => 'generated',
    verify: async (options) => ({
      ...{ hash: (await read(options)).hash, where: 'generated', form: null },
    }),
  };
}
