import type { RandomStream } from '../../../common/random.ts';
import { anyColour, around, coverage, mix, overPiece, type Pose } from './canvas.ts';
import type { FineClass } from './classes.ts';
import { clamp, cosine, hueColour, quotient, sine, turn } from './integers.ts';
import { type Shape, shapes, type Texture, textures } from './shapes.ts';

/** Edge length of a picture in pixels. */
export const side = 32;
/** Bytes of a picture: height x width x RGB. */
export const pictureBytes = side * side * 3;

/**
 * How strongly what does not belong to the class varies. Calibrated so that a ResNet-8 and a
 * ResNet-20 end far from 0, from 100 and from each other after a proxy training; see
 * docs/embedded-data.md for the measurements.
 */
export const nuisance = {
  /** Spread of an attribute around its level; levels lie 320 apart. */
  shapeSpread: 100,
  textureSpread: 100,
  /** Hue spread, of 1536. */
  hueSpread: 90,
  /** Objects' radius in 1/256 pixels. */
  radiusLow: 2300,
  radiusHigh: 3300,
  /** Offset of the object's centre from the picture's, in 1/256 pixels. */
  offset: 800,
  /** Rotation to either side, in 1/256 turns; 128 is any. */
  rotation: 128,
  clutter: 4,
  /** Occluded pictures in 256. */
  occluded: 64,
  /** Amplitude of the noise of a pixel, in grey levels. */
  noise: 10,
} as const;
export type Nuisance = { readonly [Name in keyof typeof nuisance]: number };

/**
 * Draws one picture of a class into `target` (32 x 32 RGB bytes): background, clutter behind, the
 * object with texture and accents, perhaps an occluder, light, noise. Reads nothing but the stream;
 * integer arithmetic only.
 */
export function drawPicture(
  fine: FineClass,
  stream: RandomStream,
  target: Uint8Array,
  strength: Nuisance = nuisance,
): void {
  const canvas = new Int32Array(pictureBytes);
  drawBackground(canvas, stream);
  const pieces = 1 + stream.below(strength.clutter);
  for (let index = 0; index < pieces; index += 1) drawClutter(canvas, stream, 700, 1500);
  drawObject(canvas, fine, stream, strength);
  if (stream.below(256) < strength.occluded) drawClutter(canvas, stream, 800, 1400);
  develop(canvas, target, stream, strength.noise);
}

/**
 * A gradient between two colours in any direction, bent by smooth lattice noise, sometimes with
 * faint waves.
 */
function drawBackground(canvas: Int32Array, stream: RandomStream): void {
  const first = anyColour(stream);
  const second = anyColour(stream);
  const angle = stream.below(turn);
  const across = cosine(angle);
  const down = sine(angle);
  const lattice = Int32Array.from({ length: 81 }, () => around(stream, 110));
  const waves = stream.below(3) === 0 ? 10 + stream.below(30) : 0;
  const waveAngle = stream.below(turn);
  const waveAcross = cosine(waveAngle);
  const waveDown = sine(waveAngle);
  const pitch = 14 + stream.below(34);
  const phase = stream.below(turn);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const offset = (y * side + x) * 3;
      const slope = ((x - 16) * across + (y - 16) * down) >> 11;
      const bent = clamp(128 + slope + latticeNoise(lattice, x, y), 0, 256);
      const wave =
        waves === 0
          ? 0
          : (sine(((((x * waveAcross + y * waveDown) >> 10) * pitch) >> 4) + phase) * waves) >> 14;
      canvas[offset] = (first >> 16) + wave;
      canvas[offset + 1] = ((first >> 8) & 255) + wave;
      canvas[offset + 2] = (first & 255) + wave;
      mix(canvas, offset, second, bent);
    }
  }
}

/** Bilinear interpolation between the values of a 9 x 9 lattice with a pitch of four pixels. */
function latticeNoise(lattice: Int32Array, x: number, y: number): number {
  const corner = (y >> 2) * 9 + (x >> 2);
  const right = x & 3;
  const below = y & 3;
  const top = (lattice[corner] as number) * (4 - right) + (lattice[corner + 1] as number) * right;
  const bottom =
    (lattice[corner + 9] as number) * (4 - right) + (lattice[corner + 10] as number) * right;
  return (top * (4 - below) + bottom * below) >> 4;
}

/** A small piece of any shape and colour somewhere in the picture; every third has a texture. */
function drawClutter(
  canvas: Int32Array,
  stream: RandomStream,
  smallest: number,
  largest: number,
): void {
  const shape = shapes[stream.below(shapes.length)] as Shape;
  const texture = textures[stream.below(textures.length)] as Texture;
  const level = stream.below(1025);
  const colour = anyColour(stream);
  const other = stream.below(3) === 0 ? anyColour(stream) : colour;
  const frequency = 256 + stream.below(400);
  const pose: Pose = {
    x: stream.below(side << 8),
    y: stream.below(side << 8),
    radius: smallest + stream.below(largest - smallest),
    angle: stream.below(turn),
    stretch: 1024,
    mirrored: false,
  };
  overPiece(pose, side, (offset, u, v, pixel) => {
    const cover = coverage(shape(u, v, level), pixel);
    if (cover === 0) return;
    const weight = texture(u, v, frequency, 0);
    mix(canvas, offset, colour, cover);
    mix(canvas, offset, other, (cover * weight) >> 8);
  });
}

function drawObject(
  canvas: Int32Array,
  fine: FineClass,
  stream: RandomStream,
  strength: Nuisance,
): void {
  const shape = shapes[fine.family] as Shape;
  const texture = textures[fine.weave] as Texture;
  const level = clamp(192 + fine.shape * 320 + around(stream, strength.shapeSpread), 0, 1024);
  const weave = clamp(192 + fine.texture * 320 + around(stream, strength.textureSpread), 0, 1024);
  // 1 to 2.75 cycles per radius: at the smallest radius the finest texture still has three pixels
  // per cycle.
  const frequency = 256 + ((weave * 448) >> 10);
  const phase = stream.below(turn);
  const hue = fine.hue + around(stream, strength.hueSpread);
  const body = hueColour(hue, 110 + stream.below(100), 140 + stream.below(100));
  const second = hueColour(
    hue + fine.contrast + around(stream, strength.hueSpread),
    90 + stream.below(120),
    70 + stream.below(120),
  );
  const third = hueColour(hue + 768, 40 + stream.below(80), 200 + stream.below(55));
  const pose: Pose = {
    x: 4096 + around(stream, strength.offset),
    y: 4096 + around(stream, strength.offset),
    radius: strength.radiusLow + stream.below(strength.radiusHigh - strength.radiusLow),
    angle: around(stream, strength.rotation),
    stretch: 1024 + around(stream, 100),
    mirrored: stream.below(2) === 1,
  };
  const accents = accentPlaces(fine.accent, stream);
  overPiece(pose, side, (offset, u, v, pixel) => {
    const cover = coverage(shape(u, v, level), pixel);
    if (cover === 0) return;
    mix(canvas, offset, body, cover);
    mix(canvas, offset, second, (cover * texture(u, v, frequency, phase)) >> 8);
    for (const place of accents) {
      const square = (u - place.u) * (u - place.u) + (v - place.v) * (v - place.v);
      const spot = coverage(quotient(210 * 210 - square, 420), pixel);
      if (spot > 0) mix(canvas, offset, third, (cover * spot) >> 8);
    }
  });
}

/**
 * Zero, one or two light spots on the object, by the class's accent level, always on its long axis.
 */
function accentPlaces(count: number, stream: RandomStream): { u: number; v: number }[] {
  return Array.from({ length: count }, (_, index) => ({
    u: (index === 0 ? 480 : -480) + around(stream, 90),
    v: around(stream, 110),
  }));
}

/** Light from one side, exposure, a cast of colour and noise; then bytes. */
function develop(
  canvas: Int32Array,
  target: Uint8Array,
  stream: RandomStream,
  amplitude: number,
): void {
  const angle = stream.below(turn);
  const strength = stream.below(90);
  const across = (cosine(angle) * strength) >> 8;
  const down = (sine(angle) * strength) >> 8;
  const exposure = 200 + stream.below(110);
  const cast = [around(stream, 16), around(stream, 16), around(stream, 16)];
  const width = 2 * amplitude + 1;
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const light = exposure + (((x - 16) * across + (y - 16) * down) >> 10);
      const bits = stream.uint32();
      for (let channel = 0; channel < 3; channel += 1) {
        const offset = (y * side + x) * 3 + channel;
        // Ten bits per channel, as the sum of two uniform numbers: triangular noise.
        const share = (bits >>> (channel * 10)) & 1023;
        const noise = (((share & 31) + (share >> 5)) * width) >> 6;
        const value = (((canvas[offset] as number) * light) >> 8) + (cast[channel] as number);
        target[offset] = clamp(value + noise - amplitude, 0, 255);
      }
    }
  }
}
