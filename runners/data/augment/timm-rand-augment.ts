import type { RandomStream } from '../../../common/random.ts';
import type { RandAugmentRecipe } from '../../../contract/spec.ts';
import type { Normalisation } from '../types.ts';
import type { Colour, Interpolation } from './affine.ts';
import {
  autoContrast,
  brightness,
  colour,
  contrast,
  equalize,
  invert,
  sharpness,
  solarize,
  solarizeAdd,
} from './colour.ts';
import { type Resampling, rotate, shearX, shearY, translateX, translateY } from './geometry.ts';
import { mapped, type Picture, sameForAll } from './picture.ts';

/*
 * timm's RandAugment. Official code: timm 0.6.5 timm/data/auto_augment.py (RandAugment, AugmentOp),
 * timm/data/transforms_factory.py (transforms_imagenet_train), which follow Cubuk et al. 2020,
 * arXiv:1909.13719.
 */

interface Operation {
  /** The operation's value for a level of 0 to 10; `sign` is 1 or -1 at random. */
  value(level: number, sign: 1 | -1): number;
  /** Whether it goes both ways, so that a sign is drawn. Default: no. */
  readonly signed?: true;
  run(picture: Picture, value: number, look: Resampling): Picture;
}

/** Factors from 0.1 to 1.9; growing ones are the further from 1, the higher the level. */
const enhancement = (
  growing: boolean,
  run: (picture: Picture, factor: number) => Picture,
): Operation =>
  growing
    ? { value: (level, sign) => Math.max(0.1, 1 + sign * ((level / 10) * 0.9)), signed: true, run }
    : { value: (level) => (level / 10) * 1.8 + 0.1, run };

/** A move of `most` at level 10, in one of both directions. */
const move = (
  most: number,
  run: (picture: Picture, value: number, look: Resampling) => Picture,
): Operation => ({ value: (level, sign) => sign * ((level / 10) * most), signed: true, run });

const fixed = (run: (picture: Picture) => Picture): Operation => ({
  value: () => 0,
  run,
});

/** Keeps the highest bits of every byte; with none of them it is black. */
function keepBits(picture: Picture, bits: number): Picture {
  const mask = 0xff & ~(2 ** (8 - bits) - 1);
  return mapped(
    picture,
    sameForAll((byte) => byte & mask),
  );
}

/** The operations in timm's order, under its names without `Increasing` and `Rel`. */
export function timmOperations(growing: boolean): Readonly<Record<string, Operation>> {
  return {
    AutoContrast: fixed(autoContrast),
    Equalize: fixed(equalize),
    Invert: fixed(invert),
    Rotate: move(30, rotate),
    Posterize: {
      value: (level) => {
        const bits = Math.trunc((level / 10) * 4);
        return growing ? 4 - bits : bits;
      },
      run: keepBits,
    },
    Solarize: {
      value: (level) => {
        const threshold = Math.trunc((level / 10) * 256);
        return growing ? 256 - threshold : threshold;
      },
      run: solarize,
    },
    SolarizeAdd: { value: (level) => Math.trunc((level / 10) * 110), run: solarizeAdd },
    Color: enhancement(growing, colour),
    Contrast: enhancement(growing, contrast),
    Brightness: enhancement(growing, brightness),
    Sharpness: enhancement(growing, sharpness),
    ShearX: move(0.3, shearX),
    ShearY: move(0.3, shearY),
    TranslateX: move(0.45, translateX),
    TranslateY: move(0.45, translateY),
  };
}

const lists = {
  growing: Object.values(timmOperations(true)),
  plain: Object.values(timmOperations(false)),
};

const interpolations: readonly Interpolation[] = ['bilinear', 'bicubic'];

/** The mean colour, which fills what comes from outside of a picture. */
export function fillOf({ mean }: Pick<Normalisation, 'mean'>): Colour {
  return mean.map((share) => Math.min(255, halfToEven(255 * share))) as unknown as Colour;
}

function halfToEven(value: number): number {
  const near = Math.round(value);
  return near - value === 0.5 && near % 2 === 1 ? near - 1 : near;
}

/**
 * A picture after timm's RandAugment: `operations` of the list with replacement, each done with
 * probability one half, at a level around `magnitude`.
 *
 * Random numbers are drawn in this order: all operations; then for each whether it is done, its
 * level, its direction, its interpolation.
 */
export function timmRandAugment(
  picture: Picture,
  { operations: count, magnitude, deviation, growing, interpolation }: RandAugmentRecipe,
  fill: Colour,
  stream: RandomStream,
): Picture {
  const list = growing ? lists.growing : lists.plain;
  const chosen = Array.from({ length: count }, () => list[stream.below(list.length)] as Operation);
  let view = picture;
  for (const operation of chosen) {
    if (stream.uniform() > 0.5) continue;
    const drawn = deviation > 0 ? magnitude + deviation * stream.normal() : magnitude;
    const level = Math.max(0, Math.min(10, drawn));
    const sign = operation.signed === true && stream.uniform() > 0.5 ? -1 : 1;
    const kind =
      interpolation === 'random'
        ? (interpolations[stream.below(interpolations.length)] as Interpolation)
        : interpolation;
    view = operation.run(view, operation.value(level, sign), { interpolation: kind, fill });
  }
  return view;
}
