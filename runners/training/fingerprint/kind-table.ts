import type { CodeTokens } from './tokens.ts';

/**
 * The name of every file that is a table of kinds: `kd: async () => (await import('./kd.ts')).kd`.
 */
export const kindTableName = 'kinds.ts';

interface Entry {
  readonly key: string;
  readonly start: number;
  /** The index behind its last token, the comma left out. */
  readonly end: number;
}

/**
 * A table of kinds with only the entries whose keys are in `used`, sorted by key. The worker of a
 * trial loads no other entry, so no other can change its numbers. Adding or moving an entry changes
 * nothing for it.
 */
export function onlyKinds(tokens: CodeTokens, used: ReadonlySet<string>): CodeTokens {
  const entries = entriesOf(tokens);
  const kept = entries
    .filter(({ key }) => used.has(key))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ start, end }) => ({ start, end }));
  const first = entries[0]?.start ?? tokens.texts.length;
  const behind = entries.at(-1)?.end ?? tokens.texts.length;
  return joined(tokens, [
    { start: 0, end: first },
    ...kept,
    { start: behind, end: tokens.texts.length },
  ]);
}

const opening: ReadonlySet<string> = new Set(['{', '(', '[']);
const closing: ReadonlySet<string> = new Set(['}', ')', ']']);

/** The entries of the first object that a source gives a name: `const kinds = { ... }`. */
function entriesOf({ texts, literals }: CodeTokens): readonly Entry[] {
  let at = texts.findIndex((text, index) => text === '=' && texts[index + 1] === '{') + 2;
  if (at === 1) return [];
  const entries: Entry[] = [];
  while (at < texts.length && texts[at] !== '}') {
    const start = at;
    const text = texts[at] as string;
    const key = literals.has(at) ? text.slice(1, -1) : text;
    let depth = 0;
    while (at < texts.length && (depth > 0 || (texts[at] !== ',' && texts[at] !== '}'))) {
      if (opening.has(texts[at] as string)) depth += 1;
      else if (closing.has(texts[at] as string)) depth -= 1;
      at += 1;
    }
    entries.push({ key, start, end: at });
    if (texts[at] === ',') at += 1;
  }
  return entries;
}

function joined(
  { texts, literals, comments }: CodeTokens,
  parts: readonly { readonly start: number; readonly end: number }[],
): CodeTokens {
  const places = parts.flatMap(({ start, end }) =>
    Array.from({ length: Math.max(0, end - start) }, (_, offset) => start + offset),
  );
  return {
    texts: places.map((place) => texts[place] as string),
    literals: new Set(places.flatMap((place, index) => (literals.has(place) ? [index] : []))),
    comments: new Map(
      places.flatMap((place, index) => {
        const found = comments.get(place);
        return found === undefined ? [] : [[index, found] as const];
      }),
    ),
  };
}
