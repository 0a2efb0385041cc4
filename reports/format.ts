/**
 * How numbers, times and hashes look in reports. Pure, and the same in every locale and time zone.
 */

/** A fixed number of decimals with a true minus sign. */
export function fixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `\u2212${text}` : text;
}

/** The same with a plus sign for what is not negative. */
export function signed(value: number, decimals: number): string {
  const text = fixed(value, decimals);
  return text.startsWith('\u2212') ? text : `+${text}`;
}

/** Whole numbers as they are, others as `20254`, `3.52` and, near 0, `1.2e-4`. */
export function compact(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return size < 0.01 ? value.toExponential(1) : fixed(value, size < 100 ? 2 : 0);
}

/** `76.31 ± 0.12`, or the number alone where there is no standard deviation. */
export function meanAndSpread(mean: number, sd: number | null, decimals: number): string {
  return sd === null ? fixed(mean, decimals) : `${fixed(mean, decimals)} ± ${fixed(sd, decimals)}`;
}

/** `1 h 12 min`, `3 min 20 s`, `8.4 s`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return join([Math.floor(whole / 60), 'min'], [whole % 60, 's']);
  const minutes = Math.round(whole / 60);
  if (minutes < 48 * 60) return join([Math.floor(minutes / 60), 'h'], [minutes % 60, 'min']);
  return join([Math.floor(minutes / 1440), 'd'], [Math.floor((minutes % 1440) / 60), 'h']);
}

function join(...parts: readonly (readonly [number, string])[]): string {
  return parts
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** Hours of a machine with about three digits: `1234`, `12.3`, `0.45`, `0.006`. */
export function hours(value: number): string {
  if (value < 0.0005) return 'under 0.001';
  return fixed(value, value >= 100 ? 0 : value >= 1 ? 1 : value >= 0.1 ? 2 : 3);
}

/** `2026-01-02 00:10 UTC` from ISO 8601 UTC. */
export function moment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** The first twelve digits of a hash: enough to tell two apart by eye. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}

/** `1 seed`, `2 seeds`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Names in a sentence: `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/**
 * A sentence of the statistics as prose: a full stop, and minus signs for the hyphens of numbers.
 */
export function sentence(text: string): string {
  const prose = text.replace(/(?<=\s)-(?=\d)/g, '\u2212');
  return prose.endsWith('.') ? prose : `${prose}.`;
}
