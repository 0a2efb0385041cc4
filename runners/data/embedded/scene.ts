import type { RandomStream } from '../../../common/random.ts';
import { anyColour, around, coverage, mix, overPiece, type Pose } from './canvas.ts';
import { clamp, cosine, hueColour, quotient, sine, turn } from './integers.ts';
import { distractors, sceneClasses } from './scene-classes.ts';
import { type Shape, type Texture, textures } from './shapes.ts';

/** Edge length of a scene in pixels. */
export const sceneSide = 128;
/** Bytes of a scene: height x width x RGB. */
export const sceneBytes = sceneSide * sceneSide * 3;
const scenePixels = sceneSide * sceneSide;

/** How large objects are and how much may hide them. */
const sizes = {
  /**
   * Radii in 1/256 pixels: [least, range). Masks end on both sides of COCO's bounds, 32 x 32 and 96
   * x 96 pixels.
   */
  small: [1900, 1700],
  medium: [4200, 5600],
  large: [15_500, 3500],
  /**
   * An object that shows less than this of its pixels, in 256, or fewer pixels than `leastPixels`,
   * is not drawn.
   */
  leastShare: 90,
  leastPixels: 40,
} as const;

/** Once round the colours, in the unit of `hueColour`. */
const wholeHue = 1536;
/**
 * How far an object's hue lies from its category's at most. Categories are 256 apart: two thirds of
 * the hues belong to two of them, so who looks at colours alone errs on one object in three.
 * Without this hint (version 1), networks small enough for a processor learnt to tell no shape from
 * another in the minutes that they have.
 */
const hueReach = 192;

/** What is in a scene, with exactly the pixels that show of it. */
export interface SceneTruth {
  /** Index into `sceneClasses` of every object that shows, back to front. */
  readonly categories: readonly number[];
  /**
   * For every pixel, row by row, the position in `categories` + 1 of the object it shows, 0 for the
   * background.
   */
  readonly owner: Uint8Array;
}

interface Planned {
  readonly category: number;
  readonly shape: Shape;
  readonly level: number;
  readonly pose: Pose;
  readonly texture: Texture;
  readonly frequency: number;
  readonly phase: number;
  readonly body: number;
  readonly second: number;
}

/**
 * Draws one scene into `target` (128 x 128 RGB bytes): a background with distractors, then objects
 * of any category, size and colour from back to front, which hide one another, then light and
 * noise. Reads nothing but the stream; integer arithmetic only. Masks follow from the same
 * distances as the pixels: an object has a pixel where it covers at least half of it and nothing in
 * front of it does.
 */
export function drawScene(stream: RandomStream, target: Uint8Array): SceneTruth {
  const canvas = new Int32Array(sceneBytes);
  drawBackground(canvas, stream);
  const pieces = 1 + stream.below(4);
  for (let index = 0; index < pieces; index += 1) {
    drawPiece(canvas, plan(stream, -1, pickOf(distractors, stream), radiusOf(stream, 'small')));
  }
  const planned = planObjects(stream);
  const { kept, owner } = visible(planned);
  for (const object of kept) drawPiece(canvas, object);
  develop(canvas, target, stream);
  return { categories: kept.map(({ category }) => category), owner };
}

function pickOf<Item>(list: readonly Item[], stream: RandomStream): Item {
  return list[stream.below(list.length)] as Item;
}

function radiusOf(stream: RandomStream, size: 'small' | 'medium' | 'large'): number {
  const [least, range] = sizes[size];
  return least + stream.below(range);
}

/** One to six objects, the largest ones behind; at most one fills most of the picture. */
function planObjects(stream: RandomStream): Planned[] {
  const count = 1 + stream.below(6);
  const radii = Array.from({ length: count }, (_, index) => {
    const draw = stream.below(256);
    if (index === 0 && draw < 100) return radiusOf(stream, 'large');
    return radiusOf(stream, draw < 150 ? 'medium' : 'small');
  });
  return radii
    .sort((a, b) => b - a)
    .map((radius) => {
      const category = stream.below(sceneClasses.length);
      return plan(stream, category, (sceneClasses[category] as { shape: Shape }).shape, radius);
    });
}

/**
 * Any hue for a distractor; for an object one near its category's, which categories on both sides
 * have too.
 */
function hueOf(category: number, stream: RandomStream): number {
  if (category < 0) return stream.below(wholeHue);
  const own = quotient(wholeHue * category, sceneClasses.length);
  return (own + around(stream, hueReach) + wholeHue) % wholeHue;
}

function plan(stream: RandomStream, category: number, shape: Shape, radius: number): Planned {
  const hue = hueOf(category, stream);
  // Within the picture as far as it fits, and a little beyond the edge: some objects are cut.
  const reach = Math.max(1, (sceneSide << 8) - 2 * ((radius * 3) >> 2));
  const margin = ((sceneSide << 8) - reach) >> 1;
  const place = () => margin + stream.below(reach);
  return {
    category,
    shape,
    level: stream.below(1025),
    pose: {
      x: place(),
      y: place(),
      radius,
      angle: stream.below(turn),
      stretch: 1024 + around(stream, 120),
      mirrored: stream.below(2) === 1,
    },
    texture: pickOf(textures, stream),
    frequency: 200 + stream.below(400),
    phase: stream.below(turn),
    body: hueColour(hue, 90 + stream.below(140), 110 + stream.below(130)),
    second: hueColour(
      hue + 200 + stream.below(500),
      60 + stream.below(150),
      80 + stream.below(150),
    ),
  };
}

/**
 * Which objects show, and which of them every pixel belongs to (position + 1, 0 for the
 * background). An object that is mostly hidden is taken out, which may uncover others, until none
 * is left to take out.
 */
function visible(planned: readonly Planned[]): { kept: Planned[]; owner: Uint8Array } {
  let kept = [...planned];
  for (;;) {
    const owner = new Uint8Array(scenePixels);
    const whole = kept.map((object, index) => {
      let pixels = 0;
      cover(object, (offset, amount) => {
        if (amount < 128) return;
        owner[offset / 3] = index + 1;
        pixels += 1;
      });
      return pixels;
    });
    const shown = new Int32Array(kept.length);
    for (const one of owner) if (one > 0) shown[one - 1] = (shown[one - 1] as number) + 1;
    const hidden = kept.findIndex(
      (_, index) =>
        (shown[index] as number) < sizes.leastPixels ||
        (shown[index] as number) * 256 < (whole[index] as number) * sizes.leastShare,
    );
    if (hidden === -1) return { kept, owner };
    kept = kept.filter((_, index) => index !== hidden);
  }
}

/** Calls `paint` with how much of every pixel near it an object covers, 0 to 256. */
function cover(
  { pose, shape, level }: Planned,
  paint: (offset: number, amount: number, u: number, v: number) => void,
): void {
  overPiece(pose, sceneSide, (offset, u, v, pixel) => {
    const amount = coverage(shape(u, v, level), pixel);
    if (amount > 0) paint(offset, amount, u, v);
  });
}

function drawPiece(canvas: Int32Array, piece: Planned): void {
  const { texture, frequency, phase, body, second } = piece;
  cover(piece, (offset, amount, u, v) => {
    mix(canvas, offset, body, amount);
    mix(canvas, offset, second, (amount * texture(u, v, frequency, phase)) >> 9);
  });
}

/** A gradient between two dull colours in any direction, bent by smooth lattice noise. */
function drawBackground(canvas: Int32Array, stream: RandomStream): void {
  const first = anyColour(stream);
  const second = anyColour(stream);
  const angle = stream.below(turn);
  const across = cosine(angle);
  const down = sine(angle);
  const lattice = Int32Array.from({ length: 81 }, () => around(stream, 100));
  const middle = sceneSide / 2;
  for (let y = 0; y < sceneSide; y += 1) {
    for (let x = 0; x < sceneSide; x += 1) {
      const offset = (y * sceneSide + x) * 3;
      const slope = ((x - middle) * across + (y - middle) * down) >> 13;
      const weight = clamp(128 + slope + latticeNoise(lattice, x, y), 0, 256);
      canvas[offset] = first >> 16;
      canvas[offset + 1] = (first >> 8) & 255;
      canvas[offset + 2] = first & 255;
      mix(canvas, offset, second, weight);
    }
  }
}

/** Bilinear interpolation between the values of a 9 x 9 lattice with a pitch of 16 pixels. */
function latticeNoise(lattice: Int32Array, x: number, y: number): number {
  const corner = (y >> 4) * 9 + (x >> 4);
  const right = x & 15;
  const below = y & 15;
  const top = (lattice[corner] as number) * (16 - right) + (lattice[corner + 1] as number) * right;
  const bottom =
    (lattice[corner + 9] as number) * (16 - right) + (lattice[corner + 10] as number) * right;
  return (top * (16 - below) + bottom * below) >> 8;
}

/** Light from one side, exposure and noise; then bytes. */
function develop(canvas: Int32Array, target: Uint8Array, stream: RandomStream): void {
  const angle = stream.below(turn);
  const strength = stream.below(60);
  const across = (cosine(angle) * strength) >> 8;
  const down = (sine(angle) * strength) >> 8;
  const exposure = 210 + stream.below(80);
  const middle = sceneSide / 2;
  for (let y = 0; y < sceneSide; y += 1) {
    for (let x = 0; x < sceneSide; x += 1) {
      const light = exposure + (((x - middle) * across + (y - middle) * down) >> 12);
      const bits = stream.uint32();
      for (let channel = 0; channel < 3; channel += 1) {
        const offset = (y * sceneSide + x) * 3 + channel;
        // Ten bits per channel, as the sum of two uniform numbers: triangular noise of up to eight
        // grey levels.
        const share = (bits >>> (channel * 10)) & 1023;
        const noise = (((share & 31) + (share >> 5)) >> 2) - 8;
        target[offset] = clamp((((canvas[offset] as number) * light) >> 8) + noise, 0, 255);
      }
    }
  }
}
