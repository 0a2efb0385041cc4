/**
 * Which epoch a number is from. `best`: the best test epoch; `last`: the last one; `mean-last-k`:
 * the mean of the last few; `unknown`: the source does not say.
 */
export type Selection = 'best' | 'last' | 'mean-last-k' | 'unknown';
export type Trust = 'primary' | 'reimplementation' | 'secondary';

/** One published number with all its facts. Keyed by (table, row, column, metric). */
export interface PublishedCell {
  readonly table: string;
  /**
   * Row key: the method as printed; where a table repeats a method, its parameters or file follow
   * in brackets (`SD-KD [beta=1]`); where a cell holds several numbers of one metric, the part
   * follows (`KD+LSKD (best)`).
   */
  readonly row: string;
  readonly column: string;
  /**
   * The part that a number is of, where one cell and metric has several (`best`, `logits`, `val`);
   * null where there is one.
   */
  readonly part: string | null;
  /** The method as the source prints it; null for the `Teacher` and `Student` rows. */
  readonly method: string | null;
  readonly metric: string;
  readonly unit: string;
  readonly decimals: number;
  readonly higherIsBetter: boolean;
  readonly value: number;
  readonly selection: Selection;
  /**
   * How `selection` is known: a statement of the source, or digits that are those of a source which
   * states it.
   */
  readonly selectionBasis: string;
  /** Standard deviation over runs, as printed. */
  readonly sd: number | null;
  readonly runsAveraged: number | null;
  /** The gain that the source prints beside the number. */
  readonly gain: number | null;
  readonly trust: Trust;
  readonly dataset: string;
  readonly teacher: string | null;
  readonly student: string;
  /** Where the number was read. */
  readonly source: string;
}

export interface PublishedColumn {
  readonly id: string;
  readonly teacher: string | null;
  readonly student: string;
  readonly teacherPrinted: string | null;
  readonly studentPrinted: string;
}

export interface PublishedTable {
  readonly id: string;
  readonly paper: {
    readonly key: string;
    readonly title: string;
    readonly arxiv: string | null;
    readonly venue: string | null;
    readonly year: number;
  };
  readonly tableNumber: number | null;
  readonly caption: string;
  readonly dataset: string;
  readonly metric: {
    readonly name: string;
    readonly unit: string;
    readonly higherIsBetter: boolean;
    readonly decimals: number;
  };
  readonly protocol: {
    readonly epochs: number | null;
    readonly runsAveraged: number | null;
    readonly notes: string | null;
  };
  /** The rule for numbers that no part of `selection.yaml` names; each cell has its own. */
  readonly selection: Selection;
  /** The reason for `selection`. */
  readonly selectionBasis: string;
  readonly source: { readonly kind: string; readonly where: string; readonly readOn: string };
  readonly trust: Trust;
  readonly notes: string | null;
  readonly columns: readonly PublishedColumn[];
  /**
   * Row keys in the order of the table; `Teacher` and `Student` first where their scores are given.
   */
  readonly rows: readonly string[];
  readonly cells: readonly PublishedCell[];
}
