import type { InputArray, InputMap, InputSpec } from '../../engine/types.ts';
import { sizeOf } from '../../engine/values.ts';

/** Pictures of a batch from one place to before another. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A batch in parts of `size` pictures; the last may be smaller. */
export function rangesOf(pictures: number, size: number): readonly Range[] {
  return Array.from({ length: Math.ceil(pictures / size) }, (_, part) => ({
    from: part * size,
    to: Math.min(pictures, (part + 1) * size),
  }));
}

/**
 * A step's inputs as those of a part of its pictures. The axis of the pictures is the one that is
 * shorter in the part; whatever has none belongs to all parts.
 *
 * @param whole shapes of the inputs of the whole batch
 * @param part shapes of those of the part, which may lack some
 * @param pictures of the batch
 */
export function cutInputs(
  inputs: InputMap,
  whole: Readonly<Record<string, InputSpec>>,
  part: Readonly<Record<string, InputSpec>>,
  pictures: number,
  { from, to }: Range,
): InputMap {
  const share = to - from;
  return Object.fromEntries(
    Object.entries(part).map(([name, { shape }]) => {
      const all = inputs[name] as InputArray;
      const sides = whole[name]?.shape ?? shape;
      const axis = sides.findIndex((side, at) => side !== shape[at]);
      if (axis < 0) return [name, all];
      const [side, own] = [sides[axis] as number, shape[axis] as number];
      if (side * share !== own * pictures) {
        throw new RangeError(`Input ${name} [${sides}] has no axis of the pictures in [${shape}].`);
      }
      const inner = sizeOf(sides.slice(axis + 1));
      return [name, slab(all, side * inner, (side / pictures) * inner * from, own * inner)];
    }),
  );
}

/** Of every run of `length` values the `count` from `start` on; without a copy where it is one. */
function slab(values: InputArray, length: number, start: number, count: number): InputArray {
  const runs = values.length / length;
  if (runs === 1) return values.subarray(start, start + count);
  const taken = new (values.constructor as new (size: number) => InputArray)(runs * count);
  for (let run = 0; run < runs; run += 1) {
    const from = run * length + start;
    taken.set(values.subarray(from, from + count) as never, run * count);
  }
  return taken;
}
