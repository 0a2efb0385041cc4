import {
  edges,
  extent,
  horizontalLabel,
  type LineStyle,
  linear,
  lineStyle,
  type Place,
  referenceLine,
  svgElement,
  valueAxis,
  valueTicks,
} from './frame.ts';

/** One line of a chart. `label` goes into the legend. */
export interface Series {
  readonly label: string;
  /** By ascending epoch. */
  readonly points: readonly { readonly epoch: number; readonly value: number }[];
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
  const x = linear(1, Math.max(2, lastEpoch), edges.left, edges.right);
  const y = linear(axis.low, axis.high, edges.bottom, edges.top);
  return svgElement(description, [
    ...valueTicks(axis, y, valueLabel),
    ...epochAxis(lastEpoch, x),
    ...(reference === null ? [] : referenceLine(reference, y)),
    ...series.flatMap((line, index) => curve(line, lineStyle(index), lastEpoch, x, y)),
  ]);
}

function epochAxis(lastEpoch: number, x: Place): string[] {
  const ticks = epochTicks(lastEpoch);
  return [
    `<path d="${ticks.map((epoch) => `M${x(epoch)} ${edges.bottom}v6`).join('')}" stroke="currentColor"/>`,
    '<g fill="currentColor" text-anchor="middle">',
    ...ticks.map((epoch) => `<text x="${x(epoch)}" y="${edges.bottom + 19}">${epoch}</text>`),
    '</g>',
    horizontalLabel('Epoch'),
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
