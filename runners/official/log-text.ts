import type { LogFinding } from './log-types.ts';

/**
 * What one file may have. A log of 240 epochs has some 50 kB, the output of 300 epochs, line by
 * line, some 4 MB.
 */
const maximumLines = 2_000_000;

/** Beginnings of packed files, which are no text: the program that unpacks each. */
const packed: readonly (readonly [string, string, string])[] = [
  ['fd377a585a00', 'xz', 'xz -d'],
  ['1f8b', 'gzip', 'gunzip'],
  ['504b0304', 'zip', 'unzip'],
  ['28b52ffd', 'zstd', 'zstd -d'],
  ['425a68', 'bzip2', 'bunzip2'],
];

/**
 * The text of a log's bytes: UTF-8 with or without a byte-order mark, or UTF-16 with one, as
 * Windows' PowerShell writes it. Pure.
 *
 * @returns a finding about the whole file where it is no text, or more than a log has.
 */
export function logText(bytes: Uint8Array): string | LogFinding {
  const hex = Buffer.from(bytes.subarray(0, 6)).toString('hex');
  const program = packed.find(([begins]) => hex.startsWith(begins));
  if (program !== undefined)
    return refusal('LOG_TEXT', `it is packed (${program[1]}); unpack it first (${program[2]}).`);
  // The decoder takes the mark away, whichever encoding it is of.
  const encoding = hex.startsWith('fffe')
    ? 'utf-16le'
    : hex.startsWith('feff')
      ? 'utf-16be'
      : 'utf-8';
  const text = new TextDecoder(encoding).decode(bytes);
  if (text.includes('\0')) {
    return refusal(
      'LOG_TEXT',
      'it has zero bytes and is no text in UTF-8, or in UTF-16 with a byte-order mark; save it as UTF-8.',
    );
  }
  return linesWithin(text, maximumLines)
    ? text
    : refusal(
        'LOG_SIZE',
        `it has more than ${maximumLines} lines; logs of up to so many are read.`,
      );
}

const refusal = (code: LogFinding['code'], message: string): LogFinding => ({
  code,
  line: null,
  message,
});

function linesWithin(text: string, most: number): boolean {
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    count += 1;
    if (count > most) return false;
  }
  return true;
}
