export interface Column {
  readonly title: string;
  /** Numbers read best to the right. */
  readonly align?: 'left' | 'right';
}

/** Columns of numbers. */
export const numberColumns = (...titles: readonly string[]): readonly Column[] =>
  titles.map((title) => ({ title, align: 'right' }));

/** A table of text with aligned columns, two spaces between them and none at the end of a line. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(width(title), ...rows.map((row) => width(row[index] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? '';
        const space = ' '.repeat((widths[index] as number) - width(cell));
        return align === 'right' ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)];
}

/** Code points: the signs that tables use are one column wide. */
function width(text: string): number {
  return [...text].length;
}
