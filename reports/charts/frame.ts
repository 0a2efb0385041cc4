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

/**
 * The field of a chart in units of its own. Its height is in pixels; its width is whatever the page
 * gives, so that one drawing serves every screen: curves are drawn on a width of 1000 and stretched
 * (`stretched`), while text and dots stand at percents of it (`percent`) and keep their size.
 * Labels stand outside the field, in the room that site.css leaves around it.
 */
export const field = { width: 1000, height: 224 };

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
 * An axis that holds all values and ends on round numbers: about as many as `steps`, a step of 1, 2
 * or 5 times a power of ten apart. Values that are all the same stand in the middle.
 */
export function valueAxis(values: readonly number[], steps = 7): Axis {
  const [least, most] = extent(values);
  if (least === undefined || most === undefined) return valueAxis([0, 1], steps);
  if (least === most) {
    const space = least === 0 ? 1 : Math.abs(least) / 10;
    return valueAxis([least - space, most + space], steps);
  }
  const exponent = Math.floor(Math.log10((most - least) / Math.min(5, steps)));
  const unit = 10 ** exponent;
  const step = [1, 2, 5, 10].find((times) => (most - least) / (times * unit) <= steps) as number;
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

/** Paths that are as wide as the field while their lines keep their thickness. */
export function stretched(paths: readonly string[]): string {
  return `<svg width="100%" height="${field.height}" viewBox="0 0 ${field.width} ${field.height}" preserveAspectRatio="none" overflow="visible">${paths.join('')}</svg>`;
}

/** A stretched line. `style` is the rest of its attributes. */
export function line(path: string, style: string): string {
  return `<path d="${path}" fill="none" vector-effect="non-scaling-stroke" ${style}/>`;
}

/** The same place as that of a stretched path, for text and dots. */
export function percent(place: string): string {
  return `${pixels((Number(place) / field.width) * 100)}%`;
}

/** Horizontal lines at the ticks of the vertical axis, stretched. */
export function valueLines({ ticks }: Axis, y: Place): string {
  const lines = ticks.map(({ value }) => `M0 ${y(value)}H${field.width}`);
  return line(lines.join(''), 'stroke="currentColor" stroke-opacity="0.12"');
}

export function valueTexts({ ticks }: Axis, y: Place, label: string): string[] {
  return [
    '<g fill="currentColor" text-anchor="end">',
    ...ticks.map(({ value, text }) => `<text x="-8" y="${y(value)}" dy="0.32em">${text}</text>`),
    '</g>',
    `<text x="-44" y="-18" fill="currentColor">\u2191 ${escapeMarkup(label)}</text>`,
  ];
}

/** A tick of the horizontal axis. `x` is a place on the field's width. */
export interface Tick {
  readonly x: string;
  readonly text: string;
}

/** Small strokes below the field, stretched. */
export function tickLines(ticks: readonly Tick[]): string {
  const strokes = ticks.map(({ x }) => `M${x} ${field.height}v6`);
  return line(strokes.join(''), 'stroke="currentColor"');
}

/** Letters that fit below each other's neighbours on the width of a phone. */
const lettersOfPhone = 28;

/**
 * The texts of a horizontal axis. Where they are too long for a phone every second is marked
 * `spare`, which site.css leaves out there.
 */
export function tickTexts(ticks: readonly Tick[], ends: 'middle' | 'inside' = 'middle'): string[] {
  const letters = ticks.reduce((sum, { text }) => sum + text.length + 1, 0);
  const last = ticks.length - 1;
  return [
    '<g fill="currentColor" text-anchor="middle">',
    ...ticks.map(({ x, text }, index) => {
      const spare = letters > lettersOfPhone && index % 2 === 1 ? ' class="spare"' : '';
      const edge = ends === 'inside' && last > 0 && (index === 0 || index === last);
      const anchor = edge ? ` text-anchor="${index === 0 ? 'start' : 'end'}"` : '';
      return `<text x="${percent(x)}" y="${field.height + 19}"${anchor}${spare}>${escapeMarkup(text)}</text>`;
    }),
    '</g>',
  ];
}

/** The element that a chart is: `description` is what a screen reader says of it. */
export function svgElement(description: string, content: readonly string[]): string {
  return [
    `<svg width="100%" height="${field.height}" overflow="visible" role="img" aria-label="${escapeMarkup(description)}">`,
    ...content,
    '</svg>',
  ].join('');
}

/** What the horizontal axis shows, below it on the right. */
export function horizontalLabel(text: string): string {
  return `<text x="100%" y="${field.height + 38}" fill="currentColor" text-anchor="end">${escapeMarkup(text)} \u2192</text>`;
}
