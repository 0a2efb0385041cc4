import { existsSync, rmSync } from 'node:fs';
import type { DataOptions, DatasetKind } from '../dataset.ts';
import { imagenetNormalisation } from '../dense/normalise.ts';
import { objectsOf } from '../dense/objects.ts';
import type { DenseData, DenseSplit } from '../dense/types.ts';
import { sceneSide } from '../embedded/scene.ts';
import { sceneClasses } from '../embedded/scene-classes.ts';
import {
  loadScenes,
  type SceneSet,
  type SceneSize,
  sceneAnnotations,
  sceneFolder,
  sceneLabels,
  sceneSizes,
} from '../embedded/scenes.ts';
import { cacheOf } from './place.ts';

const categories = sceneClasses.map(({ name }) => name);
const labels = ['background', ...categories];

/** A size of the generated scenes. */
function kind(title: string, size: SceneSize): DatasetKind {
  const { hash, train, test } = size;
  return {
    holds: 'scenes',
    named: (id) => ({
      holds: 'scenes',
      title,
      classes: sceneClasses.length,
      objects: categories,
      labels,
      train,
      test,
      locate: () => 'generated',
      todo: () => `Run: redistill data fetch ${id}`,
      async known(_, options) {
        const cached = existsSync(sceneFolder(cacheOf(options), size));
        return { form: null, cached, remarks: [] };
      },
      identity: async () => ({ dataset: id, hash }),
      load: async (options) => scenesData(id, size, options),
      async fetch(options) {
        loadScenes(cacheOf(options), size, options.notice);
        return sceneFolder(cacheOf(options), size);
      },
      async verify(options) {
        const cache = cacheOf(options);
        rmSync(sceneFolder(cache, size), { recursive: true, force: true });
        loadScenes(cache, size, options.notice);
        return { hash, where: 'generated', form: null };
      },
    }),
  };
}

export const scenes = kind('generated scenes, 6 shapes, boxes and masks', sceneSizes.large);
export const scenesSmall = kind('the first of the same scenes, for tests', sceneSizes.small);

function scenesData(id: string, size: SceneSize, options: DataOptions): DenseData {
  const sets = loadScenes(cacheOf(options), size, options.notice);
  const annotations = { train: sceneAnnotations(sets.train), test: sceneAnnotations(sets.test) };
  const categoryIds = annotations.train.categories.map((category) => category.id);
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
    classes: categories,
    categoryIds,
    labelClasses: labels,
    train: split(sets.train, annotations.train),
    test: split(sets.test, annotations.test),
    annotations,
    normalisation: imagenetNormalisation,
    hash: size.hash,
  };
}
