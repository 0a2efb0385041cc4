import type { Picture } from './picture.ts';

/**
 * Output pixel (x, y) shows the input at `(a x + b y + c, d x + e y + f)`, taken at pixel centres.
 */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** How pixels between pixels are made, from the nearest four or sixteen. */
export type Interpolation = 'bilinear' | 'bicubic';

/** Red, green and blue, as bytes. */
export type Colour = readonly [red: number, green: number, blue: number];

/**
 * A picture moved by an affine map with interpolation, equal to Pillow's `Image.transform` in every
 * byte (reference/golden/augment/timm.json): in double precision, neighbours beyond the edge are
 * those of the edge, and the result is cut off to a byte. What comes from outside the picture has
 * the colour `fill`.
 *
 * Official code: python-pillow/Pillow@12.2.0:src/libImaging/Geometry.c (ImagingGenericTransform).
 */
export function interpolated(
  picture: Picture,
  [a, b, c, d, e, f]: Affine,
  interpolation: Interpolation,
  fill: Colour,
): Picture {
  const { height, width } = picture;
  const moved = new Uint8Array(picture.pixels.length);
  const sample = interpolation === 'bilinear' ? bilinear : bicubic;
  let to = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const fromX = a * (x + 0.5) + b * (y + 0.5) + c;
      const fromY = d * (x + 0.5) + e * (y + 0.5) + f;
      if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) moved.set(fill, to);
      else sample(picture, fromX - 0.5, fromY - 0.5, moved, to);
      to += 3;
    }
  }
  return { ...picture, pixels: moved };
}

const within = (value: number, size: number) => (value < 0 ? 0 : value < size ? value : size - 1);

/** Writes the pixel at (x, y), counted between pixel centres, to place `to`. */
function bilinear(
  { pixels, height, width }: Picture,
  x: number,
  y: number,
  moved: Uint8Array,
  to: number,
): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - left, y - top];
  const [one, other] = [3 * within(left, width), 3 * within(left + 1, width)];
  const row = 3 * width * within(top, height);
  // Pillow takes the row above where there is none below.
  const next = top + 1 < height ? 3 * width * (top + 1) : row;
  for (let band = 0; band < 3; band += 1) {
    const upper = between(pixels, row + one + band, row + other + band, right);
    const lower = between(pixels, next + one + band, next + other + band, right);
    moved[to + band] = Math.trunc(upper + (lower - upper) * down);
  }
}

function between(pixels: Uint8Array, one: number, other: number, share: number): number {
  const from = pixels[one] as number;
  return from + ((pixels[other] as number) - from) * share;
}

function bicubic(
  { pixels, height, width }: Picture,
  x: number,
  y: number,
  moved: Uint8Array,
  to: number,
): void {
  const [column, line] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - column, y - line];
  const x0 = 3 * within(column - 1, width);
  const x1 = 3 * within(column, width);
  const x2 = 3 * within(column + 1, width);
  const x3 = 3 * within(column + 2, width);
  for (let band = 0; band < 3; band += 1) {
    const across = (row: number): number => {
      const at = 3 * width * row + band;
      return cubic(
        pixels[at + x0] as number,
        pixels[at + x1] as number,
        pixels[at + x2] as number,
        pixels[at + x3] as number,
        right,
      );
    };
    // A row beyond the picture is the row before it.
    const v0 = across(within(line - 1, height));
    const v1 = line >= 0 && line < height ? across(line) : v0;
    const v2 = line + 1 >= 0 && line + 1 < height ? across(line + 1) : v1;
    const v3 = line + 2 >= 0 && line + 2 < height ? across(line + 2) : v2;
    const value = cubic(v0, v1, v2, v3, down);
    moved[to + band] = value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value);
  }
}

/** Pillow's cubic through four values; a share of 0 is the second. */
function cubic(v0: number, v1: number, v2: number, v3: number, share: number): number {
  const p2 = -v0 + v2;
  const p3 = 2 * (v0 - v1) + v2 - v3;
  const p4 = -v0 + v1 - v2 + v3;
  return v1 + share * (p2 + share * (p3 + share * p4));
}
