import { RandomStream } from '../common/random.ts';
import { type NoiseKind, noiseOf } from '../reference/history/simulate.ts';
import type { Series } from '../reports/history/series.ts';

/** Made-up series that only the bench needs: two machines in turn, and stretches of benchmarks. */

/** One cell that two machines measure on alternate nights: a series for each. */
export function machinesInTurn(
  seed: number,
  {
    nights,
    sd,
    offset,
    drop,
    dropAt,
    noise = 'normal',
  }: {
    readonly nights: number;
    readonly sd: number;
    /** By how much the second machine measures more. */
    readonly offset: number;
    readonly drop: number;
    /** Index of the first lower night. */
    readonly dropAt: number;
    readonly noise?: NoiseKind;
  },
): readonly Series[] {
  const stream = RandomStream.named(seed, 'history/in turn');
  const values = noiseOf(stream, noise, nights, sd);
  return [0, 1].map((machine) => ({
    key: {
      suite: 'made-up',
      scale: 'proxy',
      cell: 'kd/pair/top1',
      metric: 'top1',
      implementation: 'redistill',
      dataHash: '',
      configuration: '',
      machine: `machine ${machine + 1}`,
    },
    margin: null,
    points: values.flatMap((value, night) =>
      night % 2 === machine
        ? [
            {
              execution: `night ${night}`,
              time: new Date(Date.UTC(2026, 0, 1 + night)).toISOString(),
              kind: 'nightly' as const,
              value: 70 + value + machine * offset - (night >= dropAt ? drop : 0),
              seeds: [1],
              sd: null,
              commits: [],
              fingerprints: [],
              dirty: false,
            },
          ]
        : [],
    ),
  }));
}

/** The first nights of both machines. */
export function firstNights(cell: readonly Series[], nights: number): readonly Series[] {
  const end = new Date(Date.UTC(2026, 0, 1 + nights)).toISOString();
  return cell.map((series) => ({
    ...series,
    points: series.points.filter(({ time }) => time < end),
  }));
}

/** What a made-up stretch of a benchmark is like. */
export const stretch = {
  /** Runs before the loss, and with it. */
  runs: 60,
  after: 10,
  /** The loss, as a factor of the time. */
  factor: 1.25,
  /** Scale of a run's logarithm: log-uniform between these over the stretches. */
  scales: [0.03, 0.3],
  /** Share of runs that something else on the machine slows, by up to `spike` as a factor. */
  spikes: 0.05,
  spike: 2,
  /** Standard deviation of the step of a random walk, in scales. */
  walk: 0.1,
  /** A change below this is no loss to anybody, as a factor. */
  least: 1.1,
} as const;

/**
 * Milliseconds of a made-up benchmark, run by run: the logarithm is a level plus noise with a heavy
 * tail (every other stretch Student's t with 3 degrees of freedom; the others skewed, as a
 * lognormal), plus a random walk, plus spikes to the slower side.
 *
 * @param factor of the time from run `stretch.runs` on; 1 for none
 */
export function benchmarkStretch(seed: number, factor: number): readonly number[] {
  const stream = RandomStream.named(seed, 'history/stretch');
  const [low, high] = stretch.scales;
  const level = Math.log(1) + stream.uniform() * Math.log(1000);
  const scale = low * (high / low) ** stream.uniform();
  const count = stretch.runs + stretch.after;
  const tails = noiseOf(stream, seed % 2 === 0 ? 't3' : 'normal', count, 1);
  let walk = 0;
  return tails.map((tail, run) => {
    // A lognormal of sigma 0.6, less its median: runs are more often much slower than much faster.
    const own = seed % 2 === 0 ? tail : (Math.exp(0.6 * tail) - 1) / 0.6;
    walk += stretch.walk * scale * stream.normal();
    const isSpike = stream.uniform() < stretch.spikes;
    const spike = stream.uniform() * Math.log(stretch.spike);
    const lost = run >= stretch.runs ? Math.log(factor) : 0;
    return Math.exp(level + scale * own + walk + (isSpike ? spike : 0) + lost);
  });
}
