import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hashJson } from '../../../common/canonical.ts';
import { RedistillError } from '../../../common/errors.ts';
import { writeFileAtomic } from '../../../common/files.ts';
import { RandomStream } from '../../../common/random.ts';
import type { CocoAnnotation, CocoAnnotations } from '../coco/annotations.ts';
import { encodeCounts, rleOfBitmap } from '../coco/rle.ts';
import { hashBytes, preprocessingVersion } from '../picture-set.ts';
import { drawScene, sceneBytes, sceneSide } from './scene.ts';
import { sceneClasses } from './scene-classes.ts';

/**
 * Version of the scenes. Raise it whenever a byte of them changes; the hashes beside it change too.
 */
export const sceneVersion = 2;

/** A size in which the generated scenes come. */
export interface SceneSize {
  readonly train: number;
  readonly test: number;
  /** The data hash, pinned: whatever machine generates it must find this one. */
  readonly hash: string;
}

/** The scenes of the small one are the first of the large one. */
export const sceneSizes = {
  large: {
    train: 400,
    test: 200,
    hash: 'ebe515d786b9b6922dcc303aaa63575ccef462e741668e5dfc8d3913373efbae',
  },
  small: {
    train: 24,
    test: 12,
    hash: '869a36b97ffb9951bcda5e7f3c0770012a5c5b5f2c4b0c161e65716dcad877b0',
  },
} as const satisfies Readonly<Record<string, SceneSize>>;

const maximumObjects = 6;
const pixels = sceneSide * sceneSide;

/** Scenes of one split: pictures and, for every pixel, what it shows. */
export interface SceneSet {
  readonly count: number;
  /** [count, 128, 128, 3] */
  readonly pictures: Uint8Array;
  /** [count, 128, 128] number of the object that shows there, from 1 on; 0 for the background. */
  readonly owners: Uint8Array;
  /** [count, 6] category + 1 of each object, 0 where there is none. */
  readonly categories: Uint8Array;
}

/**
 * One split. Every scene has its own random stream, so that a smaller split is a prefix of a larger
 * one.
 */
export function generateScenes(split: 'train' | 'test', count: number): SceneSet {
  const set = allocateScenes(count);
  for (let index = 0; index < count; index += 1) {
    const stream = RandomStream.named(`embedded scenes ${sceneVersion}`, `${split}/${index}`);
    const picture = set.pictures.subarray(index * sceneBytes, (index + 1) * sceneBytes);
    const { categories, owner } = drawScene(stream, picture);
    set.owners.set(owner, index * pixels);
    categories.forEach((category, object) => {
      set.categories[index * maximumObjects + object] = category + 1;
    });
  }
  return set;
}

function allocateScenes(count: number): SceneSet {
  const bytes = (length: number) => new Uint8Array(new SharedArrayBuffer(count * length));
  return {
    count,
    pictures: bytes(sceneBytes),
    owners: bytes(pixels),
    categories: bytes(maximumObjects),
  };
}

/** Class of every pixel: 0 for the background, category + 1 for objects. In shared memory. */
export function sceneLabels({ count, owners, categories }: SceneSet): Uint8Array {
  const labels = new Uint8Array(new SharedArrayBuffer(count * pixels));
  for (let at = 0; at < labels.length; at += 1) {
    const owner = owners[at] as number;
    const scene = Math.trunc(at / pixels);
    if (owner > 0) labels[at] = categories[scene * maximumObjects + owner - 1] as number;
  }
  return labels;
}

/**
 * The objects of a split in COCO's form: masks as run lengths, boxes and areas exactly those of the
 * masks.
 */
export function sceneAnnotations({ count, owners, categories }: SceneSet): CocoAnnotations {
  const annotations: CocoAnnotation[] = [];
  for (let scene = 0; scene < count; scene += 1) {
    const owner = owners.subarray(scene * pixels, (scene + 1) * pixels);
    for (let object = 1; object <= maximumObjects; object += 1) {
      const category = categories[scene * maximumObjects + object - 1] as number;
      if (category === 0) break;
      const mask = owner.map((one) => (one === object ? 1 : 0));
      const { counts } = rleOfBitmap(mask, sceneSide, sceneSide);
      annotations.push({
        id: annotations.length + 1,
        imageId: scene + 1,
        categoryId: category,
        ...extentOf(mask),
        crowd: false,
        segmentation: { size: [sceneSide, sceneSide], counts: encodeCounts(counts) },
      });
    }
  }
  return {
    images: Array.from({ length: count }, (_, scene) => ({
      id: scene + 1,
      width: sceneSide,
      height: sceneSide,
      fileName: null,
    })),
    categories: sceneClasses.map(({ name }, index) => ({ id: index + 1, name })),
    annotations,
  };
}

function extentOf(mask: Uint8Array): { bbox: [number, number, number, number]; area: number } {
  let [left, top, right, bottom, area] = [sceneSide, sceneSide, -1, -1, 0];
  mask.forEach((value, at) => {
    if (value === 0) return;
    const x = at % sceneSide;
    const y = (at - x) / sceneSide;
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x), Math.max(bottom, y)];
    area += 1;
  });
  return { bbox: [left, top, right - left + 1, bottom - top + 1], area };
}

/** The hash of a size: pictures, what every pixel shows, classes and the preprocessing version. */
export function sceneHash(train: SceneSet, test: SceneSet): string {
  const describe = ({ count, ...arrays }: SceneSet) => ({
    count,
    pictures: hashBytes(arrays.pictures),
    owners: hashBytes(arrays.owners),
    categories: hashBytes(arrays.categories),
  });
  return hashJson({
    preprocessingVersion,
    classes: sceneClasses.map(({ name }) => name),
    train: describe(train),
    test: describe(test),
  });
}

/** Where the cache keeps a size. */
export function sceneFolder(cache: string, size: SceneSize): string {
  return join(cache, 'data', `scenes-${sceneVersion}-${size.hash.slice(0, 16)}`);
}

/**
 * Generates a size, or loads it from the cache, and checks it against the pinned hash.
 *
 * @throws RedistillError `DATA_EMBEDDED` where this machine makes other scenes than every other one
 */
export function loadScenes(
  cache: string,
  size: SceneSize,
  notice: (message: string) => void = () => {},
): { readonly train: SceneSet; readonly test: SceneSet } {
  const folder = sceneFolder(cache, size);
  const stored = readScenes(folder, size);
  if (stored !== undefined) {
    if (sceneHash(stored.train, stored.test) === size.hash) return stored;
    notice(`The cached scenes in ${folder} are damaged. They are made again.`);
    rmSync(folder, { recursive: true, force: true });
  }
  const made = {
    train: generateScenes('train', size.train),
    test: generateScenes('test', size.test),
  };
  const hash = sceneHash(made.train, made.test);
  if (hash !== size.hash) {
    throw new RedistillError(
      'DATA_EMBEDDED',
      `The generated scenes have the hash ${hash}, but version ${sceneVersion} must have ${size.hash}.`,
      {
        hint: 'Somebody changed the generator without a new version and hash (runners/data/embedded/), or this Node is broken.',
      },
    );
  }
  for (const [split, set] of Object.entries(made)) {
    for (const part of parts) writeFileAtomic(join(folder, `${split}.${part}`), set[part]);
  }
  return made;
}

const parts = ['pictures', 'owners', 'categories'] as const;

/** What the cache holds, unchecked; undefined where a file is missing or has another length. */
function readScenes(folder: string, size: SceneSize) {
  const read = (split: 'train' | 'test') => {
    const set = allocateScenes(size[split]);
    for (const part of parts) {
      const path = join(folder, `${split}.${part}`);
      if (!existsSync(path)) return undefined;
      const bytes = readFileSync(path);
      // A file of another length leaves zeros, which the hash finds.
      if (bytes.length === set[part].length) set[part].set(bytes);
    }
    return set;
  };
  const [train, test] = [read('train'), read('test')];
  return train === undefined || test === undefined ? undefined : { train, test };
}
