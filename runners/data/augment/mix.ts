import type { RandomStream } from '../../../common/random.ts';
import { symmetricBeta } from '../../../common/random-beta.ts';
import type { MixRecipe } from '../../../contract/spec.ts';

/*
 * What mixup and cutmix do to a batch. The step itself mixes the pictures
 * (classification/pixels.ts).
 *
 * Mixup (Zhang et al. 2018, arXiv:1710.09412) and cutmix (Yun et al. 2019, arXiv:1905.04899) of a
 * whole batch, as timm 0.6.5 timm/data/mixup.py has them (`Mixup`, `FastCollateMixup`, mode
 * "batch"): picture b is mixed with picture B-1-b, all by the same share.
 */

/** Rows [top, bottom) and columns [left, right). */
export type Box = readonly [top: number, bottom: number, left: number, right: number];

/** How the pictures of a batch are mixed with those of the reversed batch. */
export interface Mix {
  /** The share of a label that stays its own; 1: nothing is mixed. */
  readonly share: number;
  /** What cutmix takes from the other picture; null for mixup. */
  readonly box: Box | null;
}

/** Height and width. */
export type Size = readonly [height: number, width: number];

/** The mix of a batch, drawn in a fixed order: whether, which, how much, where. */
export function drawMix(
  { mixup, cutmix, probability, switch: share }: MixRecipe,
  [height, width]: Size,
  stream: RandomStream,
): Mix {
  if (stream.uniform() >= probability) return { share: 1, box: null };
  const cuts = cutmix > 0 && (mixup === 0 || stream.uniform() < share);
  const own = symmetricBeta(stream, cuts ? cutmix : mixup);
  if (!cuts) return { share: own, box: null };
  const centre = [stream.below(height), stream.below(width)] as const;
  return cutmixAt(own, centre, [height, width]);
}

/**
 * The box of cutmix around a pixel, and the share that it leaves once the picture's edges have cut
 * it.
 */
export function cutmixAt(
  share: number,
  [y, x]: readonly [y: number, x: number],
  [height, width]: Size,
): Mix {
  const ratio = Math.sqrt(1 - share);
  const [tall, wide] = [Math.trunc(height * ratio), Math.trunc(width * ratio)];
  const within = (value: number, most: number) => Math.min(most, Math.max(0, value));
  const top = within(y - Math.floor(tall / 2), height);
  const bottom = within(y + Math.floor(tall / 2), height);
  const left = within(x - Math.floor(wide / 2), width);
  const right = within(x + Math.floor(wide / 2), width);
  const area = (bottom - top) * (right - left);
  return { share: 1 - area / (height * width), box: [top, bottom, left, right] };
}

/** Labels of a batch after mixing. */
export interface MixedLabels {
  /** [B] the class with the largest share; of equal ones the first. */
  readonly labels: Int32Array;
  /** [B, classes] shares of the classes, without label smoothing. */
  readonly shares: Float32Array;
}

/** The labels of a batch whose pictures were mixed with those of the reversed batch. */
export function mixLabels(labels: Int32Array, classes: number, share: number): MixedLabels {
  const shares = new Float32Array(labels.length * classes);
  const largest = labels.map((own, index) => {
    const other = labels[labels.length - 1 - index] as number;
    const row = shares.subarray(index * classes, (index + 1) * classes);
    row[own] = share;
    row[other] = (own === other ? share : 0) + (1 - share);
    if (share === 0.5) return Math.min(own, other);
    return share > 0.5 ? own : other;
  });
  return { labels: largest, shares };
}
