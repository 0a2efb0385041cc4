/** One picture with what somebody sees in it. */
export interface Panel {
  readonly title: string;
  /** Finished SVG; the picture is one of the page's definitions. */
  readonly svg: string;
  /** In words: what the boxes or areas are. */
  readonly words: string;
}
