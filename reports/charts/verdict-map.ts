import {
  type VerdictWord,
  verdictKinds,
  verdictWords,
} from '../../reference/verdict/words/index.ts';
import { escapeMarkup } from '../markup.ts';

/** What a mark says: a verdict, or that there is something that keeps the cell from being run. */
export type Mark = VerdictWord | 'not runnable';

/** A cell that cannot be run: its row, network or data is missing. */
const notRunnable = { waits: true, drawn: 'filled', path: 'm-1.2 0a1.2 1.2 0 1 0 2.4 0a1.2 1.2 0 1 0-2.4 0' } as const; // biome-ignore format: a shape

const waits = (word: VerdictWord) => verdictKinds[word].mark.waits === true;

/** In the order of the legend: what waits comes last. */
export const marks: readonly Mark[] = [
  ...verdictWords.filter((word) => !waits(word)),
  ...verdictWords.filter(waits),
  'not runnable',
];

/** The shape of a mark, and the class that picks its colour in site.css. */
function glyphOf(mark: Mark) {
  if (mark === 'not runnable') return { ...notRunnable, style: 'waiting' };
  const { mark: shape, tone } = verdictKinds[mark];
  return { ...shape, style: shape.waits ? 'waiting' : tone };
}

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
    const { path } = glyphOf(mark);
    return [pathOf(mark, own.map(({ place }) => `${place}${path}`).join(''))];
  });
  return svg(columns * step, rows.length * step, 'map', `role="img" aria-label="${escapeMarkup(description)}"`, drawn); // biome-ignore format: one call
}

/** One mark alone, for the legend: the word stands beside it. */
export function markGlyph(mark: Mark): string {
  const path = `M${step / 2} ${step / 2}${glyphOf(mark).path}`;
  return svg(step, step, 'glyph', 'aria-hidden="true"', [pathOf(mark, path)]);
}

function pathOf(mark: Mark, path: string): string {
  const { style, drawn } = glyphOf(mark);
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
