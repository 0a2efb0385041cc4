import type { RandomStream } from '../../../common/random.ts';
import type { JitterRecipe } from '../../../contract/spec.ts';
import { brightness, colour, contrast } from './colour.ts';
import type { Picture } from './picture.ts';

/**
 * torchvision's `ColorJitter` without a hue: brightness, contrast and saturation in random order,
 * each by a factor that is uniform between 1 - value and 1 + value. A value of 0 changes nothing.
 *
 * Official code: pytorch/vision@v0.14.1:torchvision/transforms/transforms.py (ColorJitter).
 */
export function jittered(picture: Picture, recipe: JitterRecipe, stream: RandomStream): Picture {
  const changes = [
    [brightness, recipe.brightness],
    [contrast, recipe.contrast],
    [colour, recipe.saturation],
  ] as const;
  let view = picture;
  for (const index of stream.permutation(changes.length)) {
    const [change, most] = changes[index] as (typeof changes)[number];
    const factor = 1 - most + 2 * most * stream.uniform();
    if (most > 0) view = change(view, factor);
  }
  return view;
}
