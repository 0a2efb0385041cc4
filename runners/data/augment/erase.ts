import { exactExp } from '../../../common/exact-exp.ts';
import { exactLog, type RandomStream } from '../../../common/random.ts';
import type { ErasingRecipe } from '../../../contract/spec.ts';
import type { Size } from './mix.ts';

/** Least and largest share of the picture that a rectangle takes, and its least side ratio. */
const area = [0.02, 1 / 3] as const;
const leastRatio = 0.3;
const tries = 10;

/**
 * The rectangles of a batch that become noise: [B, 4], rows [top, bottom) and columns [left,
 * right); empty for pictures that stay whole. As timm 0.6.5 timm/data/random_erasing.py has it
 * (`RandomErasing`, mode "pixel", one rectangle): one that does not fit is drawn again, ten times
 * at most.
 */
export function drawErased(
  { probability }: ErasingRecipe,
  count: number,
  size: Size,
  stream: RandomStream,
): Int32Array {
  const boxes = new Int32Array(4 * count);
  for (let index = 0; index < count; index += 1) {
    if (stream.uniform() >= probability) continue;
    boxes.set(drawBox(size, stream), 4 * index);
  }
  return boxes;
}

function drawBox([height, width]: Size, stream: RandomStream): readonly number[] {
  const [least, most] = area;
  const widest = -exactLog(leastRatio);
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const target = (least + (most - least) * stream.uniform()) * height * width;
    const ratio = exactExp(widest * (2 * stream.uniform() - 1));
    const tall = Math.round(Math.sqrt(target * ratio));
    const wide = Math.round(Math.sqrt(target / ratio));
    if (tall >= height || wide >= width) continue;
    const top = stream.below(height - tall + 1);
    const left = stream.below(width - wide + 1);
    return [top, top + tall, left, left + wide];
  }
  return [0, 0, 0, 0];
}
