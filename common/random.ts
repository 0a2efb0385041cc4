import { createHash } from 'node:crypto';

/** The state of a stream as it goes into a checkpoint: four unsigned 32-bit words. */
export type StreamState = readonly [number, number, number, number];

/**
 * A stream of pseudo-random numbers, derived from a seed **by name** (`init`, `order`, `augment`,
 * `method/crd`), never by the position of a call: a new consumer of randomness does not move
 * anybody else's numbers (decision 4).
 *
 * Generator: xoshiro128** (Blackman & Vigna 2018), seeded from SHA-256 of the seed and the name.
 * Integer arithmetic, IEEE-exact operations and our own logarithm only, so that the numbers do not
 * depend on the version of V8.
 */
export class RandomStream {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  constructor(state: StreamState) {
    [this.a, this.b, this.c, this.d] = state;
  }

  /**
   * The stream called `name` of the experiment with seed `seed`. Sub-streams are written with a
   * slash.
   */
  static named(seed: number | string, name: string): RandomStream {
    const digest = createHash('sha256').update(`${seed}\n${name}`).digest();
    const word = (index: number) => digest.readUInt32LE(index * 4);
    return new RandomStream([word(0), word(1), word(2), word(3) | 1]);
  }

  get state(): StreamState {
    return [this.a, this.b, this.c, this.d];
  }

  /** The next 32 random bits, as an unsigned integer. */
  uint32(): number {
    const product = Math.imul(this.b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b = (this.b ^ this.c) >>> 0;
    this.a = (this.a ^ this.d) >>> 0;
    this.c = (this.c ^ shifted) >>> 0;
    this.d = ((this.d << 11) | (this.d >>> 21)) >>> 0;
    return result;
  }

  /** Uniform in [0, 1), with 32 bits of resolution. */
  uniform(): number {
    return this.uint32() / 4294967296;
  }

  /** A uniform integer in [0, bound), without modulo bias. */
  below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 4294967296) {
      throw new RangeError(
        `RandomStream.below: bound must be an integer from 1 to 2^32, not ${bound}`,
      );
    }
    const limit = 4294967296 - (4294967296 % bound);
    let value = this.uint32();
    while (value >= limit) value = this.uint32();
    return value % bound;
  }

  /**
   * A standard normal number (polar method of Marsaglia; one number per call, the partner is
   * dropped).
   */
  normal(): number {
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * exactLog(square)) / square);
    }
  }

  /** A random permutation of 0 ... length-1 (Fisher-Yates). */
  permutation(length: number): Int32Array {
    const order = Int32Array.from({ length }, (_, index) => index);
    for (let last = length - 1; last > 0; last -= 1) {
      const other = this.below(last + 1);
      const kept = order[last] as number;
      order[last] = order[other] as number;
      order[other] = kept;
    }
    return order;
  }
}

/**
 * Natural logarithm of a positive normal number with IEEE-exact operations only (`Math.log` may
 * differ between V8 versions by a unit in the last place, which a checksum of initial weights would
 * see). Error below 1e-15 relative.
 */
export function exactLog(value: number): number {
  let exponent = 0;
  let mantissa = value;
  while (mantissa >= Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent -= 1;
  }
  // ln(m) = 2 atanh((m-1)/(m+1)); the ratio is at most 0.172, so 11 terms reach double precision.
  const ratio = (mantissa - 1) / (mantissa + 1);
  const square = ratio * ratio;
  let sum = 0;
  for (let power = 21; power >= 1; power -= 2) sum = sum * square + 1 / power;
  return exponent * Math.LN2 + 2 * ratio * sum;
}
