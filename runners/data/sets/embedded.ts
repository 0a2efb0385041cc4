import { rmSync } from 'node:fs';
import { entrySummary } from '../cache.ts';
import type { DatasetKind } from '../dataset.ts';
import {
  type EmbeddedSize,
  embeddedFolder,
  embeddedNormalisation,
  embeddedSizes,
  loadEmbedded,
} from '../embedded/load.ts';
import { cacheOf } from './place.ts';

/** A size of the generated pictures. */
function kind(title: string, size: EmbeddedSize): DatasetKind {
  const { hash } = size;
  const classes = 100;
  return {
    holds: 'labels',
    named: (id) => ({
      holds: 'labels',
      title,
      classes,
      train: classes * size.trainPerClass,
      test: classes * size.testPerClass,
      side: 32,
      locate: () => 'generated',
      todo: () => `Run: redistill data fetch ${id}`,
      async known(_, options) {
        const cached = entrySummary(embeddedFolder(cacheOf(options), size))?.hash === hash;
        return { form: null, cached, remarks: [] };
      },
      identity: async () => ({ dataset: id, hash }),
      async load(options) {
        const { classes, train, test } = await loadEmbedded(cacheOf(options), size, options.notice);
        return { id, classes, train, test, normalisation: embeddedNormalisation, hash };
      },
      async fetch(options) {
        await loadEmbedded(cacheOf(options), size, options.notice);
        return embeddedFolder(cacheOf(options), size);
      },
      async verify(options) {
        const cache = cacheOf(options);
        rmSync(embeddedFolder(cache, size), { recursive: true, force: true });
        await loadEmbedded(cache, size, options.notice);
        return { hash, where: 'generated', form: null };
      },
    }),
  };
}

export const embedded = kind('generated pictures, 100 classes in 20 groups', embeddedSizes.large);
export const embeddedSmall = kind('the first of the same pictures, for tests', embeddedSizes.small);
