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
import type { DataOptions, DatasetKind, LabelledSource } from '../data/dataset.ts';
import { identify } from '../data/identity.ts';
import { measureChannels } from '../data/normalisation.ts';
import type { NamedSplits, Normalisation } from '../data/types.ts';
import { type OwnKind, type OwnName, ownKind } from './own-kind.ts';

export type * from '../data/dataset.ts';
export { allocatePictures } from '../data/picture-set.ts';
export { type PictureFiles, pictureFiles } from '../data/sets/picture-files.ts';
export { packed } from '../data/sets/place.ts';
export type { ClassificationData, NamedSplits, Normalisation, PictureSet } from '../data/types.ts';

/** A data set: files of pictures, or whatever code of yours reads or makes. */
export function defineDataset(definition: OwnName & DatasetKind): OwnKind {
  return ownKind('data set', definition);
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
  const read = async (options: DataOptions) => identify(id, await made.make(options), false);
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
