import type { LineStyle } from '../charts/frame.ts';
import type { Panel } from './panel.ts';

export interface EvaluationRow {
  readonly name: string;
  readonly count: string;
  readonly countSort: string;
  readonly cells: readonly {
    readonly text: string;
    readonly sort: string;
    readonly detail: string;
  }[];
}

/** Everything that the page of a row on a pair shows. Texts are finished. */
export interface EvaluationPage {
  readonly title: string;
  readonly conditions: string;
  readonly heads: readonly string[];
  readonly metrics: readonly EvaluationRow[];
  readonly kinds: string;
  readonly categories: readonly EvaluationRow[];
  readonly curves: readonly {
    readonly title: string;
    /** Finished SVG. */
    readonly svg: string;
    readonly legend: readonly (LineStyle & { readonly label: string })[];
  }[];
  readonly pictures: readonly {
    readonly file: string;
    readonly panels: readonly Panel[];
  }[];
  /** The pictures themselves, once each: panels show them by reference. Finished SVG. */
  readonly definitions: string;
  readonly picturesNote: string;
  /** Colours of classes, where areas are coloured. */
  readonly legend: readonly { readonly name: string; readonly colour: string }[];
}
