import type { Comparison } from './interval.ts';

/** Most digits after the point. */
const mostDigits = 12;

/**
 * As many digits as keep a number on its side of the margin, at least `least`: -0.4998 is printed
 * in full beside a margin of 0.5, since "-0.50" would look like the edge. So no two equal intervals
 * carry different words.
 */
export function telling(value: number, margin: number, least = 2): string {
  const side = (x: number) => [Math.sign(x - margin), Math.sign(x + margin)].join();
  for (let digits = least; digits < mostDigits; digits += 1) {
    const text = value.toFixed(digits);
    if (side(Number(text)) === side(value)) return signedText(text);
  }
  return signedText(value.toFixed(mostDigits));
}

/** With a plus sign for what is not negative, and no minus sign before a zero. */
export function signedNumber(value: number, digits = 2): string {
  return signedText(value.toFixed(digits));
}

function signedText(text: string): string {
  if (Number(text) === 0) return `+${text.replace('-', '')}`;
  return text.startsWith('-') ? text : `+${text}`;
}

/** The 90 % interval in numbers that show the word: `-0.31 to +0.12`. Null where there is none. */
export function intervalText({ low, high, margin }: Comparison, least = 2): string | null {
  if (low === null || high === null) return null;
  return `${telling(low, margin, least)} to ${telling(high, margin, least)}`;
}

const deviation = (sd: number) => sd.toFixed(sd < 0.1 ? 3 : 2);

/**
 * The standard deviation of an interval, its source and the reason for it. Null where there is
 * none.
 */
export function spreadText({ spread, n }: Comparison): string | null {
  if (spread === null || n === 1) return null;
  const { sd, df, source, pooling } = spread;
  const number = deviation(sd);
  if (source === 'pooled') return `${number}, pooled over the table (${df} degrees of freedom)`;
  return pooling === null
    ? `${number}, of the cell's own ${n} values`
    : `${number}, the cell's own: it scatters more than the table (F test, p = ${pooling.toPrecision(1)})`;
}

/** The published number's own error, in words. */
export function publishedErrorText({
  publishedError: { error, source, runs },
}: Comparison): string {
  if (source === 'printed') return `${error.toFixed(2)}, from the printed spread`;
  if (source === 'none') return 'none known';
  return `${error.toFixed(2)}, imputed for ${runs === 1 ? 'one run' : `${runs} runs`} that scatter as ours`;
}
