import { exactExp } from './exact-exp.ts';
import { exactLog, type RandomStream } from './random.ts';

/**
 * A number of the symmetric beta distribution with both parameters `alpha`: the share that mixup
 * and cutmix keep. Jöhnk's method for `alpha` up to 1, else the ratio of two gamma numbers
 * (Marsaglia and Tsang 2000). IEEE-exact operations only, as in `RandomStream`.
 */
export function symmetricBeta(stream: RandomStream, alpha: number): number {
  if (alpha === 1) return stream.uniform();
  if (alpha > 1) {
    const first = gamma(stream, alpha);
    return first / (first + gamma(stream, alpha));
  }
  for (;;) {
    const first = root(stream.uniform(), alpha);
    const second = root(stream.uniform(), alpha);
    const sum = first + second;
    if (sum > 0 && sum <= 1) return first / sum;
  }
}

/** `value ** (1 / alpha)` of a number in [0, 1). */
function root(value: number, alpha: number): number {
  return value === 0 ? 0 : exactExp(exactLog(value) / alpha);
}

/** A number of the gamma distribution with shape `alpha` above 1. */
function gamma(stream: RandomStream, alpha: number): number {
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = stream.normal();
    const side = 1 + c * x;
    const v = side * side * side;
    const u = stream.uniform();
    if (v > 0 && u > 0 && exactLog(u) < 0.5 * x * x + d - d * v + d * exactLog(v)) return d * v;
  }
}
