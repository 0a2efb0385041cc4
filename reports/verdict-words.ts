import {
  type VerdictKind,
  type VerdictWord,
  verdictKinds,
  verdictWords,
} from '../reference/verdict/words/index.ts';

/** How a verdict is shown: never by colour alone, so each word comes with a symbol of its own. */
export interface VerdictStyle extends Pick<VerdictKind, 'symbol' | 'meaning'> {
  readonly word: VerdictWord;
  /** The class that picks its colours in site.css. */
  readonly style: VerdictKind['tone'];
}

export function verdictStyle(word: VerdictWord): VerdictStyle {
  const { symbol, tone, meaning } = verdictKinds[word];
  return { word, symbol, style: tone, meaning };
}

/** Every verdict, in the order of legends and summaries. */
export const verdictStyles: readonly VerdictStyle[] = verdictWords.map(verdictStyle);
