import { distance } from 'fastest-levenshtein';

/** A longer word is no misspelt name of ours, and a distance takes time by its length. */
const longestWord = 200;
/** Most names that a sentence lists. */
const listed = 60;

/** The known name nearest to `word`; undefined where more than 40 % of it would have to change. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || word.length > longestWord) return undefined;
  const wanted = word.toLowerCase();
  const ranked = known.map((name) => ({
    name,
    edits: distance(wanted, name.toLowerCase()),
    shared: sharedStart(wanted, name.toLowerCase()),
  }));
  const [best] = ranked.sort((a, b) => a.edits - b.edits || b.shared - a.shared);
  return best !== undefined && best.edits <= Math.max(1, Math.ceil(word.length * 0.4))
    ? best.name
    : undefined;
}

/**
 * Letters that two words begin with: of two names equally near, it is the likelier that shares
 * more.
 */
function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

/**
 * ` Did you mean "x"?`, or a list of what is known where nothing is near. For the end of an error's
 * sentence.
 */
export function suggestion(word: string, known: readonly string[]): string {
  const candidate = nearest(word, known);
  if (candidate !== undefined) return `Did you mean "${candidate}"?`;
  const names = [...new Set(known)].sort();
  const more = names.length > listed ? ` and ${names.length - listed} more` : '';
  return `Known: ${names.slice(0, listed).join(', ')}${more}.`;
}
