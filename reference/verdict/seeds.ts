import { type Comparison, confidence, errorOfDifference, ownSpreadFrom } from './interval.ts';
import { studentTCdf, studentTQuantile } from './student-t.ts';

/** How far the search looks before it says that seeds will not decide. */
export const mostSeeds = 1000;
/** How sure a number of seeds is to decide. */
export const power = 0.8;

/**
 * The least number of fresh seeds that by themselves would give a word with a power of 80 %, if the
 * true difference and the scatter are what they look like; null where 1000 would not. Fresh,
 * because a test that is repeated while seeds are added errs more often than once in twenty: the
 * seeds that decide are chosen before they are measured.
 *
 * @param level of the word's one-sided test: 5 %, or less where the word must stand among many
 *   cells.
 */
export function seedsToDecide(
  { difference, spread, publishedError, margin }: Omit<Comparison, 'moreSeeds'>,
  level: number = (1 - confidence) / 2,
): number | null {
  if (spread === null) return null;
  const widthOf = (n: number) => {
    const own = spread.source === 'own' || n >= ownSpreadFrom;
    const used = own ? { sd: spread.sd, df: n - 1 } : spread;
    const { standardError, df } = errorOfDifference(n, used, publishedError);
    return { half: studentTQuantile(1 - level, df) * standardError, df };
  };
  const decides = (n: number) => {
    const { half, df } = widthOf(n);
    const noise = spread.sd / Math.sqrt(n);
    const reach = (room: number) => {
      if (noise === 0) return room > half ? 1 : 0;
      return studentTCdf((room - half) / noise, df);
    };
    const size = Math.abs(difference);
    // Of a difference inside the margin both ends of the interval must stay inside.
    return (
      (size < margin ? reach(margin - size) + reach(margin + size) - 1 : reach(size - margin)) >=
      power
    );
  };
  // Where the pooled standard deviation hands over to the cell's own, the interval may widen: each
  // count is asked.
  for (let n = 2; n < firstRegular; n += 1) if (decides(n)) return n;
  const narrowest = narrowestAt((n) => widthOf(n).half, firstRegular, mostSeeds);
  if (!decides(narrowest)) return null;
  let open = firstRegular - 1;
  let decided = narrowest;
  while (decided - open > 1) {
    const middle = (open + decided) >> 1;
    if (decides(middle)) decided = middle;
    else open = middle;
  }
  return decided;
}

/** From here on more seeds decide better, until the interval is at its narrowest. */
const firstRegular = 2 * ownSpreadFrom;

/**
 * Where a width that falls and then may rise is least. It rises where the published error rests on
 * few runs: with every further seed of ours its few degrees of freedom weigh more.
 */
function narrowestAt(width: (n: number) => number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (high > low) {
    const middle = (low + high) >> 1;
    if (width(middle + 1) < width(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
