import { fixed } from '../format.ts';
import type { CellModel } from '../model/table-model.ts';

/** How a number of a table stands among those of its column. */
export type Rank = 'best' | 'second' | '';

/**
 * Ranks of the measured means of a column, on the last epoch for all of them, so that no method
 * gains by the choice of its epoch. Means that are printed alike share a rank. Teachers have none,
 * and neither has a column with fewer than two measured means.
 */
export function ranksOf(cells: readonly (CellModel | null)[]): readonly Rank[] {
  const printed = cells.map((cell) =>
    cell === null || cell.last === null || isTeacher(cell)
      ? null
      : fixed(cell.last.mean, cell.decimals).replace('\u2212', '-'),
  );
  const known = printed.filter((value) => value !== null);
  if (known.length < 2) return cells.map(() => '');
  const higher = cells.every((cell) => cell?.row.published?.higherIsBetter !== false);
  const order = [...new Set(known.map(Number))].sort((a, b) => (higher ? b - a : a - b));
  return printed.map((value) => {
    if (value === null) return '';
    if (Number(value) === order[0]) return 'best';
    return Number(value) === order[1] ? 'second' : '';
  });
}

export function isTeacher({ trials, row }: CellModel): boolean {
  return trials.length === 0
    ? row.row.toLowerCase() === 'teacher'
    : trials.some(({ spec }) => spec.role === 'teacher');
}
