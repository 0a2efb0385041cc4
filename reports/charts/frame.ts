import { escapeMarkup } from '../markup.ts';

/*
 * Drawn by hand, not by a plotting library: a report has two charts per cell, and Observable Plot
 * takes 6 ms for one (a minute for 10,000), where joining numbers to a path takes a twentieth of a
 * millisecond.
 */

/**
 * How a line is drawn: a colour of site.css and a dash pattern, so that lines differ without colour
 * too.
 */
export interface LineStyle {
  readonly stroke: string;
  readonly dash: string;
}

const dashes = ['none', '7 3', '2 3', '9 3 2 3', '12 4'];
const colours = 7;

/**
 * The style of the n-th line: colours repeat after seven, dash patterns after five, pairs of both
 * after 35.
 */
export function lineStyle(index: number): LineStyle {
  return {
    stroke: `var(--line-${(index % colours) + 1})`,
    dash: dashes[index % dashes.length] as string,
  };
}

export const size = { width: 560, height: 300 };
export const edges = { left: 48, right: 540, top: 34, bottom: 258 };

/** The smallest and the largest value; nothing for nothing. */
export function extent(values: readonly number[]): readonly number[] {
  if (values.length === 0) return [];
  let [low, high] = [values[0] as number, values[0] as number];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/**
 * A place on the page for a number, rounded to what a pixel can show: last digits that differ
 * between machines are gone.
 */
export type Place = (value: number) => string;

export function linear(from: number, to: number, start: number, end: number): Place {
  const factor = (end - start) / (to - from);
  return (value) => pixels(start + (value - from) * factor);
}

export function pixels(value: number): string {
  // Not toFixed: over the millions of points of a large report that took a tenth of its time.
  return String(Math.round(value * 100) / 100);
}

export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

/**
 * An axis that holds all values and ends on round numbers: four to ten of them, a step of 1, 2 or 5
 * times a power of ten apart. Values that are all the same stand in the middle.
 */
export function valueAxis(values: readonly number[]): Axis {
  const [least, most] = extent(values);
  if (least === undefined || most === undefined) return valueAxis([0, 1]);
  if (least === most) {
    const space = least === 0 ? 1 : Math.abs(least) / 10;
    return valueAxis([least - space, most + space]);
  }
  const exponent = Math.floor(Math.log10((most - least) / 5));
  const unit = 10 ** exponent;
  const step = [1, 2, 5, 10].find((times) => (most - least) / (times * unit) <= 7) as number;
  const first = Math.floor(least / unit / step);
  const last = Math.ceil(most / unit / step);
  const decimals = Math.max(0, -exponent - (step === 10 ? 1 : 0));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => {
    // Whole numbers times a power of ten, divided where that is exact: 3 / 10, not 3 * 0.1.
    const whole = (first + index) * step;
    const value = exponent < 0 ? whole / 10 ** -exponent : whole * unit;
    return { value, text: tickText(value, decimals) };
  });
  return { low: ticks[0]?.value as number, high: ticks.at(-1)?.value as number, ticks };
}

function tickText(value: number, decimals: number): string {
  const text =
    Math.abs(value) >= 1e6 || decimals > 6 ? value.toExponential(1) : value.toFixed(decimals);
  return text.replace('-', '\u2212');
}

export function valueTicks({ ticks }: Axis, y: Place, label: string): string[] {
  const lines = ticks.map(({ value }) => `M${edges.left} ${y(value)}H${edges.right}`);
  return [
    `<path d="${lines.join('')}" stroke="currentColor" stroke-opacity="0.12"/>`,
    '<g fill="currentColor" text-anchor="end">',
    ...ticks.map(
      ({ value, text }) => `<text x="${edges.left - 8}" y="${y(value)}" dy="0.32em">${text}</text>`,
    ),
    '</g>',
    `<text x="4" y="16" fill="currentColor">\u2191 ${escapeMarkup(label)}</text>`,
  ];
}

/** On the left, where curves are low. */
export function referenceLine(
  reference: { readonly value: number; readonly label: string },
  y: Place,
): string[] {
  const height = y(reference.value);
  return [
    `<path d="M${edges.left} ${height}H${edges.right}" stroke="currentColor" stroke-dasharray="4 4" stroke-opacity="0.7"/>`,
    `<text x="${edges.left + 6}" y="${height}" dy="-8" fill="currentColor">${escapeMarkup(reference.label)}</text>`,
  ];
}

/** The element that a chart is: `description` is what a screen reader says of it. */
export function svgElement(description: string, content: readonly string[]): string {
  return [
    `<svg viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img" aria-label="${escapeMarkup(description)}">`,
    ...content,
    '</svg>',
  ].join('');
}

/** What the horizontal axis shows, below it on the right. */
export function horizontalLabel(text: string): string {
  return `<text x="${edges.right}" y="${size.height - 4}" fill="currentColor" text-anchor="end">${escapeMarkup(text)} \u2192</text>`;
}
