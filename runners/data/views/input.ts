import type { SquareInputRecipe } from '../../../contract/spec.ts';
import type { Picture } from '../augment/picture.ts';
import {
  type Draws,
  defaultRatio,
  defaultScale,
  middle,
  randomPlace,
  randomRegion,
  shorterEdge,
} from './regions.ts';
import { cropped, type Filter, resample, wholeOf } from './resample.ts';

/** timm's `random` interpolation: one of these, drawn for every picture. */
const randomFilters: readonly Filter[] = ['bilinear', 'bicubic'];

/**
 * What a training sees of a picture: `size` x `size` pixels as the recipe's `input` says. Random
 * numbers are drawn in this order: the part, its place, the interpolation where that is random.
 */
export function trainingView(picture: Picture, input: SquareInputRecipe, draws: Draws): Picture {
  const { size } = input;
  if (input.kind === 'random-crop') {
    const resized = squashed(picture, input.resize, filterOf(input, draws));
    return cropped(resized, randomPlace(resized, size, draws));
  }
  const { scale = defaultScale, ratio = defaultRatio } = input;
  const region = randomRegion(picture, scale, ratio, draws);
  return resample(picture, region, size, size, filterOf(input, draws));
}

/** What an evaluation sees: the middle `size` x `size` pixels of the resized picture. */
export function testView(picture: Picture, input: SquareInputRecipe): Picture {
  const filter =
    input.testInterpolation ?? (input.interpolation === 'bicubic' ? 'bicubic' : 'bilinear');
  const { size, resize } = input;
  if (input.kind === 'random-crop') {
    const resized = squashed(picture, resize, filter);
    return cropped(resized, middle(resized, size));
  }
  const { height, width } = shorterEdge(picture, resize);
  const resized = resample(picture, wholeOf(picture), height, width, filter);
  return cropped(resized, middle(resized, size));
}

const squashed = (picture: Picture, edge: number, filter: Filter) =>
  resample(picture, wholeOf(picture), edge, edge, filter);

function filterOf({ interpolation = 'bilinear' }: SquareInputRecipe, draws: Draws): Filter {
  if (interpolation !== 'random') return interpolation;
  return randomFilters[draws.below(randomFilters.length)] as Filter;
}
