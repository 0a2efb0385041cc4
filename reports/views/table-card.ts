import { type Mark, verdictMap } from '../charts/verdict-map.ts';
import { listed, plural } from '../format.ts';
import { isRunnable } from '../model/answer.ts';
import type { CellModel, TableModel } from '../model/table-model.ts';
import type { SiteData, SiteTable } from '../pages/types.ts';
import { comparisonParts, type Part, present } from './answer-view.ts';
import { conditionsOf } from './conditions.ts';
import { tally } from './words.ts';

/** When something of a table was last measured, ISO 8601; empty where nothing was. */
export function lastMeasured({ trials }: TableModel): string {
  return trials.reduce((last, { run }) => {
    const time = run?.updatedAt ?? '';
    return time > last ? time : last;
  }, '');
}

/**
 * One's own suites before those that come with Redistill, what was measured last before the rest.
 */
export function byRelevance(
  tables: readonly SiteTable[],
  shipped: ReadonlySet<string>,
): readonly SiteTable[] {
  const rank = ({ table }: SiteTable) => (shipped.has(table.plan.suite) ? 1 : 0);
  return tables.toSorted((one, other) => {
    const [first, second] = [lastMeasured(one.table), lastMeasured(other.table)];
    return rank(one) - rank(other) || (first === second ? 0 : first < second ? 1 : -1);
  });
}

export function markOf(cell: CellModel): Mark {
  return cell.verdict.word === 'not run' && !isRunnable(cell) ? 'not runnable' : cell.verdict.word;
}

/** Columns of marks that have room beside the text. */
const mostBeside = 8;

/** A table on the first page: how far it is, what came of it, and its conditions folded. */
export function tableCard(
  { table, href }: SiteTable,
  { environments }: SiteData,
  own: boolean,
): object {
  const { suite, scale, title } = table.plan;
  const { cells } = table;
  const words = cells.map(({ verdict }) => verdict.word);
  const counts = [
    `${cells.filter(isRunnable).length} runnable here`,
    `${cells.filter(({ last }) => last !== null).length} measured`,
    ...(scale === 'paper'
      ? [`${words.filter((word) => word === 'reproduced').length} reproduced`]
      : []),
  ];
  const parts = tally(words);
  const rows = mapRows(table);
  const said = parts.map(({ word, count }) => `${count} ${word}`);
  return {
    href,
    suite,
    scale,
    title,
    own,
    time: lastMeasured(table).slice(0, 10),
    notComparable: table.notComparable,
    cells: `${plural(cells.length, 'cell')}: ${listed(counts)}`,
    wide: (rows[0]?.length ?? 0) > mostBeside,
    map: verdictMap(rows, `A mark per cell of ${title}: ${said.join(', ')}`),
    tally: parts,
    comparisons: comparisonsOf(table),
    conditions: conditionsOf(table, environments),
  };
}

/** What a table that is not comparable says all the same: its methods against each other. */
function comparisonsOf(table: TableModel): readonly Part[] {
  if (table.plan.scale === 'smoke') return [];
  return present(comparisonParts([table]).map((part) => ({ ...part, style: 'neutral' })));
}

/** The cells as the table has them; the metrics of a pair stand beside each other. */
function mapRows({ sections }: TableModel): readonly (readonly (Mark | null)[])[] {
  const [first] = sections;
  return (first?.rows ?? []).map((_, row) =>
    (first?.columns ?? []).flatMap((_column, column) =>
      sections.map((section) => {
        const cell = section.rows[row]?.cells[column] ?? null;
        return cell === null ? null : markOf(cell);
      }),
    ),
  );
}
