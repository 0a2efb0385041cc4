import type { Published } from '../loader.ts';
import type { PublishedCell, PublishedTable } from '../types.ts';
import { equal, identity } from './types.ts';

/** A row that is quoted has this share of its numbers in the source, and at least two of them. */
const quotedShare = 0.5;

/** An earlier paper whose numbers, digit for digit, a row repeats. */
export interface RowOrigin {
  readonly selection: 'best' | 'last';
  /** The numbers that are equal, with those that they repeat. */
  readonly quoted: readonly { readonly cell: PublishedCell; readonly source: PublishedCell }[];
  /** How many numbers the row has. */
  readonly of: number;
}

/**
 * Where a row was quoted from; null for a row of its own, or from a source that does not say which
 * epoch it reports.
 */
export type Origins = (table: PublishedTable, row: string) => RowOrigin | null;

/**
 * Traces rows by their digits: of several papers that print them, the oldest is the origin. A paper
 * is searched as a whole, since a row may gather numbers from several of its tables.
 */
export function originsOf(published: Published): Origins {
  const known = published.cells.filter(
    ({ selection, part }) => (selection === 'best' || selection === 'last') && part === null,
  );
  const byPaper = [...Map.groupBy(known, ({ table }) => published.table(table).paper.key)]
    .map(([key, cells]) => ({
      key,
      year: Math.min(...cells.map(({ table }) => published.table(table).paper.year)),
      byNumber: Map.groupBy(cells, numberOf),
    }))
    .sort((one, other) => one.year - other.year);
  return (table, row) => {
    const cells = table.cells.filter((cell) => cell.row === row && cell.part === null);
    for (const { key, year, byNumber } of byPaper) {
      if (key === table.paper.key || year > table.paper.year) continue;
      const quoted = cells.flatMap((cell) => {
        const source = byNumber.get(numberOf(cell))?.find(({ value }) => equal(value, cell.value));
        return source === undefined ? [] : [{ cell, source }];
      });
      const [first] = quoted;
      if (first === undefined || quoted.length < 2 || quoted.length < quotedShare * cells.length)
        continue;
      // A paper whose own rows differ in epoch says nothing of a row that takes from both.
      const selections = new Set(quoted.map(({ source }) => source.selection));
      if (selections.size > 1) continue;
      return { selection: first.source.selection as 'best' | 'last', quoted, of: cells.length };
    }
    return null;
  };
}

/**
 * The key of a number. Teachers and students alone have no method, so their row tells them apart.
 */
const numberOf = (cell: PublishedCell) =>
  cell.method === null ? `${cell.row}\n${identity(cell)}` : identity(cell);
