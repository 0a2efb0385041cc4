import { UsageError } from '../../common/errors.ts';
import type { HistoryRow } from '../../results/history-queries.ts';
import type { Side } from './selector.ts';

const suiteOf = ({ suite, scale }: Pick<HistoryRow, 'suite' | 'scale'>) => `${suite}@${scale}`;

/** Whether a text is the name of a suite that was measured, with its scale or without. */
export function namesSuite(rows: readonly HistoryRow[], text: string): boolean {
  const name = text.replace(/^suite:/, '');
  return rows.some((row) => name === row.suite || name === suiteOf(row));
}

/**
 * Cells of two suites stand for each other where row, pair and metric have the same names. Where
 * one side is another suite, its rows take the name of the suite that they are compared with; other
 * sides stay as they are.
 *
 * @returns both sides, a before b
 * @throws UsageError `COMPARE_SUITES` where a side is of several suites, so that it is not known
 *   which is meant
 */
export function alignSuites(a: Side, b: Side): readonly [Side, Side] {
  if (a.ofSuite !== true && b.ofSuite !== true) return [a, b];
  const named = a.ofSuite === true ? a : b;
  const others = (side: Side): Side => {
    if (side === named || side.ofSuite === true) return side;
    // The latest execution of everything has the baseline itself among it.
    const own = new Set(named.rows.map(suiteOf));
    return { ...side, rows: side.rows.filter((row) => !own.has(suiteOf(row))) };
  };
  const [left, right] = [others(a), others(b)];
  onlyOne(left);
  const { suite, scale } = onlyOne(right);
  return [{ ...left, rows: left.rows.map((row) => ({ ...row, suite, scale })) }, right];
}

function onlyOne(side: Side): Pick<HistoryRow, 'suite' | 'scale'> {
  const names = [...new Set(side.rows.map(suiteOf))].sort();
  const [first] = side.rows;
  if (first !== undefined && names.length === 1) return first;
  throw new UsageError(
    'COMPARE_SUITES',
    names.length === 0
      ? `"${side.text}" has nothing beside the suite that it is compared with.`
      : `"${side.text}" is of several suites and scales: ${names.join(', ')}.`,
    {
      hint: 'Name one: --suite SUITE@SCALE for the side that is judged, suite:SUITE@SCALE for a baseline.',
    },
  );
}
