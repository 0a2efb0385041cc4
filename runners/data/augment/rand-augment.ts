import type { RandomStream } from '../../../common/random.ts';
import type { StrongViewRecipe } from '../../../contract/spec.ts';
import {
  autoContrast,
  brightness,
  colour,
  contrast,
  equalize,
  posterize,
  sharpness,
  solarize,
} from './colour.ts';
import { rotate, shearX, shearY, translateX, translateY } from './geometry.ts';
import type { Picture } from './picture.ts';

interface Operation {
  run(picture: Picture, value: number): Picture;
  /** The value is drawn uniformly between these. */
  readonly range: readonly [number, number];
}

/**
 * The operations of the strong view with their ranges, as
 * sunshangquan/logit-standardization-KD@f6e5aa5 mdistiller/dataset/cifar100.py (augment_list) has
 * them, which follows FixMatch. Enhancements only weaken (factors below 1), and rotations, shears
 * and shifts go both ways.
 */
export const operations: Readonly<Record<string, Operation>> = {
  autocontrast: { run: autoContrast, range: [0, 1] },
  brightness: { run: brightness, range: [0.05, 0.95] },
  color: { run: colour, range: [0.05, 0.95] },
  contrast: { run: contrast, range: [0.05, 0.95] },
  equalize: { run: equalize, range: [0, 1] },
  identity: { run: (picture) => picture, range: [0, 1] },
  posterize: { run: posterize, range: [4, 8] },
  rotate: { run: rotate, range: [-30, 30] },
  sharpness: { run: sharpness, range: [0.05, 0.95] },
  shearX: { run: shearX, range: [-0.3, 0.3] },
  shearY: { run: shearY, range: [-0.3, 0.3] },
  solarize: { run: solarize, range: [0, 256] },
  translateX: { run: translateX, range: [-0.3, 0.3] },
  translateY: { run: translateY, range: [-0.3, 0.3] },
};

const names = Object.keys(operations);

/** Bytes of the square that `cutout` paints. */
const cutoutColour = [125, 123, 114];

/**
 * The strong view: `operations` random operations in turn, then a grey square of random side and
 * place. Official: RandAugment(2, 10), whose second number is not used, and a side of up to half
 * the width.
 */
export function randAugment(
  picture: Picture,
  { operations: count, cutout: share }: StrongViewRecipe,
  stream: RandomStream,
): Picture {
  let view = picture;
  for (let index = 0; index < count; index += 1) {
    const { run, range } = operations[names[stream.below(names.length)] as string] as Operation;
    const [least, most] = range;
    view = run(view, least + (most - least) * stream.uniform());
  }
  const side = stream.uniform() * share * picture.width;
  const at = [stream.uniform() * picture.width, stream.uniform() * picture.height] as const;
  return side > 0 ? cutout(view, side, at) : view;
}

/**
 * A square of side `side` around `at` (x, y), its edges rounded and drawn inclusively as
 * `ImageDraw.rectangle` does: it is a pixel wider than it says, and where it begins left of the
 * picture it is moved right, not cut.
 */
export function cutout(picture: Picture, side: number, [x, y]: readonly [number, number]): Picture {
  const { height, width } = picture;
  const pixels = Uint8Array.from(picture.pixels);
  const left = Math.trunc(Math.max(0, x - side / 2));
  const top = Math.trunc(Math.max(0, y - side / 2));
  const right = Math.min(width - 1, Math.trunc(Math.min(width, left + side)));
  const bottom = Math.min(height - 1, Math.trunc(Math.min(height, top + side)));
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      pixels.set(cutoutColour, 3 * (row * width + column));
    }
  }
  return { ...picture, pixels };
}
