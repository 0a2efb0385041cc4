import { UsageError } from '../../common/errors.ts';
import type { InputRecipe, SquareInputRecipe } from '../../contract/spec.ts';
import type { RecipeOverrides } from './recipe-schema.ts';

type Stated = NonNullable<RecipeOverrides['input']>;
type StatedSquare = Extract<Stated, { readonly size: number }>;
type Bounds = readonly [least: number, most: number];

const defaultBounds = { scale: [0.08, 1], ratio: [3 / 4, 4 / 3] } as const;

/**
 * A recipe's `input` in its one spelling: what says the default is absent, a share of the resized
 * edge is that edge.
 *
 * @param recipe name, for messages
 * @throws UsageError `RECIPE_FIELD` where it is contradictory
 */
export function inputOf(recipe: string, stated: Stated): InputRecipe {
  if ('size' in stated) return squareInput(recipe, stated);
  if (stated.kind === 'keep-ratio') return keepRatio(recipe, stated);
  if (!('largestShare' in stated)) return stated;
  // 1 lets every crop through, as its absence does.
  const { largestShare, ...input } = stated;
  return largestShare === 1 ? input : stated;
}

function keepRatio<Input extends Extract<Stated, { readonly kind: 'keep-ratio' }>>(
  recipe: string,
  stated: Input,
): Input {
  const { shorts, shortRange } = stated;
  if (shortRange === undefined) return stated;
  const [least, most] = shortRange;
  if (shorts !== undefined) {
    throw inputError(recipe, 'shorts and shortRange both say which bounds are drawn');
  }
  if (least >= most) throw inputError(recipe, `shortRange must ascend, not ${least}, ${most}`);
  return stated;
}

function squareInput(recipe: string, stated: StatedSquare): SquareInputRecipe {
  const { kind, size, scale, ratio, interpolation, testInterpolation, teacherSize } = stated;
  const usual = interpolation === 'bicubic' ? 'bicubic' : 'bilinear';
  const shape = {
    scale: boundsOf(recipe, stated, 'scale'),
    ratio: boundsOf(recipe, stated, 'ratio'),
  };
  if (kind === 'random-crop' && (scale ?? ratio) !== undefined) {
    throw inputError(recipe, `${scale === undefined ? 'ratio' : 'scale'} is without effect`, {
      hint: 'A random-crop has one size. Leave the field out, or take the kind random-resized-crop.',
    });
  }
  return {
    kind,
    size,
    resize: resizeOf(recipe, stated),
    ...(shape.scale !== null && { scale: shape.scale }),
    ...(shape.ratio !== null && { ratio: shape.ratio }),
    ...(interpolation !== undefined && interpolation !== 'bilinear' && { interpolation }),
    ...(testInterpolation !== undefined && testInterpolation !== usual && { testInterpolation }),
    ...(teacherSize !== undefined && teacherSize !== size && { teacherSize }),
  };
}

/** Null for the default. */
function boundsOf(recipe: string, stated: StatedSquare, field: 'scale' | 'ratio'): Bounds | null {
  const bounds = stated[field];
  if (bounds === undefined) return null;
  const [least, most] = bounds;
  if (least > most) throw inputError(recipe, `${field} must ascend, not ${least}, ${most}`);
  const [usualLeast, usualMost] = defaultBounds[field];
  return least === usualLeast && most === usualMost ? null : bounds;
}

function resizeOf(recipe: string, { size, resize, cropShare }: StatedSquare): number {
  if ((resize === undefined) === (cropShare === undefined)) {
    throw inputError(
      recipe,
      `needs ${resize === undefined ? 'resize or cropShare' : 'resize or cropShare, not both'}`,
      {
        hint: 'resize is the edge in pixels, cropShare the share of it that the input is.',
      },
    );
  }
  const edge = resize ?? Math.floor(size / (cropShare as number));
  if (edge >= size) return edge;
  throw inputError(recipe, `resizes pictures to ${edge}, less than the size ${size}`, {
    hint: 'The middle would have black borders. Give resize at least the size.',
  });
}

function inputError(recipe: string, what: string, { hint }: { hint?: string } = {}): UsageError {
  return new UsageError('RECIPE_FIELD', `Recipe "${recipe}": input ${what}.`, { hint });
}
