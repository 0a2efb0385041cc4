/** Colours that badges and marks have in the report: classes of site.css. */
export type Tone =
  | 'reproduced'
  | 'below'
  | 'above'
  | 'inconclusive'
  | 'measured'
  | 'failed'
  | 'neutral';

/** What one verdict means, wherever it is shown or counted. */
export interface VerdictKind {
  /** Stands beside the word, so that a verdict is never shown by colour alone. No other has it. */
  readonly symbol: string;
  readonly tone: Tone;
  /** For the glossary, in sentences. */
  readonly meaning: string;
  /** Its shape on the map of a table. No other has it: two of them differ without colour. */
  readonly mark: {
    /** Whether a cell with it waits for its trials: drawn faintly, last in the legend. */
    readonly waits?: true;
    /** Whether the outline is drawn, or the inside filled. */
    readonly drawn: 'filled' | 'outlined';
    /** A path around the point (0, 0) that stays within 5 units of it. */
    readonly path: string;
  };
  /**
   * How test reports and annotations count it. No published number passes without a measurement at
   * paper scale; a cell of an own study passes where it was measured.
   */
  readonly level: 'passed' | 'notice' | 'warning' | 'failed' | 'error' | 'skipped';
  /**
   * Of several cells that stand for one published number, the word with the least favour speaks. So
   * a number is only `reproduced` where no cell contradicts it.
   */
  readonly favour: number;
  /**
   * How a sentence says it of a number: `2 are open`. Null where it does not answer whether the
   * number holds.
   */
  readonly answer: string | null;
  /** What would settle the cell: more seeds, its own trials, or nothing. Null: it is settled. */
  readonly open: 'seeds' | 'trials' | 'nothing' | null;
  /** Whether the heading of a table says it, where it holds for all cells. */
  readonly heading: boolean;
}
