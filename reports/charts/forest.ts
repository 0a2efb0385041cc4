import { type Axis, extent, pixels, type Tick, valueAxis } from './frame.ts';

/** A measured value, with its interval where it has one. */
export interface ForestMark {
  readonly kind: 'ours' | 'official';
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** A row of a forest plot. */
export interface ForestRow {
  /** What the marks are read against: a published number, or zero for differences. */
  readonly reference: number | null;
  /** Equivalence margin on both sides of the reference. */
  readonly margin: number | null;
  /** From top to bottom. */
  readonly marks: readonly ForestMark[];
}

const height = 28;

/** One axis for rows that are read together. */
export function forestAxis(rows: readonly ForestRow[]): Axis {
  return valueAxis(
    extent(
      rows.flatMap(({ reference, margin, marks }) => [
        ...(reference === null ? [] : [reference - (margin ?? 0), reference + (margin ?? 0)]),
        ...marks.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]),
      ]),
    ),
    4,
  );
}

/** Places along a row are percents: it is as wide as the page gives, its marks keep their size. */
const place = ({ low, high }: Axis, value: number) => ((value - low) / (high - low)) * 100;
const percents = (axis: Axis, value: number) => `${pixels(place(axis, value))}%`;

/** One row as an SVG element; its numbers must stand in words beside it. */
export function forestRow({ reference, margin, marks }: ForestRow, axis: Axis): string {
  const content = [
    ...axis.ticks.map(({ value }) => vertical(percents(axis, value), 0, height, 0.14, 1)),
    ...(reference === null || margin === null ? [] : [band(axis, reference, margin)]),
    ...(reference === null ? [] : [vertical(percents(axis, reference), 4, height - 4, 0.75, 2)]),
    ...marks.flatMap((mark, index) =>
      drawn(mark, axis, pixels((height * (index + 1)) / (marks.length + 1))),
    ),
  ];
  return element(height, content);
}

const element = (size: number, content: readonly string[]) =>
  `<svg width="100%" height="${size}" overflow="visible" aria-hidden="true">${content.join('')}</svg>`;

const vertical = (x: string, from: number, to: number, opacity: number, width: number) =>
  `<line x1="${x}" x2="${x}" y1="${from}" y2="${to}" stroke="currentColor" stroke-opacity="${opacity}" stroke-width="${width}"/>`;

function band(axis: Axis, reference: number, margin: number): string {
  const [from, to] = [place(axis, reference - margin), place(axis, reference + margin)];
  return `<rect x="${pixels(from)}%" width="${pixels(to - from)}%" y="3" height="${height - 6}" fill="currentColor" fill-opacity="0.13"/>`;
}

/** Ours are dots, official runs are diamonds: they differ without colour. */
function drawn({ kind, value, low, high }: ForestMark, axis: Axis, y: string): readonly string[] {
  const x = percents(axis, value);
  if (kind === 'official')
    return [
      `<svg x="${x}" y="${y}" width="1" height="1" overflow="visible"><path d="M0 -4.5L4.5 0L0 4.5L-4.5 0Z" fill="var(--paper)" stroke="var(--line-2)" stroke-width="1.75"/></svg>`,
    ];
  const interval =
    low === null || high === null
      ? []
      : [
          `<line x1="${percents(axis, low)}" x2="${percents(axis, high)}" y1="${y}" y2="${y}" stroke="var(--line-1)" stroke-width="2"/>`,
        ];
  return [...interval, `<circle cx="${x}" cy="${y}" r="3.5" fill="var(--line-1)"/>`];
}

/** The numbers below the rows. */
export function forestTicks(axis: Axis): string {
  const ticks: readonly Tick[] = axis.ticks.map(({ value, text }) => ({
    x: percents(axis, value),
    text,
  }));
  return element(18, [
    '<g fill="currentColor" text-anchor="middle">',
    ...ticks.map(({ x, text }) => `<text x="${x}" y="13">${text}</text>`),
    '</g>',
  ]);
}
