import { join } from 'node:path';
import { RedistillError } from '../../../common/errors.ts';
import { cachedData, type StoredData } from '../cache.ts';
import type { Normalisation } from '../types.ts';
import { classNames } from './classes.ts';
import { embeddedVersion, generateSplit } from './generate.ts';

/** A size in which the generated data comes. */
export interface EmbeddedSize {
  readonly trainPerClass: number;
  readonly testPerClass: number;
  /** The data hash, pinned: whatever machine generates it must find this one. */
  readonly hash: string;
}

/** The pictures of the small one are the first of every class of the large one. */
export const embeddedSizes = {
  large: {
    trainPerClass: 64,
    testPerClass: 40,
    hash: '837822bfb6cea865db9f250cfb8ebe47c410273649f4829d502e92d5a95fa092',
  },
  small: {
    trainPerClass: 6,
    testPerClass: 3,
    hash: '99d4c81404f84f2ab60bdb330b237f4829dedfb6647bac931123731879f32099',
  },
} as const satisfies Readonly<Record<string, EmbeddedSize>>;

/**
 * Channel statistics of the 6,400 training pictures of `embedded`; the small size uses them too.
 */
export const embeddedNormalisation: Normalisation = {
  mean: [0.4477, 0.4419, 0.4431],
  std: [0.2136, 0.2122, 0.2127],
  source: 'mean and standard deviation over all pixels of the 6,400 training pictures of embedded',
};

/** Where the cache keeps a size. */
export function embeddedFolder(cache: string, size: EmbeddedSize): string {
  return join(cache, 'data', `embedded-${embeddedVersion}-${size.hash.slice(0, 16)}`);
}

/**
 * Generates a size, or loads it from the cache, and checks it against the pinned hash.
 *
 * @throws RedistillError `DATA_EMBEDDED` where this machine makes other pictures than every other
 *   one.
 */
export async function loadEmbedded(
  cache: string,
  size: EmbeddedSize,
  notice?: (message: string) => void,
): Promise<StoredData> {
  const stored = await cachedData(
    embeddedFolder(cache, size),
    async () => ({
      classes: classNames,
      train: generateSplit('train', size.trainPerClass),
      test: generateSplit('test', size.testPerClass),
    }),
    notice,
  );
  if (stored.hash !== size.hash) {
    throw new RedistillError(
      'DATA_EMBEDDED',
      `The generated pictures have the hash ${stored.hash}, but version ${embeddedVersion} must have ${size.hash}.`,
      {
        hint: 'Somebody changed the generator without a new version and hash (runners/data/embedded/), or this Node is broken.',
      },
    );
  }
  return stored;
}
