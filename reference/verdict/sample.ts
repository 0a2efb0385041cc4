/** Mean and standard deviation of a few seeds. Pure; values keep their unit. */
export interface Sample {
  readonly n: number;
  readonly mean: number;
  /** Unbiased (n - 1); null for a single value. */
  readonly sd: number | null;
}

/**
 * @throws RangeError for no values or a value that is not finite: a diverged trial has no metric.
 */
export function sample(values: readonly number[]): Sample {
  if (values.length === 0) throw new RangeError('sample: no values');
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new RangeError(`sample: ${bad} is not a finite number`);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return { n: 1, mean, sd: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n: values.length, mean, sd: Math.sqrt(squares / (values.length - 1)) };
}

/** A standard deviation with the degrees of freedom that it was estimated from. */
export interface Spread {
  readonly sd: number;
  readonly df: number;
}

/**
 * The standard deviation pooled over the cells of one table: sqrt(sum (n_i - 1) s_i^2 / sum (n_i -
 * 1)).
 *
 * It assumes that seeds scatter alike in all cells of a table. Who uses it for a cell asks first
 * whether that cell scatters more (`scattersMore`). Null where no cell has two seeds.
 */
export function pooledSpread(cells: readonly (readonly number[])[]): Spread | null {
  let squares = 0;
  let df = 0;
  for (const values of cells) {
    if (values.length < 2) continue;
    const { n, sd } = sample(values);
    squares += (n - 1) * (sd as number) ** 2;
    df += n - 1;
  }
  return df === 0 ? null : { sd: Math.sqrt(squares / df), df };
}
