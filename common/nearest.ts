import { closest, distance } from 'fastest-levenshtein';

/** The known name that `word` was probably meant to be, or undefined where none is near (more than 40 % edited). */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const lower = known.map((name) => name.toLowerCase());
  const candidate = closest(word.toLowerCase(), lower);
  return distance(word.toLowerCase(), candidate) <= Math.max(1, Math.ceil(word.length * 0.4))
    ? known[lower.indexOf(candidate)]
    : undefined;
}

/** ` Did you mean "x"?`, or a list of what is known where nothing is near. For the end of an error's sentence. */
export function suggestion(word: string, known: readonly string[]): string {
  const candidate = nearest(word, known);
  return candidate === undefined
    ? `Known: ${[...known].sort().join(', ')}.`
    : `Did you mean "${candidate}"?`;
}
