import { plural } from '../format.ts';
import type { CellModel, TableModel } from '../model/table-model.ts';
import { pairName } from './words.ts';

/** A reason why cells have no number, said once for all of them. */
export interface NeedView {
  readonly reason: string;
  /** Which cells. */
  readonly extent: string;
}

/** A cell's reasons stand in one text, with semicolons between them and commands in brackets. */
const reasonsOf = (cell: CellModel) =>
  (cell.row.notRun ?? 'No trial has finished yet').split(/; (?![^(]*\))/);

/** Names of rows or columns up to which an extent lists them. */
const fewNames = 3;

/** What the cells without a trial wait for: a line per reason, the widest first. */
export function needsOf({ cells }: TableModel): readonly NeedView[] {
  const waiting = cells.filter(({ verdict }) => verdict.word === 'not run');
  const byReason = Map.groupBy(
    waiting.flatMap((cell) => reasonsOf(cell).map((reason) => ({ reason, cell }))),
    ({ reason }) => reason,
  );
  return [...byReason]
    .map(([reason, list]) => ({
      reason,
      count: list.length,
      extent: extentOf(
        list.map(({ cell }) => cell),
        cells,
      ),
    }))
    .sort((one, other) => other.count - one.count)
    .map(({ reason, extent }) => ({ reason, extent }));
}

function extentOf(some: readonly CellModel[], all: readonly CellModel[]): string {
  if (some.length === all.length) return `all ${plural(all.length, 'cell')}`;
  const count = plural(some.length, 'cell');
  const rowsOf = (cells: readonly CellModel[]) => [...new Set(cells.map(({ row }) => row.row))];
  const pairsOf = (cells: readonly CellModel[]) => [
    ...new Set(cells.map(({ column }) => pairName(column))),
  ];
  const [rows, pairs] = [rowsOf(some), pairsOf(some)];
  // Rows say more where all pairs have the reason, which is so wherever there is one pair alone.
  const names = pairs.length === pairsOf(all).length ? rows : pairs;
  return names.length <= fewNames ? `${count}: ${names.join(', ')}` : count;
}
