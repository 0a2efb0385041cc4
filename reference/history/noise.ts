import { logGamma } from '../verdict/special.ts';

/** How the nights of a series scatter around their level when nothing has changed. */
export interface Noise {
  /**
   * In the values' unit: the standard deviation of a normal night, the scale of a heavy-tailed one.
   */
  readonly scale: number;
  /** Degrees of freedom of Student's t that the tails are like; Infinity for normal ones. */
  readonly tails: number;
  /** Of one night with the next, from 0 to `mostCorrelation`. */
  readonly correlation: number;
  /** Degrees of freedom behind the scale. */
  readonly df: number;
}

/** A series without its levels. */
export interface Residuals {
  readonly values: readonly number[];
  /** Nights of each level. */
  readonly levels: readonly number[];
}

const mostCorrelation = 0.8;
const tailGrid = [3, 4, 6, 10, Number.POSITIVE_INFINITY] as const;
/** Log-likelihood that tails must gain before they are believed to be heavier than normal. */
const tailPrice = 2;
/** The other series' tails count for at most as many nights. */
const borrowedNights = 60;

/**
 * The noise of many series that are alike. Each has a scale of its own. Tails are Student's t, the
 * degrees of freedom by maximum likelihood (Lange, Little & Taylor 1989, "Robust statistical
 * modeling using the t distribution", JASA 84), and neighbouring nights are correlated as in an
 * autoregression of first order; a few nights say little of either, so that a series hears what the
 * others say of them.
 */
export function fitNoise(series: readonly Residuals[]): readonly Noise[] {
  const scales = series.map(({ values, levels }) =>
    scalesOf(values, values.length - levels.length),
  );
  const sums = tailGrid.map((_, at) =>
    scales.reduce((sum, own) => sum + (own === null ? 0 : likelihoodOf(own, at)), 0),
  );
  const nights = scales.reduce((sum, own) => sum + (own === null ? 0 : own.n), 0);
  const lags = series.map(lagSums);
  const all = addLags(lags);
  return series.map(({ values, levels }, index): Noise => {
    const own = scales[index] as Scales | null;
    const lag = lags[index] as LagSums;
    const correlation = Math.min(
      mostCorrelation,
      Math.max(0, correlationOf(all, 2), correlationOf(lag, 2)),
    );
    const free =
      values.length - levels.reduce((sum, n) => sum + n * meanVariance(n, correlation), 0);
    const df = Math.max(1, (values.length - levels.length) * independence(correlation));
    if (own === null) return { scale: 0, tails: Number.POSITIVE_INFINITY, correlation, df };
    const others = nights - own.n;
    const weight = others === 0 ? 0 : Math.min(1, borrowedNights / others);
    const tails = mostLikely(
      tailGrid.map((_, at) => {
        const mine = likelihoodOf(own, at);
        return mine + weight * ((sums[at] as number) - mine);
      }),
    );
    const stretch = Math.sqrt(Math.max(1, own.free / Math.max(1, free)));
    return {
      scale: (own.scales[tails] as number) * stretch,
      tails: tailGrid[tails] as number,
      correlation,
      df,
    };
  });
}

/** Variance of the mean of n nights, as a multiple of that of one night. */
export function meanVariance(n: number, correlation: number): number {
  const r = correlation;
  if (r === 0) return 1 / n;
  return (1 / n) * ((1 + r) / (1 - r) - (2 * r * (1 - r ** n)) / (n * (1 - r) ** 2));
}

/** Nights that n correlated ones are worth, as a share. */
function independence(correlation: number): number {
  return (1 - correlation) / (1 + correlation);
}

/**
 * The normal score of a residual: what it would be if its tails were normal ones. Wallace (1959),
 * "Bounds on normal approximations to Student's and the chi-square distributions", Annals of
 * Mathematical Statistics 30.
 *
 * @param size in scales
 */
export function normalScore(size: number, tails: number): number {
  if (tails === Number.POSITIVE_INFINITY) return size;
  const shrink = (8 * tails + 1) / (8 * tails + 3);
  return Math.sign(size) * shrink * Math.sqrt(tails * Math.log1p(size ** 2 / tails));
}

interface Scales {
  readonly n: number;
  readonly free: number;
  /** By the tails of the grid. */
  readonly scales: readonly number[];
  readonly likelihoods: readonly number[];
}

const likelihoodOf = ({ likelihoods }: Scales, at: number) => likelihoods[at] as number;

function scalesOf(residuals: readonly number[], free: number): Scales | null {
  let squares = 0;
  for (const each of residuals) squares += each * each;
  if (free < 1 || squares === 0) return null;
  const normal = Math.sqrt(squares / free);
  const inflated = residuals.length / free;
  const scales = tailGrid.map((tails) =>
    tails === Number.POSITIVE_INFINITY
      ? normal
      : tScale(residuals, tails, normal) * Math.sqrt(inflated),
  );
  return {
    n: residuals.length,
    free,
    scales,
    likelihoods: tailGrid.map((tails, at) =>
      logLikelihood(residuals, tails, (scales[at] as number) / Math.sqrt(inflated)),
    ),
  };
}

/** The scale of Student's t around zero by maximum likelihood: expectation maximization. */
function tScale(residuals: readonly number[], tails: number, start: number): number {
  let variance = start * start;
  for (let step = 0; step < 12; step += 1) {
    let sum = 0;
    for (const each of residuals) {
      const square = each * each;
      sum += ((tails + 1) * square) / (tails + square / variance);
    }
    variance = sum / residuals.length;
  }
  return Math.sqrt(variance);
}

/** Logarithm of gamma((tails + 1) / 2) / (gamma(tails / 2) sqrt(tails pi)), by the grid. */
const tConstant = tailGrid.map((tails) =>
  tails === Number.POSITIVE_INFINITY
    ? -0.5 * Math.log(2 * Math.PI)
    : logGamma((tails + 1) / 2) - logGamma(tails / 2) - 0.5 * Math.log(tails * Math.PI),
);

function logLikelihood(residuals: readonly number[], tails: number, scale: number): number {
  const normal = tails === Number.POSITIVE_INFINITY;
  const constant = tConstant[tailGrid.indexOf(tails as 3)] as number;
  let sum = 0;
  for (const each of residuals) {
    const square = (each / scale) ** 2;
    sum += normal ? -square / 2 : (-(tails + 1) / 2) * Math.log1p(square / tails);
  }
  return sum + residuals.length * (constant - Math.log(scale));
}

/** The place in the grid; normal tails unless others are likelier by their price. */
function mostLikely(likelihoods: readonly number[]): number {
  const normal = likelihoods.length - 1;
  let best = normal;
  for (let at = 0; at < normal; at += 1) {
    const gain = (likelihoods[at] as number) - (likelihoods[best] as number);
    if (gain > (best === normal ? tailPrice : 0)) best = at;
  }
  return best;
}

interface LagSums {
  /** Sum of products of neighbours, and of squares. */
  readonly products: number;
  readonly squares: number;
  readonly nights: number;
  readonly levels: number;
}

/** Residuals are clipped at three of their median sizes, so that one night has little say. */
function lagSums({ values, levels }: Residuals): LagSums {
  const bound = 3 * 1.4826 * medianOf(values.map(Math.abs));
  const own = values.map((value) => Math.max(-bound, Math.min(bound, value)));
  let products = 0;
  let squares = 0;
  own.forEach((value, at) => {
    squares += value * value;
    if (at > 0) products += value * (own[at - 1] as number);
  });
  // Every series has equal weight per night, whatever its unit.
  const unit = squares === 0 ? 0 : values.length / squares;
  return {
    products: products * unit,
    squares: squares * unit,
    nights: squares === 0 ? 0 : values.length,
    levels: squares === 0 ? 0 : levels.length,
  };
}

function addLags(lags: readonly LagSums[]): LagSums {
  return lags.reduce(
    (sum, each) => ({
      products: sum.products + each.products,
      squares: sum.squares + each.squares,
      nights: sum.nights + each.nights,
      levels: sum.levels + each.levels,
    }),
    { products: 0, squares: 0, nights: 0, levels: 0 },
  );
}

/**
 * The correlation of neighbours less some standard errors: white noise is not to pay for what a few
 * nights seem to say. Taking levels away lowers the raw figure by (1 + 3 r) levels / nights
 * (Kendall 1954, "Note on bias in the estimation of autocorrelation", Biometrika 41), which is put
 * back.
 */
function correlationOf({ products, squares, nights, levels }: LagSums, errors: number): number {
  if (squares === 0) return 0;
  const share = Math.min(0.2, levels / nights);
  const raw = (products / squares + share) / (1 - 3 * share);
  return raw - errors / Math.sqrt(nights);
}

/** Median; of an even count the mean of the two in the middle. 0 of nothing. */
export function medianOf(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const high = sorted[middle] as number;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] as number) + high) / 2;
}
