/** Changes that a sentence names; it says how many more there are. */
const named = 3;

/** The first of some changes and how many follow: `a.ts; b.ts; c.ts and 2 more`. */
export function changesText(changes: readonly string[]): string {
  const more = changes.length - named;
  const text = changes.slice(0, named).join('; ');
  return more > 0 ? `${text} and ${more} more` : text;
}
