import type { SquareInputRecipe } from '../../../contract/spec.ts';
import type { Picture } from '../augment/picture.ts';
import {
  type Draws,
  defaultRatio,
  defaultScale,
  middle,
  randomPlace,
  randomRegion,
  type Size,
  shorterEdge,
} from './regions.ts';
import { cropped, type Filter, type Region, resample, wholeOf } from './resample.ts';

/** A picture whose size is known, and whose parts can be had. */
export interface PictureSource extends Size {
  /** A picture that holds the part, and where the part is in it. */
  part(region: Region): PartOfPicture | Promise<PartOfPicture>;
}

export interface PartOfPicture {
  readonly picture: Picture;
  readonly region: Region;
}

/** timm's `random` interpolation: one of these, drawn for every picture. */
const randomFilters: readonly Filter[] = ['bilinear', 'bicubic'];

/**
 * What a training sees of a picture: `size` x `size` pixels as the recipe's `input` says. Random
 * numbers are drawn in this order: the part, its place, the interpolation where that is random.
 */
export async function trainingView(
  source: PictureSource,
  input: SquareInputRecipe,
  draws: Draws,
): Promise<Picture> {
  const { size } = input;
  if (input.kind === 'random-crop') {
    const resized = await resizedTo(source, squareOf(input.resize), filterOf(input, draws));
    return cropped(resized, randomPlace(resized, size, draws));
  }
  const { scale = defaultScale, ratio = defaultRatio } = input;
  const wanted = randomRegion(source, scale, ratio, draws);
  const filter = filterOf(input, draws);
  const { picture, region } = await source.part(wanted);
  return resample(picture, region, size, size, filter);
}

/** What an evaluation sees: the middle `size` x `size` pixels of the resized picture. */
export async function testView(source: PictureSource, input: SquareInputRecipe): Promise<Picture> {
  const filter =
    input.testInterpolation ?? (input.interpolation === 'bicubic' ? 'bicubic' : 'bilinear');
  const { kind, size, resize } = input;
  const target = kind === 'random-crop' ? squareOf(resize) : shorterEdge(source, resize);
  return resizedTo(source, target, filter, middle(target, size));
}

const squareOf = (edge: number): Size => ({ height: edge, width: edge });

async function resizedTo(
  source: PictureSource,
  size: Size,
  filter: Filter,
  piece: Region = wholeOf(size),
): Promise<Picture> {
  const { picture, region } = await source.part(wholeOf(source));
  return resample(picture, region, size.height, size.width, filter, piece);
}

function filterOf({ interpolation = 'bilinear' }: SquareInputRecipe, draws: Draws): Filter {
  if (interpolation !== 'random') return interpolation;
  return randomFilters[draws.below(randomFilters.length)] as Filter;
}
