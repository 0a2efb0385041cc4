import { escapeMarkup } from '../markup.ts';
import {
  extent,
  field,
  horizontalLabel,
  linear,
  lineStyle,
  type Place,
  percent,
  stretched,
  line as stroke,
  svgElement,
  tickLines,
  tickTexts,
  valueAxis,
  valueLines,
  valueTexts,
} from './frame.ts';

/** One line of a chart. `label` goes into the legend. */
export interface Series {
  readonly label: string;
  /** By ascending epoch. */
  readonly points: readonly { readonly epoch: number; readonly value: number }[];
}

/** A value that curves are read against, such as the published number. */
export interface Reference {
  readonly value: number;
  readonly label: string;
}

export interface ChartOptions {
  readonly series: readonly Series[];
  /** What the vertical axis shows, with its unit. */
  readonly valueLabel: string;
  /** What a screen reader says of the picture. */
  readonly description: string;
  /** A horizontal reference, drawn dashed with its label. */
  readonly reference?: Reference | null;
}

/**
 * Values over epochs as an SVG element, drawn at build time. Colours are variables of the page's
 * style sheet, so the picture follows the light and dark theme; text from data is escaped.
 */
export function learningCurves(options: ChartOptions): string {
  const { series, valueLabel, description } = options;
  const reference = options.reference ?? null;
  const lastEpoch = Math.max(1, ...series.map(({ points }) => points.at(-1)?.epoch ?? 1));
  const axis = valueAxis([
    ...series.flatMap(({ points }) => extent(points.map(({ value }) => value))),
    ...(reference === null ? [] : [reference.value]),
  ]);
  const x = linear(1, Math.max(2, lastEpoch), 0, field.width);
  const y = linear(axis.low, axis.high, field.height, 0);
  const ticks = epochTicks(lastEpoch).map((epoch) => ({ x: x(epoch), text: String(epoch) }));
  return svgElement(description, [
    stretched([
      valueLines(axis, y),
      tickLines(ticks),
      ...(reference === null ? [] : [referenceLine(reference, y)]),
      ...series.map((line, index) => curve(line, index, x, y)),
    ]),
    ...valueTexts(axis, y, valueLabel),
    ...tickTexts(ticks),
    horizontalLabel('Epoch'),
    ...series.flatMap((line, index) => dots(line, index, lastEpoch, x, y)),
    // Above everything: the label must be read where curves pass below it.
    ...(reference === null ? [] : [referenceLabel(reference, y)]),
  ]);
}

function referenceLine({ value }: Reference, y: Place): string {
  return stroke(
    `M0 ${y(value)}H${field.width}`,
    'stroke="currentColor" stroke-dasharray="4 4" stroke-opacity="0.7"',
  );
}

/** On the left, where curves are low. */
function referenceLabel({ value, label }: Reference, y: Place): string {
  return `<text class="over" x="6" y="${y(value)}" dy="-6" fill="currentColor">${escapeMarkup(label)}</text>`;
}

function curve({ points }: Series, index: number, x: Place, y: Place): string {
  if (points.length === 0) return '';
  const style = lineStyle(index);
  const places = points.map(({ epoch, value }) => `${x(epoch)} ${y(value)}`);
  const dash = style.dash === 'none' ? '' : ` stroke-dasharray="${style.dash}"`;
  return stroke(
    `M${places.join('L')}`,
    `stroke="${style.stroke}" stroke-width="2" stroke-linejoin="round"${dash}`,
  );
}

/**
 * Of few epochs dots show that each is a measurement; a curve of one point would not be seen at all
 * without.
 */
function dots(
  { points }: Series,
  index: number,
  lastEpoch: number,
  x: Place,
  y: Place,
): readonly string[] {
  if (points.length === 0 || (lastEpoch > 15 && points.length > 1)) return [];
  return [
    `<g fill="${lineStyle(index).stroke}">`,
    ...points.map(
      ({ epoch, value }) => `<circle cx="${percent(x(epoch))}" cy="${y(value)}" r="3"/>`,
    ),
    '</g>',
  ];
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
