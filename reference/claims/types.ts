/** A row of a published table. */
export interface PublishedRow {
  readonly table: string;
  readonly row: string;
}

/** Two published rows, column by column. */
export interface PublishedPair {
  readonly a: PublishedRow;
  readonly b: PublishedRow;
  /** Default: every column in which both have a number. */
  readonly columns?: readonly string[];
}

/**
 * Method `a` against method `b`, by their ids in measurements, with the same comparisons in
 * published tables.
 */
export interface ClaimComparison {
  /** Canonical method ids. */
  readonly a: string;
  readonly b: string;
  /** Empty where nobody printed the comparison. */
  readonly published: readonly PublishedPair[];
  /**
   * Why no implementation can run it, where one of the two is not defined. Such a comparison stays
   * without evidence.
   */
  readonly undefined?: string;
}

/**
 * A statement that users quote, as data. It claims every one of its comparisons: `better`: a beats
 * b by more than `by` in the metric's unit; where `by` is given, by at least that. `cost`: a takes
 * less than `by` percent more than b.
 */
export interface Claim {
  readonly id: string;
  readonly title: string;
  /** Short name of the paper that makes it; the report has a page for each. */
  readonly paper: string;
  readonly statement: string;
  readonly source: { readonly who: string; readonly place: string };
  readonly note?: string;
  readonly kind: 'better' | 'cost';
  readonly metric: string;
  readonly by?: number;
  readonly comparisons: readonly ClaimComparison[];
}

/** How the claim of costs is measured: not a metric of a test set, but a median over epochs. */
export const stepTimeMetric = 'ms per step';
