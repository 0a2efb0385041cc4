import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** One line of a chart. `label` goes into the legend. */
export interface Series {
  readonly label: string;
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

/**
 * Values over epochs as an SVG element, drawn at build time. Colours are variables of the page's style sheet, so the picture
 * follows the light and dark theme; text from data is escaped by the DOM that serializes it.
 */
export function learningCurves(options: ChartOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const points = options.series.flatMap((series) => series.points);
  const lastEpoch = Math.max(1, ...points.map(({ epoch }) => epoch));
  const reference = options.reference ?? null;
  const svg = Plot.plot({
    document,
    width: 560,
    height: 300,
    marginTop: 34,
    marginLeft: 48,
    marginBottom: 42,
    marginRight: 20,
    x: {
      label: 'Epoch',
      domain: [1, Math.max(2, lastEpoch)],
      ticks: epochTicks(lastEpoch),
      tickFormat: String,
    },
    y: { label: options.valueLabel, grid: true, nice: true, zero: false },
    marks: [
      ...(reference === null ? [] : referenceMarks(reference)),
      ...options.series.flatMap((series, index) => lineMarks(series, lineStyle(index), lastEpoch)),
    ],
  });
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', options.description);
  roundCoordinates(svg);
  return svg.outerHTML;
}

/** Two decimals of a pixel are enough, and leave no room for last digits that differ between machines. */
function roundCoordinates(svg: Element): void {
  for (const element of svg.querySelectorAll('*')) {
    for (const attribute of [...element.attributes]) {
      attribute.value = attribute.value.replace(/-?\d+\.\d{3,}/g, (number) =>
        String(Number(Number(number).toFixed(2))),
      );
    }
  }
}

/** The little of the DOM that is used here; the project has no DOM types. */
interface Element {
  querySelectorAll(selector: string): Iterable<Element>;
  readonly attributes: Iterable<{ value: string }>;
}

function lineMarks(series: Series, style: LineStyle, lastEpoch: number): Plot.Markish[] {
  const data = [...series.points];
  const line = Plot.line(data, {
    x: 'epoch',
    y: 'value',
    stroke: style.stroke,
    strokeWidth: 2,
    ...(style.dash === 'none' ? {} : { strokeDasharray: style.dash }),
  });
  // Few epochs: show that each is a measurement. A line of one point would not be seen at all.
  const dots = Plot.dot(data, { x: 'epoch', y: 'value', fill: style.stroke, r: 3 });
  return lastEpoch <= 15 || data.length < 2 ? [line, dots] : [line];
}

function referenceMarks(reference: {
  readonly value: number;
  readonly label: string;
}): Plot.Markish[] {
  // On the left, where curves are low.
  const place = [{ epoch: 1, value: reference.value }];
  return [
    Plot.ruleY([reference.value], {
      stroke: 'currentColor',
      strokeDasharray: '4 4',
      strokeOpacity: 0.7,
    }),
    Plot.text(place, {
      x: 'epoch',
      y: 'value',
      text: [reference.label],
      textAnchor: 'start',
      dx: 6,
      dy: -8,
      fill: 'currentColor',
    }),
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
