import { RandomStream } from '../../../common/random.ts';
import type { JitterRecipe, RandAugmentRecipe } from '../../../contract/spec.ts';
import type { Normalisation } from '../types.ts';
import { jittered } from './jitter.ts';
import type { Picture } from './picture.ts';
import { fillOf, timmRandAugment } from './timm-rand-augment.ts';

/** Changes of a training picture after its crop and mirror. */
export interface PictureChanges {
  readonly randAugment?: RandAugmentRecipe;
  readonly jitter?: JitterRecipe;
}

/**
 * A training picture after crop and mirror as the recipe changes it further. Its random numbers
 * come from a stream of its own, `change/<place>`, so that crops are the same with and without.
 *
 * @param place `<epoch>/<position in the epoch>`
 */
export function changed(
  picture: Picture,
  { randAugment, jitter }: PictureChanges,
  { normalisation, seed }: { readonly normalisation: Normalisation; readonly seed: number },
  place: string,
): Picture {
  if (randAugment === undefined && jitter === undefined) return picture;
  const stream = RandomStream.named(seed, `change/${place}`);
  return randAugment !== undefined
    ? timmRandAugment(picture, randAugment, fillOf(normalisation), stream)
    : jittered(picture, jitter as JitterRecipe, stream);
}
