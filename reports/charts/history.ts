import {
  field,
  horizontalLabel,
  line,
  linear,
  percent,
  stretched,
  svgElement,
  type Tick,
  tickLines,
  tickTexts,
  valueAxis,
  valueLines,
  valueTexts,
} from './frame.ts';

/** A series over executions. */
export interface HistoryChart {
  readonly points: readonly {
    /** Day, `2026-01-02`. */
    readonly day: string;
    readonly value: number;
    /** Standard deviation over the seeds behind it, null for one. */
    readonly sd: number | null;
  }[];
  /** Stretches of one level: index of their first point, length, mean. */
  readonly levels: readonly { readonly from: number; readonly n: number; readonly mean: number }[];
  /** Places where the level changes, by the index of the first point after it. */
  readonly changes: readonly { readonly at: number; readonly symbol: string }[];
  readonly valueLabel: string;
  readonly description: string;
}

/** Points by their order, not by the calendar: nights without a measurement would stretch it. */
export function historyChart(chart: HistoryChart): string {
  const { points, levels, changes } = chart;
  const axis = valueAxis(
    points.flatMap(({ value, sd }) => (sd === null ? [value] : [value - sd, value + sd])),
  );
  const inset = 30;
  const last = Math.max(1, points.length - 1);
  const x = linear(0, last, inset, field.width - inset);
  const half = linear(-0.5, last - 0.5, inset, field.width - inset);
  const y = linear(axis.low, axis.high, field.height, 0);
  const spreads = points.flatMap(({ value, sd }, index) =>
    sd === null ? [] : [`M${x(index)} ${y(value - sd)}V${y(value + sd)}`],
  );
  const ticks = days(points, x);
  return svgElement(chart.description, [
    stretched([
      valueLines(axis, y),
      tickLines(ticks),
      ...(spreads.length === 0
        ? []
        : [
            line(spreads.join(''), 'stroke="var(--line-1)" stroke-opacity="0.35" stroke-width="2"'),
          ]),
      ...levels.map(({ from, n, mean }) =>
        line(
          `M${x(from)} ${y(mean)}H${x(from + n - 1)}`,
          'stroke="currentColor" stroke-width="1.5" stroke-opacity="0.6"',
        ),
      ),
      ...changes.map(({ at }) =>
        line(
          `M${half(at - 1)} -6V${field.height}`,
          'stroke="var(--line-2)" stroke-width="2" stroke-dasharray="5 3"',
        ),
      ),
    ]),
    ...valueTexts(axis, y, chart.valueLabel),
    ...tickTexts(ticks, 'inside'),
    horizontalLabel('Execution'),
    '<g fill="var(--line-1)">',
    ...points.map(
      ({ value }, index) => `<circle cx="${percent(x(index))}" cy="${y(value)}" r="3"/>`,
    ),
    '</g>',
    ...changes.map(
      ({ at, symbol }) =>
        `<text x="${percent(half(at - 1))}" y="-10" fill="currentColor" text-anchor="middle">${symbol}</text>`,
    ),
  ]);
}

/** The days of up to five points, always the first and the last. */
function days(points: HistoryChart['points'], x: (index: number) => string): Tick[] {
  const last = points.length - 1;
  const wanted = Math.min(4, last);
  const shown = new Set(
    Array.from({ length: wanted + 1 }, (_, index) =>
      wanted === 0 ? 0 : Math.round((index * last) / wanted),
    ),
  );
  return [...shown].map((index) => ({ x: x(index), text: points[index]?.day ?? '' }));
}
