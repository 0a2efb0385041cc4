import { pooledSpread, type Spread, sample } from './sample.ts';

/**
 * The values that are independent of each other. Students of one teacher share what it does to
 * them; where a cell has several teachers and more students, the mean over the students of each
 * teacher is one value, and the scatter of these means holds the variance between teachers and that
 * between seeds. With one teacher the seeds themselves are taken, and what they say holds for it.
 *
 * @param teachers of each value, in the same order; fewer than two different ones change nothing.
 */
export function independentValues(
  values: readonly number[],
  teachers: readonly string[],
): readonly number[] {
  const byTeacher = Map.groupBy(
    values.map((value, index) => ({ value, teacher: teachers[index] ?? '' })),
    ({ teacher }) => teacher,
  );
  if (byTeacher.size < 2) return values;
  return [...byTeacher.values()].map(
    (group) => group.reduce((sum, { value }) => sum + value, 0) / group.length,
  );
}

/**
 * How many teachers taught, where values were gathered by teacher; null where each value is a
 * seed's.
 */
export function teacherCount(teachers: readonly string[]): number | null {
  const count = new Set(teachers).size;
  return count < 2 ? null : count;
}

/** The values of one cell, with where they come from. */
export interface CellValues {
  readonly column: string;
  readonly values: readonly number[];
  /** Of each value, in the same order. */
  readonly teachers: readonly string[];
}

/**
 * The standard deviation pooled over the cells of a table, of what is independent in each
 * (`independentValues`). The means of several teachers move together in all cells of a column, so a
 * column of such cells has the degrees of freedom of one cell.
 *
 * Null where no cell has two values.
 */
export function tableSpread(cells: readonly CellValues[]): Spread | null {
  const alone = cells.filter(({ teachers }) => teacherCount(teachers) === null);
  const shared = cells.filter(({ teachers }) => teacherCount(teachers) !== null);
  const columns = [...Map.groupBy(shared, ({ column }) => column).values()].map(columnSpread);
  const parts = [pooledSpread(alone.map(({ values }) => values)), ...columns];
  const spreads = parts.filter((spread) => spread !== null);
  const df = spreads.reduce((sum, spread) => sum + spread.df, 0);
  if (df === 0) return null;
  return { sd: Math.sqrt(spreads.reduce((sum, each) => sum + each.df * each.sd ** 2, 0) / df), df };
}

function columnSpread(cells: readonly CellValues[]): Spread {
  const samples = cells.map(({ values, teachers }) => sample(independentValues(values, teachers)));
  const variances = samples.map(({ sd }) => (sd ?? 0) ** 2);
  const mean = variances.reduce((sum, variance) => sum + variance, 0) / variances.length;
  return { sd: Math.sqrt(mean), df: Math.max(...samples.map(({ n }) => n)) - 1 };
}
