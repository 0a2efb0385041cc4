import {
  type Outcome,
  type OutcomeKind,
  outcomeKinds,
  outcomes,
} from '../reference/claims/outcomes.ts';

/** How the outcome of a claim is shown: with a symbol of its own beside the word. */
export interface OutcomeStyle extends Pick<OutcomeKind, 'symbol' | 'meaning'> {
  readonly word: Outcome;
}

/** In the order of legends and summaries. */
export const outcomeStyles: readonly OutcomeStyle[] = outcomes.map((word) => {
  const { symbol, meaning } = outcomeKinds[word];
  return { word, symbol, meaning };
});
