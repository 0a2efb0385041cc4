import type { RandomStream } from '../../../common/random.ts';
import { clamp, cosine, hueColour, quotient, sine } from './integers.ts';

/** A uniform integer in [-reach, reach]. */
export function around(stream: RandomStream, reach: number): number {
  return stream.below(2 * reach + 1) - reach;
}

/** A colour of any hue, neither grey nor black. */
export function anyColour(stream: RandomStream): number {
  return hueColour(stream.below(1536), 30 + stream.below(170), 50 + stream.below(200));
}

/** Mixes `colour` (0xRRGGBB) into the pixel at `offset`, weight 0 to 256. */
export function mix(canvas: Int32Array, offset: number, colour: number, weight: number): void {
  const red = canvas[offset] as number;
  const green = canvas[offset + 1] as number;
  const blue = canvas[offset + 2] as number;
  canvas[offset] = red + ((((colour >> 16) - red) * weight) >> 8);
  canvas[offset + 1] = green + (((((colour >> 8) & 255) - green) * weight) >> 8);
  canvas[offset + 2] = blue + ((((colour & 255) - blue) * weight) >> 8);
}

/**
 * Where a piece lies: centre and radius in 1/256 pixels, rotation in 1/256 turns, stretch across in
 * 1/1024.
 */
export interface Pose {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly angle: number;
  readonly stretch: number;
  readonly mirrored: boolean;
}

/**
 * Calls `paint` for every pixel near a piece of a square picture with edges of `side` pixels, with
 * the piece's own coordinates (1024 = radius).
 */
export function overPiece(
  pose: Pose,
  side: number,
  paint: (offset: number, u: number, v: number, pixel: number) => void,
): void {
  const reach = (pose.radius * 5) >> 2;
  const left = clamp((pose.x - reach) >> 8, 0, side - 1);
  const right = clamp((pose.x + reach) >> 8, 0, side - 1);
  const top = clamp((pose.y - reach) >> 8, 0, side - 1);
  const bottom = clamp((pose.y + reach) >> 8, 0, side - 1);
  const across = cosine(pose.angle);
  const down = sine(pose.angle);
  const scale = quotient(1 << 22, pose.radius);
  const scaleAcross = (scale * pose.stretch) >> 10;
  /** Size of a pixel in the piece's unit: the width of the soft edge. */
  const pixel = scale >> 4;
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      const dx = (x << 8) + 128 - pose.x;
      const dy = (y << 8) + 128 - pose.y;
      const along = (dx * across + dy * down) >> 14;
      const u = ((pose.mirrored ? -along : along) * scaleAcross) >> 12;
      const v = (((dy * across - dx * down) >> 14) * scale) >> 12;
      paint((y * side + x) * 3, u, v, pixel);
    }
  }
}

/** How much of a pixel a shape covers, 0 to 256, from the distance to its outline. */
export function coverage(distance: number, pixel: number): number {
  return clamp(128 + quotient(distance << 8, pixel), 0, 256);
}
