/** Bits for the fate of a detection at one IoU threshold and one range of areas. */
export const matched = 1;
export const ignored = 2;

/** The objects of one picture and category, in the order of the file, for one range of areas. */
export interface Objects {
  readonly ids: ArrayLike<number>;
  readonly crowd: ArrayLike<number>;
  /** Crowds, and objects outside of the range of areas: they are never counted. */
  readonly ignore: ArrayLike<number>;
}

/**
 * Gives every detection, by descending score, the free object that it overlaps most, if the overlap
 * reaches the threshold (`evaluateImg` of pycocotools' cocoeval.py). Counted objects come first: an
 * ignored one is taken only where no counted one fits. Among equal overlaps the last object wins. A
 * crowd may be taken again and again.
 *
 * pycocotools keeps the id of the object as the mark of a match, so that an object with id 0 makes
 * its detection a false positive. So it does here.
 *
 * @param overlaps [detections, objects], row by row
 * @param outside whether a detection's own area is outside of the range: if it finds no object, it
 *   is ignored
 * @param write receives the place of a threshold, that of a detection, and its bits
 */
export function match(
  overlaps: Float64Array,
  { ids, crowd, ignore }: Objects,
  outside: ArrayLike<number>,
  thresholds: readonly number[],
  write: (threshold: number, detection: number, bits: number) => void,
): void {
  const order = countedFirst(ignore);
  const taken = new Uint8Array(order.length);
  for (let place = 0; place < thresholds.length; place += 1) {
    const least = Math.min(thresholds[place] as number, 1 - 1e-10);
    taken.fill(0);
    for (let detection = 0; detection < outside.length; detection += 1) {
      let best = least;
      let found = -1;
      for (const object of order) {
        if (taken[object] === 1 && crowd[object] !== 1) continue;
        if (found !== -1 && ignore[found] !== 1 && ignore[object] === 1) break;
        const overlap = overlaps[detection * order.length + object] as number;
        if (overlap < best) continue;
        best = overlap;
        found = object;
      }
      if (found !== -1) taken[found] = 1;
      const hit = found !== -1 && ids[found] !== 0;
      const unseen = found !== -1 && ignore[found] === 1;
      write(
        place,
        detection,
        (hit ? matched : 0) | (unseen || (!hit && outside[detection] === 1) ? ignored : 0),
      );
    }
  }
}

/** Places of objects, those that count before the ignored ones. */
function countedFirst(ignore: ArrayLike<number>): number[] {
  const counted: number[] = [];
  const others: number[] = [];
  for (let place = 0; place < ignore.length; place += 1) {
    (ignore[place] === 1 ? others : counted).push(place);
  }
  return [...counted, ...others];
}
