import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Size } from '../data/dense/geometry.ts';
import { resizeBilinear } from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import { type MapReading, usualReading } from './networks/types.ts';

/** Windows of one size, their upper left corners so far apart. */
export interface SlidingWindows {
  readonly size: Size;
  readonly stride: readonly [down: number, across: number];
}

/** Rows and columns of a window: from the first to the one after the last. */
export interface Window {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * The windows of a picture, row by row. The last of a row or column is moved back to end at the
 * border; one is no larger than the picture.
 *
 * Official file: mmsegmentation 1.2.2 mmseg/models/segmentors/encoder_decoder.py
 * (`slide_inference`).
 */
export function windowsOf([height, width]: Size, { size, stride }: SlidingWindows): Window[] {
  const starts = (length: number, window: number, step: number) => {
    const count = Math.floor(Math.max(length - window + step - 1, 0) / step) + 1;
    return Array.from({ length: count }, (_, index) =>
      Math.max(Math.min(index * step + window, length) - window, 0),
    );
  };
  const rows = starts(height, size[0], stride[0]);
  const columns = starts(width, size[1], stride[1]);
  return rows.flatMap((top) =>
    columns.map((left) => ({
      top,
      left,
      height: Math.min(size[0], height),
      width: Math.min(size[1], width),
    })),
  );
}

/**
 * The class of every pixel, [B, height, width] int32: the largest of the logits, resized to the
 * pictures' size. With windows, the mean of the resized logits of all windows that a pixel lies in.
 *
 * @param logitsOf logits of pictures or parts of them, [B, h, w, 3] to [B, h / stride, w / stride,
 *   classes]
 */
export function classMap(
  logitsOf: (images: Tensor4D) => Tensor4D,
  images: Tensor4D,
  size: Size,
  windows: SlidingWindows | null,
  { alignCorners }: Pick<MapReading, 'alignCorners'> = usualReading,
): Tensor3D {
  const enlarged = (part: Tensor4D, to: Size) =>
    resizeBilinear(logitsOf(part), to, { alignCorners });
  const logits =
    windows === null ? enlarged(images, size) : slidingLogits(enlarged, images, size, windows);
  return tf.cast(tf.argMax(logits, 3), 'int32') as Tensor3D;
}

function slidingLogits(
  enlarged: (part: Tensor4D, to: Size) => Tensor4D,
  images: Tensor4D,
  size: Size,
  windows: SlidingWindows,
): Tensor4D {
  const [height, width] = size;
  const counts = new Float32Array(height * width);
  let sum: Tensor4D | null = null;
  for (const { top, left, ...window } of windowsOf(size, windows)) {
    const extent = [window.height, window.width] as const;
    const part = tf.slice(images, [0, top, left, 0], [-1, ...extent, -1]) as Tensor4D;
    const placed = tf.pad(enlarged(part, extent), [
      [0, 0],
      [top, height - top - window.height],
      [left, width - left - window.width],
      [0, 0],
    ]) as Tensor4D;
    sum = sum === null ? placed : (tf.add(sum, placed) as Tensor4D);
    for (let y = top; y < top + window.height; y += 1) {
      for (let x = left; x < left + window.width; x += 1) {
        counts[y * width + x] = (counts[y * width + x] as number) + 1;
      }
    }
  }
  return tf.div(sum as Tensor4D, tf.tensor4d(counts, [1, height, width, 1]));
}
