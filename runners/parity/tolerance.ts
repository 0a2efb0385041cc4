import type { ParityCase } from '../../contract/parity.ts';
import type { GoldenTensor } from './golden.ts';

/**
 * How far a number may be from an official one.
 *
 * Golden files record how far the official code in float32 is from the same code in float64: the
 * rounding noise of the quantity. An independent float32 implementation has noise of its own of
 * about that size. So the tolerance is `factor` times the recorded noise, and at least `floor`,
 * both relative to the largest value of the quantity (its scale). It comes from the file alone, and
 * is never widened because a comparison fails.
 */
export function relativeTolerance(
  noise: number,
  scale: number,
  { factor = 10, floor = 1e-5 }: { readonly factor?: number; readonly floor?: number } = {},
): number {
  const relative = noise / scale;
  return Number.isFinite(relative) ? Math.max(floor, factor * relative) : floor;
}

/**
 * Collects the comparisons of one case and keeps the worst: that with the largest error in units of
 * its tolerance.
 */
export class Comparison {
  private readonly file: string;
  private readonly name: string;
  private worst = { ratio: -1, error: 0, tolerance: 0, quantity: '' };
  private notes: string[] = [];

  constructor(file: string, name: string) {
    this.file = file;
    this.name = name;
  }

  /** Records an error that is already relative. A NaN is a failure. */
  add(quantity: string, error: number, tolerance: number): this {
    const ratio =
      error <= tolerance ? (tolerance === 0 ? 0 : error / tolerance) : exceeded(error, tolerance);
    if (ratio > this.worst.ratio) this.worst = { ratio, error, tolerance, quantity };
    return this;
  }

  /** |actual - expected| relative to `scale` (default: the expected value's size). */
  scalar(
    quantity: string,
    actual: number,
    expected: number,
    tolerance: number,
    scale = Math.abs(expected),
  ): this {
    return this.add(quantity, errorOf(actual, expected, scale), tolerance);
  }

  /** Largest error of an array relative to the largest expected value. Lengths must agree. */
  array(
    quantity: string,
    actual: ArrayLike<number>,
    expected: ArrayLike<number>,
    tolerance: number,
    scale = largest(expected),
  ): this {
    if (actual.length !== expected.length) {
      this.note(`${quantity} has ${actual.length} values instead of ${expected.length}`);
      return this.add(quantity, Number.POSITIVE_INFINITY, tolerance);
    }
    let error = 0;
    for (let index = 0; index < expected.length; index += 1) {
      const own = errorOf(actual[index] as number, expected[index] as number, scale);
      if (!(own <= error)) error = own;
    }
    return this.add(quantity, error, tolerance);
  }

  /** The same for a tensor, shape included. */
  tensor(
    quantity: string,
    actual: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
    expected: GoldenTensor,
    tolerance: number,
  ): this {
    if (actual.shape.join() !== expected.shape.join()) {
      this.note(`${quantity} has the shape [${actual.shape}] instead of [${expected.shape}]`);
      return this.add(quantity, Number.POSITIVE_INFINITY, tolerance);
    }
    return this.array(quantity, actual.data, expected.data, tolerance);
  }

  /** Something that must be equal, such as a list of names. */
  equal(quantity: string, actual: unknown, expected: unknown): this {
    const [mine, theirs] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (mine === theirs) return this.add(quantity, 0, 0);
    this.note(`${quantity} is ${shorten(mine)} instead of ${shorten(theirs)}`);
    return this.add(quantity, Number.POSITIVE_INFINITY, 0);
  }

  note(text: string): this {
    this.notes.push(text);
    return this;
  }

  /**
   * @param skips whether a case without a comparison may be: where the official code has no finite
   *   number to compare with
   * @throws RangeError when nothing was compared otherwise: an empty case must not pass
   */
  result({ skips = false }: { readonly skips?: boolean } = {}): ParityCase {
    if (this.worst.ratio < 0 && skips) {
      return skippedCase(this.file, this.name, this.notes.join('; '));
    }
    if (this.worst.ratio < 0) throw new RangeError(`${this.file}: ${this.name} compares nothing.`);
    const ok = this.worst.error <= this.worst.tolerance;
    const notes = [
      ...(this.worst.error > 0 ? [`largest in ${this.worst.quantity}`] : []),
      ...this.notes,
    ];
    return {
      file: this.file,
      name: this.name,
      ok,
      maxError: Number.isFinite(this.worst.error) ? this.worst.error : Number.MAX_VALUE,
      tolerance: this.worst.tolerance,
      ...(notes.length > 0 ? { note: notes.join('; ') } : {}),
    };
  }
}

/** A case that has nothing to compare with, and why. */
export function skippedCase(file: string, name: string, note: string): ParityCase {
  return { file, name, ok: true, skipped: true, maxError: 0, tolerance: 0, note };
}

/** Largest absolute finite value, or 0. */
export function largest(values: ArrayLike<number>): number {
  let result = 0;
  for (let index = 0; index < values.length; index += 1) {
    const size = Math.abs(values[index] as number);
    if (size > result && size < Number.POSITIVE_INFINITY) result = size;
  }
  return result;
}

/**
 * Non-finite values must be the same ones; elsewhere the difference relative to `scale` (absolute
 * where that is 0).
 */
function errorOf(actual: number, expected: number, scale: number): number {
  if (Object.is(actual, expected) || actual === expected) return 0;
  const difference = Math.abs(actual - expected);
  if (!Number.isFinite(difference)) return Number.POSITIVE_INFINITY;
  return scale > 0 ? difference / scale : difference;
}

/** Orders failures by how badly they fail, NaN and infinity first. */
function exceeded(error: number, tolerance: number): number {
  const ratio = error / tolerance;
  return Number.isNaN(ratio) ? Number.POSITIVE_INFINITY : ratio;
}

function shorten(text: string | undefined): string {
  const whole = text ?? 'undefined';
  return whole.length <= 80 ? whole : `${whole.slice(0, 77)}...`;
}
