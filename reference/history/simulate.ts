import { RandomStream } from '../../common/random.ts';
import { judgeSeries } from './regressions.ts';

/** Made-up histories with a known truth: what `bench/history.ts` measures and the tests hold. */

/** One value a night, normal around 70 with standard deviation `sd`. */
export function flatSeries(
  seed: number,
  { nights, sd }: { readonly nights: number; readonly sd: number },
): readonly number[] {
  const stream = RandomStream.named(seed, 'history/flat');
  return Array.from({ length: nights }, () => 70 + sd * stream.normal());
}

/** The same for `nights` nights, then `after` nights that are lower by `drop`. */
export function seriesWithDrop(
  seed: number,
  truth: {
    readonly nights: number;
    readonly sd: number;
    readonly drop: number;
    readonly after: number;
  },
): readonly number[] {
  const stream = RandomStream.named(seed, 'history/drop');
  return Array.from(
    { length: truth.nights + truth.after },
    (_, night) => 70 + truth.sd * stream.normal() - (night >= truth.nights ? truth.drop : 0),
  );
}

/**
 * The first night, counted from 1, after which a check that is made every night from the night
 * `from` on raises an alarm; null where it never does.
 */
export function firstAlarm(
  values: readonly number[],
  from: number,
  leastChange = 0.5,
): number | null {
  for (let night = from; night <= values.length; night += 1) {
    const input = { values: values.slice(0, night), lowerIsBetter: false, acceptedBefore: 0 };
    const [changes = []] = judgeSeries([{ ...input, leastChange }]);
    if (changes.some(({ state }) => state === 'regression')) return night;
  }
  return null;
}
