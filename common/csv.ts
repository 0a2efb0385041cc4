/**
 * A line of a CSV file with its line feed, quoted as RFC 4180 says. Numbers keep every digit; null
 * is empty; control characters in a text become a space, so that a record stays on one line.
 */
export function csvLine(record: readonly (string | number | null)[]): string {
  return `${record.map(field).join(',')}\n`;
}

function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const line = value.replace(/\p{Cc}+/gu, ' ');
  // A spreadsheet takes a text that begins so for a formula and runs it.
  const text = /^\s*[-=+@]/.test(line) ? `'${line}` : line;
  return /[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
