/**
 * Characters that a terminal may obey: control characters (C0, DEL and C1, which begin escape
 * sequences) except tab and line feed, and the marks that turn the direction of text.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const commands = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Text that is safe on a terminal: names come from files that others wrote. `<U+001B>` stands for a
 * character that the terminal would obey.
 */
export function printable(text: string): string {
  return text.replace(
    commands,
    (character) =>
      `<U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}>`,
  );
}

/** A value as messages show it: its JSON, cut short. */
export function shown(value: unknown, longest = 60): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? 'missing';
  } catch {
    // Nested more deeply than the stack reaches.
    return 'a deeply nested value';
  }
  return text.length > longest ? `${text.slice(0, longest - 3)}...` : text;
}

/**
 * Printable text for a line of a log that a CI server reads: GitHub takes a line that begins with
 * `::` or `##[` for a command of the workflow. Within a text only a line feed that somebody
 * smuggled into a name can begin such a line.
 */
export function printableLine(text: string): string {
  return printable(text).replace(/\n(?=\s*(?:::|##\[))/g, '\n\u200b');
}
