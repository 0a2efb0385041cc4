/**
 * Levels of lists and objects that a message shows: a value from outside may be nested a million
 * deep.
 */
const deepest = 3;

/**
 * A value from outside, short enough for a message: JSON, cut to `most` characters. It writes no
 * more than it shows, so depth and length of the value do not matter. NaN and infinities, which
 * JSON lacks, show as such.
 */
export function shown(value: unknown, most = 40): string {
  const text = written(value, most + 1, deepest);
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`;
}

/** JSON of `value`, or a beginning of it that is at least `enough` characters long. */
function written(value: unknown, enough: number, levels: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, enough));
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'nothing';
  const isList = Array.isArray(value);
  const [open, close] = isList ? '[]' : '{}';
  if (levels === 0) return `${open}...${close}`;
  let text = open as string;
  // Not Object.entries: it would copy a million keys to show three.
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    if (text.length > 1) text += ',';
    if (!isList) text += `${JSON.stringify(key.slice(0, enough))}:`;
    text += written((value as Record<string, unknown>)[key], enough - text.length, levels - 1);
    if (text.length >= enough) return text;
  }
  return text + close;
}
