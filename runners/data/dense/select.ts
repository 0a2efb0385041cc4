import type { DenseSplit } from './types.ts';

/**
 * The first `count` pictures of a split with their objects; the whole split where that is null or
 * not less.
 */
export function firstPictures(split: DenseSplit, count: number | null): DenseSplit {
  if (count === null || count >= split.pictures.length) return split;
  const { objects } = split;
  return {
    ...split,
    pictures: split.pictures.slice(0, count),
    objects: objects === null ? null : { ...objects, starts: objects.starts.slice(0, count + 1) },
  };
}
