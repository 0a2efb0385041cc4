/** How the number of a published cell was taken from the epochs of its runs, as far as the source says. */
export type PublishedSelection = 'best' | 'last' | 'mean-last-k' | 'unknown';

/**
 * One published number as the store holds it: flat, keyed by (table, row, column, metric). The tables themselves are
 * loaded and checked by reference/published; the store only takes what reports join with.
 */
export interface PublishedNumber {
  readonly table: string;
  readonly row: string;
  readonly column: string;
  readonly metric: string;
  readonly value: number;
  /** The publication's own standard deviation, where it prints one. */
  readonly error: number | null;
  readonly unit: string;
  readonly decimals: number;
  readonly higherIsBetter: boolean;
  readonly selection: PublishedSelection;
  readonly runsAveraged: number | null;
  /** Title of the paper, with its venue. */
  readonly paper: string;
  readonly source: string;
  readonly trust: 'primary' | 'secondary';
  readonly dataset: string;
}
