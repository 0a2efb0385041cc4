/** A chart as a page has it, with the sentence that says what to look for. */
export interface ChartExample {
  readonly title: string;
  /** What one should see. */
  readonly shows: string;
  /** Finished HTML, with the elements around the chart that the report's pages have. */
  readonly markup: string;
}

/** All examples of one file of reports/charts. */
export interface ChartExamples {
  /** The name of that file without its ending, and of the page. */
  readonly name: string;
  readonly title: string;
  readonly examples: readonly ChartExample[];
}

/** A chart with axes, in the frame that leaves room for its labels. */
export const plot = (svg: string): string => `<div class="plot">${svg}</div>`;
