import {
  edges,
  extent,
  horizontalLabel,
  linear,
  svgElement,
  valueAxis,
  valueTicks,
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
  const inset = 14;
  const last = Math.max(1, points.length - 1);
  const x = linear(0, last, edges.left + inset, edges.right - inset);
  const half = linear(-0.5, last - 0.5, edges.left + inset, edges.right - inset);
  const y = linear(axis.low, axis.high, edges.bottom, edges.top);
  const spreads = points.flatMap(({ value, sd }, index) =>
    sd === null ? [] : [`M${x(index)} ${y(value - sd)}V${y(value + sd)}`],
  );
  return svgElement(chart.description, [
    ...valueTicks(axis, y, chart.valueLabel),
    ...days(points, x),
    ...(spreads.length === 0
      ? []
      : [
          `<path d="${spreads.join('')}" stroke="var(--line-1)" stroke-opacity="0.35" stroke-width="2"/>`,
        ]),
    ...levels.map(
      ({ from, n, mean }) =>
        `<path d="M${x(from)} ${y(mean)}H${x(from + n - 1)}" stroke="currentColor" stroke-width="1.5" stroke-opacity="0.6"/>`,
    ),
    '<g fill="var(--line-1)">',
    ...points.map(({ value }, index) => `<circle cx="${x(index)}" cy="${y(value)}" r="3"/>`),
    '</g>',
    ...changes.flatMap(({ at, symbol }) => [
      `<path d="M${half(at - 1)} ${edges.top - 6}V${edges.bottom}" stroke="var(--line-2)" stroke-width="2" stroke-dasharray="5 3"/>`,
      `<text x="${half(at - 1)}" y="${edges.top - 10}" fill="currentColor" text-anchor="middle">${symbol}</text>`,
    ]),
  ]);
}

/** The days of up to five points, always the first and the last. */
function days(points: HistoryChart['points'], x: (index: number) => string): string[] {
  const last = points.length - 1;
  const wanted = Math.min(4, last);
  const shown = [
    ...new Set(
      Array.from({ length: wanted + 1 }, (_, index) =>
        wanted === 0 ? 0 : Math.round((index * last) / wanted),
      ),
    ),
  ];
  const [low, high] = extent(shown);
  return [
    `<path d="${shown.map((index) => `M${x(index)} ${edges.bottom}v6`).join('')}" stroke="currentColor"/>`,
    '<g fill="currentColor">',
    ...shown.map((index) => {
      const anchor =
        index === low && last > 0 ? 'start' : index === high && last > 0 ? 'end' : 'middle';
      return `<text x="${x(index)}" y="${edges.bottom + 19}" text-anchor="${anchor}">${points[index]?.day ?? ''}</text>`;
    }),
    '</g>',
    horizontalLabel('Execution'),
  ];
}
