import { escapeMarkup } from './markup.ts';

/*
 * Drawn by hand, not by a plotting library: a report has two charts per cell, and Observable Plot takes 6 ms for one (a
 * minute for 10,000), where joining numbers to a path takes a twentieth of a millisecond (docs/decisions.md).
 */

/** One line of a chart. `label` goes into the legend. */
export interface Series {
  readonly label: string;
  /** By ascending epoch. */
  readonly points: readonly { readonly epoch: number; readonly value: number }[];
}

/** How a line is drawn: a colour of site.css and a dash pattern, so that lines differ without colour too. */
export interface LineStyle {
  readonly stroke: string;
  readonly dash: string;
}

const dashes = ['none', '7 3', '2 3', '9 3 2 3', '12 4'];
const colours = 7;

/** The style of the n-th line: colours repeat after seven, dash patterns after five, pairs of both after 35. */
export function lineStyle(index: number): LineStyle {
  return {
    stroke: `var(--line-${(index % colours) + 1})`,
    dash: dashes[index % dashes.length] as string,
  };
}

export interface ChartOptions {
  readonly series: readonly Series[];
  /** What the vertical axis shows, with its unit. */
  readonly valueLabel: string;
  /** What a screen reader says of the picture. */
  readonly description: string;
  /** A horizontal reference, drawn dashed with its label. */
  readonly reference?: { readonly value: number; readonly label: string } | null;
}

const size = { width: 560, height: 300 };
const edges = { left: 48, right: 540, top: 34, bottom: 258 };

/**
 * Values over epochs as an SVG element, drawn at build time. Colours are variables of the page's style sheet, so the picture
 * follows the light and dark theme; text from data is escaped.
 */
export function learningCurves(options: ChartOptions): string {
  const { series, valueLabel, description } = options;
  const reference = options.reference ?? null;
  const lastEpoch = Math.max(1, ...series.map(({ points }) => points.at(-1)?.epoch ?? 1));
  const axis = valueAxis([
    ...series.flatMap(({ points }) => extent(points.map(({ value }) => value))),
    ...(reference === null ? [] : [reference.value]),
  ]);
  const x = linear(1, Math.max(2, lastEpoch), edges.left, edges.right);
  const y = linear(axis.low, axis.high, edges.bottom, edges.top);
  return [
    `<svg viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img" aria-label="${escapeMarkup(description)}">`,
    ...valueTicks(axis, y, valueLabel),
    ...epochAxis(lastEpoch, x),
    ...(reference === null ? [] : referenceLine(reference, y)),
    ...series.flatMap((line, index) => curve(line, lineStyle(index), lastEpoch, x, y)),
    '</svg>',
  ].join('');
}

/** The smallest and the largest value; nothing for nothing. */
function extent(values: readonly number[]): readonly number[] {
  if (values.length === 0) return [];
  let [low, high] = [values[0] as number, values[0] as number];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** A place on the page for a number, rounded to what a pixel can show: last digits that differ between machines are gone. */
type Place = (value: number) => string;

function linear(from: number, to: number, start: number, end: number): Place {
  const factor = (end - start) / (to - from);
  return (value) => pixels(start + (value - from) * factor);
}

function pixels(value: number): string {
  return String(Number(value.toFixed(2)));
}

interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

/**
 * An axis that holds all values and ends on round numbers: four to ten of them, a step of 1, 2 or 5 times a power of ten
 * apart. Values that are all the same stand in the middle.
 */
function valueAxis(values: readonly number[]): Axis {
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

function valueTicks({ ticks }: Axis, y: Place, label: string): string[] {
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

function epochAxis(lastEpoch: number, x: Place): string[] {
  const ticks = epochTicks(lastEpoch);
  return [
    `<path d="${ticks.map((epoch) => `M${x(epoch)} ${edges.bottom}v6`).join('')}" stroke="currentColor"/>`,
    '<g fill="currentColor" text-anchor="middle">',
    ...ticks.map((epoch) => `<text x="${x(epoch)}" y="${edges.bottom + 19}">${epoch}</text>`),
    '</g>',
    `<text x="${edges.right}" y="${size.height - 4}" fill="currentColor" text-anchor="end">Epoch \u2192</text>`,
  ];
}

/** On the left, where curves are low. */
function referenceLine(
  reference: { readonly value: number; readonly label: string },
  y: Place,
): string[] {
  const height = y(reference.value);
  return [
    `<path d="M${edges.left} ${height}H${edges.right}" stroke="currentColor" stroke-dasharray="4 4" stroke-opacity="0.7"/>`,
    `<text x="${edges.left + 6}" y="${height}" dy="-8" fill="currentColor">${escapeMarkup(reference.label)}</text>`,
  ];
}

function curve(
  { points }: Series,
  style: LineStyle,
  lastEpoch: number,
  x: Place,
  y: Place,
): string[] {
  const places = points.map(({ epoch, value }) => `${x(epoch)} ${y(value)}`);
  const dash = style.dash === 'none' ? '' : ` stroke-dasharray="${style.dash}"`;
  const path = `<path d="M${places.join('L')}" fill="none" stroke="${style.stroke}" stroke-width="2" stroke-linejoin="round"${dash}/>`;
  if (points.length === 0) return [];
  // Few epochs: show that each is a measurement. A line of one point would not be seen at all.
  if (lastEpoch > 15 && points.length > 1) return [path];
  const dots = points.map(
    ({ epoch, value }) => `<circle cx="${x(epoch)}" cy="${y(value)}" r="3"/>`,
  );
  return [path, `<g fill="${style.stroke}">`, ...dots, '</g>'];
}

/** Whole epochs at a round distance, always with the first. */
export function epochTicks(lastEpoch: number): number[] {
  const wanted = lastEpoch / 8;
  const steps = [1, 2, 5, 10, 20, 25, 30, 40, 50, 60, 80, 100];
  const step = steps.find((size) => size >= wanted) ?? Math.ceil(wanted / 100) * 100;
  const ticks = [1];
  for (let epoch = step; epoch <= lastEpoch; epoch += step) if (epoch > 1) ticks.push(epoch);
  return ticks;
}
