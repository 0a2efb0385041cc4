import type { VerdictWord } from '../../reference/verdict/words/index.ts';
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
const reasonsOf = ({ row, verdict }: CellModel) => {
  if (verdict.word === 'no value') return [verdict.reason.replace(/\.$/, '')];
  return (row.notRun ?? 'No trial has finished yet').split(/; (?![^(]*\))/);
};

/** Verdicts of cells that have no number for want of something. */
const lacking: readonly VerdictWord[] = ['not run', 'no value'];

/** Names of rows or columns up to which an extent lists them. */
const fewNames = 3;

/** What the cells without a number lack: a line per reason, the widest first. */
export function needsOf({ cells }: TableModel): readonly NeedView[] {
  const waiting = cells.filter(({ verdict }) => lacking.includes(verdict.word));
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
  const namesOf = [
    ({ row }: CellModel) => row.metric,
    ({ column }: CellModel) => pairName(column),
    ({ row }: CellModel) => row.row,
  ];
  // Names that all cells share say nothing: the first sort that tells these cells from others does.
  const sorts = namesOf.map((nameOf) => ({
    names: [...new Set(some.map(nameOf))],
    of: new Set(all.map(nameOf)).size,
  }));
  const { names } = (sorts.find((sort) => sort.names.length < sort.of) ??
    sorts.at(-1)) as (typeof sorts)[number];
  return names.length <= fewNames ? `${count}: ${names.join(', ')}` : count;
}
