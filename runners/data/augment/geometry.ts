import { type Affine, type Colour, type Interpolation, interpolated } from './affine.ts';
import type { Picture } from './picture.ts';

/**
 * Geometric operations on byte pictures, equal to Pillow's `Image.transform` and `Image.rotate` in
 * every byte (reference/golden/augment/strong.json, timm.json).
 */

/** How the pixels of a moved picture are made. Absent: the nearest pixel, and black outside. */
export interface Resampling {
  readonly interpolation: Interpolation;
  /** Of what comes from outside the picture. */
  readonly fill: Colour;
}

/** By `angle` degrees against the clock, about the middle. */
export function rotate(picture: Picture, angle: number, look?: Resampling): Picture {
  if (angle % 360 === 0) return picture;
  const radians = (-(((angle % 360) + 360) % 360) * Math.PI) / 180;
  // Rounded to 15 digits as Pillow does, so that a last bit of `Math.cos` is not seen.
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)].map((value) =>
    Number(value.toFixed(15)),
  ) as [number, number];
  const [centreX, centreY] = [picture.width / 2, picture.height / 2];
  return transformed(
    picture,
    [
      cos,
      sin,
      cos * -centreX + sin * -centreY + centreX,
      -sin,
      cos,
      -sin * -centreX + cos * -centreY + centreY,
    ],
    look,
  );
}

/** Every row moved by `share` of its distance from the top. */
export function shearX(picture: Picture, share: number, look?: Resampling): Picture {
  return transformed(picture, [1, share, 0, 0, 1, 0], look);
}

/** Every column moved by `share` of its distance from the left. */
export function shearY(picture: Picture, share: number, look?: Resampling): Picture {
  return transformed(picture, [1, 0, 0, share, 1, 0], look);
}

/** To the left by `share` of the width. */
export function translateX(picture: Picture, share: number, look?: Resampling): Picture {
  return transformed(picture, [1, 0, share * picture.width, 0, 1, 0], look);
}

/** Up by `share` of the height. */
export function translateY(picture: Picture, share: number, look?: Resampling): Picture {
  return transformed(picture, [1, 0, 0, 0, 1, share * picture.height], look);
}

function transformed(picture: Picture, map: Affine, look: Resampling | undefined): Picture {
  return look === undefined
    ? nearest(picture, map)
    : interpolated(picture, map, look.interpolation, look.fill);
}

function nearest(picture: Picture, [a, b, c, d, e, f]: Affine): Picture {
  const { pixels, height, width } = picture;
  const moved = new Uint8Array(pixels.length);
  const source = b === 0 && d === 0 ? scaled([a, b, c, d, e, f]) : fixedPoint([a, b, c, d, e, f]);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [fromX, fromY] = source(x, y);
      if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) continue;
      const from = 3 * (fromY * width + fromX);
      moved.set(pixels.subarray(from, from + 3), 3 * (y * width + x));
    }
  }
  return { ...picture, pixels: moved };
}

type Source = (x: number, y: number) => readonly [number, number];

/** Without rotation and shear Pillow computes in double precision. */
function scaled([a, , c, , e, f]: Affine): Source {
  const floor = (value: number) => (value < 0 ? -1 : Math.trunc(value));
  return (x, y) => [floor(c + a * (x + 0.5)), floor(f + e * (y + 0.5))];
}

/** With them it adds up steps of 1/65536 of a pixel. */
function fixedPoint([a, b, c, d, e, f]: Affine): Source {
  const fixed = (value: number) => Math.floor(value * 65536 + 0.5);
  const [stepA, stepB, stepD, stepE] = [fixed(a), fixed(b), fixed(d), fixed(e)];
  const startX = fixed(c + a * 0.5 + b * 0.5);
  const startY = fixed(f + d * 0.5 + e * 0.5);
  return (x, y) => [
    Math.floor((startX + stepA * x + stepB * y) / 65536),
    Math.floor((startY + stepD * x + stepE * y) / 65536),
  ];
}
