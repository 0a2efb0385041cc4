import { RandomStream } from '../../../common/random.ts';
import type { Recipe } from '../../../contract/spec.ts';
import { drawCut } from '../../data/batch.ts';

/** A crop's place relative to the picture, and whether it is mirrored. */
export type Cut = ReturnType<typeof drawCut>;

type Augmentation = Pick<Recipe['augmentation'], 'crop' | 'flip'>;

/** In how many ways a recipe shows a picture to the teacher: 162 for a padding of 4 and mirrors. */
export function viewCount({ crop, flip }: Augmentation): number {
  const places = crop === null ? 1 : 2 * crop.padding + 1;
  return places ** 2 * (flip ? 2 : 1);
}

/** The number of a view, from 0. */
export function viewNumber(cut: Cut, { crop, flip }: Augmentation): number {
  const padding = crop?.padding ?? 0;
  const places = 2 * padding + 1;
  const place = (cut.y + padding) * places + cut.x + padding;
  return flip ? 2 * place + (cut.mirrored ? 1 : 0) : place;
}

/** The view that a training with this seed shows at a position of a pass: that of `fillBatch`. */
export function cutAt(
  seed: number,
  pass: number,
  position: number,
  augmentation: Augmentation,
): Cut {
  if (augmentation.crop === null && !augmentation.flip) return { x: 0, y: 0, mirrored: false };
  return drawCut(RandomStream.named(seed, `augment/${pass}/${position}`), augmentation);
}

/**
 * Why the teacher's outputs cannot be kept in a training with this recipe; null where they can: the
 * pictures that it sees must be crops and mirrors, since there are few of them.
 */
export function manyViews(recipe: Recipe): string | null {
  const { input, augmentation, precision } = recipe;
  const { mix, randAugment, jitter, erasing } = augmentation;
  if (input !== undefined) return 'its pictures are resized at random';
  if (mix !== undefined) return 'its pictures are mixed';
  if (randAugment !== undefined || jitter !== undefined) return 'its pictures change at random';
  if (erasing !== undefined) return 'parts of its pictures are erased';
  if (precision !== undefined)
    return 'what is kept is in 32 bits, and it trains in mixed precision';
  return null;
}
