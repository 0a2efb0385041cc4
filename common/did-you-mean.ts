import { nearest } from './nearest.ts';

/**
 * ` Did you mean "x"?`, with the space before it; empty where nothing is near. For messages whose
 * hint lists what is known: `suggestion` would list it a second time.
 */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? '' : ` Did you mean "${near}"?`;
}
