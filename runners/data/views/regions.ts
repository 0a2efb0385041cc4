import { exactExp } from '../../../common/exact-exp.ts';
import { exactLog } from '../../../common/random.ts';
import type { Region } from './resample.ts';

/** Height and width in pixels. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** Where random numbers come from: `RandomStream`, or recorded ones. */
export interface Draws {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** A uniform whole number from 0 to less than `bound`. */
  below(bound: number): number;
}

export type Bounds = readonly [least: number, most: number];

/** Shares of the area and side ratios of a random crop, as torchvision and timm have them. */
export const defaultScale: Bounds = [0.08, 1];
export const defaultRatio: Bounds = [3 / 4, 4 / 3];

const tries = 10;

/**
 * The part of a picture that `RandomResizedCrop` shows: a random share of the area with a random
 * side ratio (uniform in its logarithm). What does not fit is drawn again, up to ten times; then it
 * is the largest middle part whose ratio is within the bounds. torchvision and timm agree on this.
 * Parts of no width or height torchvision alone draws again.
 *
 * Official code: pytorch/vision@v0.14.1:torchvision/transforms/transforms.py
 * (RandomResizedCrop.get_params). It computes ratios in single precision, timm in double; so does
 * this.
 */
export function randomRegion(
  { height, width }: Size,
  scale: Bounds,
  ratio: Bounds,
  draws: Draws,
): Region {
  const logs = [exactLog(ratio[0]), exactLog(ratio[1])] as const;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const area = height * width * between(scale, draws.uniform());
    const aspect = exactExp(between(logs, draws.uniform()));
    const w = roundHalfEven(Math.sqrt(area * aspect));
    const h = roundHalfEven(Math.sqrt(area / aspect));
    if (w > 0 && w <= width && h > 0 && h <= height) {
      const y = draws.below(height - h + 1);
      const x = draws.below(width - w + 1);
      return { x, y, width: w, height: h };
    }
  }
  const { height: h, width: w } = withinRatio({ height, width }, ratio);
  return { x: (width - w) >> 1, y: (height - h) >> 1, width: w, height: h };
}

function withinRatio({ height, width }: Size, [least, most]: Bounds): Size {
  if (width / height < least) return { width, height: roundHalfEven(width / least) };
  if (width / height > most) return { width: roundHalfEven(height * most), height };
  return { height, width };
}

/** A part of `size` at a random place (`RandomCrop` without padding). */
export function randomPlace({ height, width }: Size, size: number, draws: Draws): Region {
  const y = draws.below(height - size + 1);
  const x = draws.below(width - size + 1);
  return { x, y, width: size, height: size };
}

/** The size whose shorter edge is `edge` (`Resize(edge)`); the longer one is rounded down. */
export function shorterEdge({ height, width }: Size, edge: number): Size {
  const long = Math.trunc((edge * Math.max(height, width)) / Math.min(height, width));
  return width <= height ? { height: long, width: edge } : { height: edge, width: long };
}

/** The middle part (`CenterCrop`): where it is not in the middle exactly, halves go to the even. */
export function middle({ height, width }: Size, size: number): Region {
  const y = roundHalfEven((height - size) / 2);
  const x = roundHalfEven((width - size) / 2);
  return { x, y, width: size, height: size };
}

const between = ([least, most]: Bounds, share: number) => least + (most - least) * share;

/** As Python's `round`. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
