import { createHash } from 'node:crypto';
import type { KeptOutputs } from '../../../contract/request.ts';
import type { Recipe } from '../../../contract/spec.ts';
import { hashBytes } from '../../data/picture-set.ts';
import type { Normalisation, PictureSet } from '../../data/types.ts';
import { tensorflowVersion } from '../../engine/tensorflow.ts';
import type { Teacher } from '../teacher.ts';
import { type GivenOutputs, givenWidth } from './given.ts';
import { OutputKeeper } from './keeper.ts';
import { createTeacherPasses } from './passes.ts';
import { processorKind } from './processor.ts';
import { OutputStore } from './store.ts';
import { viewCount } from './views.ts';

export interface OpenOptions {
  readonly asked: KeptOutputs;
  readonly teacher: Teacher;
  readonly given: GivenOutputs;
  readonly pictures: PictureSet;
  readonly recipe: Recipe;
  readonly seed: number;
  /** How the students see pictures. */
  readonly normalisation: Normalisation;
}

/**
 * Opens the store of a teacher and tries whether its outputs may come from there.
 *
 * @returns what gives them, or in words why they are computed in every step
 * @throws RedistillError where the store cannot be opened
 */
export function openKeeper(options: OpenOptions): OutputKeeper | string {
  const { asked, teacher, given, pictures, recipe, seed, normalisation } = options;
  const { batchSize, dropLast, augmentation } = recipe;
  if (batchSize < 2) return 'batches have one picture';
  const width = givenWidth(given);
  const store = OutputStore.open({
    folder: asked.folder,
    limitBytes: asked.limitBytes,
    key: keyOf(options),
    pictures: pictures.count,
    views: viewCount(augmentation),
    width,
  });
  if (store.room === 0) {
    store.close();
    return 'the limit has no room for them';
  }
  const tail = dropLast ? 0 : pictures.count % batchSize;
  const others = tail === 0 ? [] : [tail];
  const side = [pictures.height, pictures.width] as const;
  const passes = createTeacherPasses(teacher, given, side, [batchSize, ...others]);
  const keeper = new OutputKeeper({
    ...{ store, passes, pictures, seed, normalisation, width },
    recipe: { batchSize, dropLast, augmentation },
  });
  const reason = keeper.prove(others);
  if (reason === null) return keeper;
  keeper.close();
  return reason;
}

/** Everything that decides the bits of an entry, beside its picture and view. */
function keyOf({ asked, teacher, given, pictures, recipe, normalisation }: OpenOptions) {
  const { network, view = null, size = null } = teacher;
  const { mean, std, order = 'rgb' } = normalisation;
  const { crop, flip } = recipe.augmentation;
  return {
    teacher: network.name,
    weights: hashOf(teacher),
    classes: given.classes,
    patches: given.patches === null ? null : [...given.patches],
    // In their order: an entry is found by a picture's place.
    pictures: hashBytes(pictures.pixels),
    shape: [pictures.count, pictures.height, pictures.width],
    normalisation: { mean: [...mean], std: [...std], order },
    seen: view === null ? null : { scale: [...view.scale], shift: [...view.shift] },
    size,
    padding: crop?.padding ?? 0,
    flip,
    batch: recipe.batchSize,
    tensorflow: tensorflowVersion(),
    numerics: asked.fingerprint,
    processor: processorKind(),
  };
}

/** SHA-256 over names, shapes and bits of the weights, in the order of the network. */
function hashOf({ network, weights }: Teacher): string {
  const hash = createHash('sha256');
  for (const { name, shape } of network.params) {
    const values = weights[name] as Float32Array;
    hash.update(`${name}\n${shape.join('x')}\n`);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}
