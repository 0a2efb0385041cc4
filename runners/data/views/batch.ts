import { RandomStream } from '../../../common/random.ts';
import { changed } from '../augment/changes.ts';
import type { Picture } from '../augment/picture.ts';
import { randAugment } from '../augment/rand-augment.ts';
import { type BatchRecipe, type BatchTarget, batchSizeAt, cutOut, drawCut } from '../batch.ts';
import { type PictureSource, testView, trainingView } from './input.ts';
import { wholeOf } from './resample.ts';

export type { PictureSource } from './input.ts';

/** Pictures of a split, read one by one. */
export interface PictureReader {
  readonly count: number;
  readonly labels: Int32Array;
  /** @throws DataError for a picture that cannot be read */
  read(index: number): PictureSource | Promise<PictureSource>;
}

/** Which pictures of a batch are made: `first`, and every `every`th after it. */
export interface Share {
  readonly first: number;
  readonly every: number;
}

/**
 * Writes a share of batch `step` (from 0) of an epoch as bytes. As `fillBatch`, with the recipe's
 * `input` before crop and mirror: all random numbers of a picture come from its own stream
 * `augment/<epoch>/<position in the epoch>`, those of its strong view from
 * `strong/<epoch>/<position>`. So the bytes depend on no other picture, nor on who makes them.
 *
 * @param wanted asked before each picture; false ends the work
 */
export async function fillViews(
  pictures: PictureReader,
  recipe: BatchRecipe,
  order: Int32Array,
  { epoch, step }: { readonly epoch: number; readonly step: number },
  target: BatchTarget<Uint8Array>,
  { first, every }: Share,
  wanted: () => boolean = () => true,
): Promise<void> {
  const size = batchSizeAt(step, pictures.count, recipe);
  const bytes = target.images.length / recipe.batchSize;
  const second = recipe.seed !== null && recipe.augmentation.strong !== undefined;
  for (let slot = first; slot < size && wanted(); slot += every) {
    const position = step * recipe.batchSize + slot;
    const index = order[position] as number;
    const found = await pictures.read(index);
    // Two views of a picture are cut from one decoding.
    const source = second ? inMemory(await wholeIn(found)) : found;
    const place = `${epoch}/${position}`;
    const view = await viewOf(source, recipe, `augment/${place}`);
    const { seed, augmentation } = recipe;
    const shown = seed === null ? view : changed(view, augmentation, { ...recipe, seed }, place);
    target.images.set(shown.pixels, slot * bytes);
    if (second) {
      const strong = await viewOf(source, recipe, `strong/${place}`, true);
      target.strong.set(strong.pixels, slot * bytes);
    }
    target.labels[slot] = pictures.labels[index] as number;
    target.indices[slot] = index;
  }
}

/**
 * What a training (or with `seed` null an evaluation) sees of a picture.
 *
 * @param stream name of its random numbers
 */
export async function viewOf(
  source: PictureSource,
  { seed, input, augmentation }: Pick<BatchRecipe, 'seed' | 'input' | 'augmentation'>,
  stream: string,
  strong = false,
): Promise<Picture> {
  if (seed === null) return input === undefined ? wholeIn(source) : testView(source, input);
  const random = RandomStream.named(seed, stream);
  const shown =
    input === undefined ? await wholeIn(source) : await trainingView(source, input, random);
  const view = cutOut(shown, drawCut(random, augmentation));
  if (!strong || augmentation.strong === undefined) return view;
  return randAugment(view, augmentation.strong, random);
}

async function wholeIn(source: PictureSource): Promise<Picture> {
  return (await source.part(wholeOf(source))).picture;
}

/** A picture whose parts need no decoding. */
export function inMemory(picture: Picture): PictureSource {
  const { height, width } = picture;
  return { height, width, part: (region) => ({ picture, region }) };
}
