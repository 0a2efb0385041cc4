import { RandomStream } from '../../common/random.ts';
import type { SeriesInput } from './judging.ts';
import { judgeSeries } from './regressions.ts';

/** Made-up histories with a known truth: what `bench/history.ts` measures and the tests hold. */

/** How nights scatter: independent and normal, heavy-tailed, or each hanging on the one before. */
export type NoiseKind = 'normal' | 't3' | 'AR(0.5)';

/** Noise of mean 0 and standard deviation `sd`. @param stream fixed by its name */
export function noiseOf(
  stream: RandomStream,
  kind: NoiseKind,
  nights: number,
  sd: number,
): readonly number[] {
  if (kind === 'normal') return Array.from({ length: nights }, () => sd * stream.normal());
  if (kind === 't3') {
    return Array.from({ length: nights }, () => {
      const chi = stream.normal() ** 2 + stream.normal() ** 2 + stream.normal() ** 2;
      // Student's t with 3 degrees of freedom has the variance 3.
      return (sd * stream.normal()) / Math.sqrt(chi);
    });
  }
  const shock = sd * Math.sqrt(1 - 0.5 ** 2);
  let last = sd * stream.normal();
  return Array.from({ length: nights }, () => {
    const value = last;
    last = 0.5 * last + shock * stream.normal();
    return value;
  });
}

/** One value a night, normal around 70 with standard deviation `sd`. */
export function flatSeries(
  seed: number,
  {
    nights,
    sd,
    noise = 'normal',
  }: { readonly nights: number; readonly sd: number; readonly noise?: NoiseKind },
): readonly number[] {
  const stream = RandomStream.named(seed, 'history/flat');
  return noiseOf(stream, noise, nights, sd).map((value) => 70 + value);
}

/** The same for `nights` nights, then `after` nights that are lower by `drop`. */
export function seriesWithDrop(
  seed: number,
  truth: {
    readonly nights: number;
    readonly sd: number;
    readonly drop: number;
    readonly after: number;
    readonly noise?: NoiseKind;
  },
): readonly number[] {
  const stream = RandomStream.named(seed, 'history/drop');
  return noiseOf(stream, truth.noise ?? 'normal', truth.nights + truth.after, truth.sd).map(
    (value, night) => 70 + value - (night >= truth.nights ? truth.drop : 0),
  );
}

/** One series as `check` gives it to its statistics, with nothing accepted. */
export function asInput(values: readonly number[], leastChange = 0.5): SeriesInput {
  return { values, lowerIsBetter: false, leastChange, acceptedBefore: 0 };
}

/** Whether any of these series raises an alarm: a regression, a drift or a wider scatter. */
export function alarms(series: readonly SeriesInput[]): readonly boolean[] {
  return judgeSeries(series).map(
    ({ changes, drift, spread }) =>
      drift !== null || spread !== null || changes.some(({ state }) => state === 'regression'),
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
    if (alarms([asInput(values.slice(0, night), leastChange)])[0] === true) return night;
  }
  return null;
}
