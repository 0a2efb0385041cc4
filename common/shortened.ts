/*
 * Texts and lists from files of others, short enough for a message: a name can have a million
 * characters, and a list a million names.
 */

/** The beginning of a text, and how much it leaves out. */
export function shortened(text: string, limit = 100): string {
  return text.length <= limit
    ? text
    : `${text.slice(0, limit)}... (${text.length.toLocaleString('en-US')} characters)`;
}

/** The first names of a list, each shortened, and how many follow: `a, b and 12 more`. */
export function shortList(names: readonly string[], limit = 5): string {
  const first = names
    .slice(0, limit)
    .map((name) => shortened(name))
    .join(', ');
  return names.length <= limit ? first : `${first} and ${names.length - limit} more`;
}
