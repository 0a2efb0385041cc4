import type { AcceptanceRow } from '../../results/history-queries.ts';

/**
 * When a cell was last accepted; the empty text, which is before every time, where it never was.
 */
export function acceptedUntil(
  accepted: readonly AcceptanceRow[],
  cell: { readonly suite: string; readonly scale: string; readonly cell: string },
): string {
  return accepted
    .filter((row) => row.suite === cell.suite && row.scale === cell.scale && row.cell === cell.cell)
    .reduce((latest, { time }) => (time > latest ? time : latest), '');
}
