import type { VerdictWord } from '../../reference/verdict/verdict.ts';
import { escapeMarkup } from '../markup.ts';

/** What a mark says: a verdict, or that there is something that keeps the cell from being run. */
export type Mark = VerdictWord | 'not runnable';

interface Glyph {
  /** The class that picks its colour in site.css. */
  readonly style: string;
  /** Whether the outline is drawn, or the inside filled. */
  readonly drawn: 'filled' | 'outlined';
  /** A path around the point (0, 0) that stays within 5 units of it. */
  readonly path: string;
}

/** A shape for each mark, so that two of them differ without colour. */
const glyphs: Readonly<Record<Mark, Glyph>> = {
  reproduced: { style: 'reproduced', drawn: 'filled', path: 'm-5-5h10v10h-10zm1.5 5l2.4 3 4.4-5.4-1.2-1-3.3 4-1.2-1.5z' },
  below: { style: 'below', drawn: 'filled', path: 'm-5-4h10l-5 9z' },
  above: { style: 'above', drawn: 'filled', path: 'm-5 4h10l-5-9z' },
  inconclusive: { style: 'inconclusive', drawn: 'outlined', path: 'm-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0m4-.5v1' },
  measured: { style: 'measured', drawn: 'filled', path: 'm-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0' },
  'not comparable': { style: 'neutral', drawn: 'filled', path: 'm-5 0l5-5 5 5-5 5z' },
  'no reference': { style: 'neutral', drawn: 'outlined', path: 'm-4.2 0l4.2-4.2 4.2 4.2-4.2 4.2z' },
  failed: { style: 'failed', drawn: 'outlined', path: 'm-4-4l8 8m0-8l-8 8' },
  'not run': { style: 'waiting', drawn: 'outlined', path: 'm-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0' },
  'not runnable': { style: 'waiting', drawn: 'filled', path: 'm-1.2 0a1.2 1.2 0 1 0 2.4 0a1.2 1.2 0 1 0-2.4 0' },
}; // biome-ignore format: a table

/** In the order of the legend. */
export const marks = Object.keys(glyphs) as readonly Mark[];

/** Units between two marks. */
const step = 14;

/**
 * A table as it lies on the page, a mark per cell: what is left to do and what came of the rest is
 * seen before a word is read. One path per kind, so that a table of a thousand cells stays small.
 *
 * @param rows marks by row and column; null where the table has no cell.
 * @param description what a screen reader says of it.
 */
export function verdictMap(
  rows: readonly (readonly (Mark | null)[])[],
  description: string,
): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const places = rows.flatMap((row, down) =>
    row.flatMap((mark, along) =>
      mark === null
        ? []
        : [{ mark, place: `M${step * along + step / 2} ${step * down + step / 2}` }],
    ),
  );
  const drawn = marks.flatMap((mark) => {
    const own = places.filter((one) => one.mark === mark);
    if (own.length === 0) return [];
    const { path } = glyphs[mark];
    return [pathOf(mark, own.map(({ place }) => `${place}${path}`).join(''))];
  });
  return svg(columns * step, rows.length * step, 'map', `role="img" aria-label="${escapeMarkup(description)}"`, drawn); // biome-ignore format: one call
}

/** One mark alone, for the legend: the word stands beside it. */
export function markGlyph(mark: Mark): string {
  const path = `M${step / 2} ${step / 2}${glyphs[mark].path}`;
  return svg(step, step, 'glyph', 'aria-hidden="true"', [pathOf(mark, path)]);
}

function pathOf(mark: Mark, path: string): string {
  const { style, drawn } = glyphs[mark];
  return `<path class="${style} ${drawn}" d="${path}"/>`;
}

function svg(
  width: number,
  height: number,
  kind: string,
  attributes: string,
  content: readonly string[],
): string {
  return `<svg class="${kind}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ${attributes}>${content.join('')}</svg>`;
}
