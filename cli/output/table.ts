import { linesWithin, partsOf, textWidth } from './wrap.ts';

export interface Column {
  readonly title: string;
  /** Numbers read best to the right. */
  readonly align?: 'left' | 'right';
}

/** Columns of numbers. */
export const numberColumns = (...titles: readonly string[]): readonly Column[] =>
  titles.map((title) => ({ title, align: 'right' }));

/** Tables are indented by two columns at most. */
const tableWidth = textWidth - 2;

/**
 * A table of text with aligned columns, two spaces between them and none at the end of a line.
 * Where it is wider than a terminal, titles and texts of its widest columns go on below, after a
 * word or a part of a path; a number is never broken.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string[] {
  const texts = columns.map((_, index) => rows.map((row) => row[index] ?? ''));
  const widths = fittingWidths(columns, texts);
  const lines = (cells: readonly string[]) => {
    const parts = columns.map((_, index) =>
      linesWithin(cells[index] ?? '', widths[index] as number),
    );
    const height = Math.max(...parts.map((part) => part.length));
    return Array.from({ length: height }, (_, line) =>
      columns
        .map(({ align }, index) => {
          const cell = parts[index]?.[line] ?? '';
          const space = ' '.repeat((widths[index] as number) - width(cell));
          return align === 'right' ? space + cell : cell + space;
        })
        .join('  ')
        .trimEnd(),
    );
  };
  return [columns.map(({ title }) => title), ...rows].flatMap(lines);
}

/** The widths of the columns, with the widest ones narrowed until the table fits, if it can. */
function fittingWidths(
  columns: readonly Column[],
  texts: readonly (readonly string[])[],
): readonly number[] {
  const whole = columns.map(({ title }, index) => widest([title, ...(texts[index] ?? [])]));
  // Numbers stay whole; titles and texts go on below between words.
  const least = columns.map(({ title, align }, index) => {
    const cells = texts[index] ?? [];
    return Math.max(widestWord([title]), align === 'right' ? widest(cells) : widestWord(cells));
  });
  const widths = [...whole];
  let surplus = widths.reduce((sum, one) => sum + one + 2, -2) - tableWidth;
  while (surplus > 0) {
    const [index] = widths
      .map((_, place) => place)
      .filter((place) => (widths[place] as number) > (least[place] as number))
      .sort((one, other) => (widths[other] as number) - (widths[one] as number));
    if (index === undefined) break;
    widths[index] = (widths[index] as number) - 1;
    surplus -= 1;
  }
  return widths;
}

const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(width));
const widestWord = (texts: readonly string[]) =>
  widest(texts.flatMap(partsOf).map((part) => part.trimEnd()));

/** Code points: the signs that tables use are one column wide. */
function width(text: string): number {
  return [...text].length;
}
