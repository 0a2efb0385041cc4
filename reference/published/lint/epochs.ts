import type { Published } from '../loader.ts';
import type { PublishedCell, PublishedTable } from '../types.ts';
import {
  equal,
  type FindingGroup,
  groupOf,
  identity,
  pairOf,
  printed,
  type RecordFinding,
} from './types.ts';

/** A row that is quoted has this share of its numbers in the source, and at least two of them. */
const quotedShare = 0.5;

interface Origin {
  readonly row: string;
  readonly selection: 'best' | 'last';
  readonly from: PublishedTable;
  readonly cells: readonly PublishedCell[];
  readonly matched: readonly PublishedCell[];
  readonly of: number;
}

/**
 * Tables in which some rows can be traced to a source of last-epoch numbers and others to one of best-epoch numbers. A row is
 * traced by its digits: of several sources that print them, the oldest is the origin.
 */
export function mixedEpochs(published: Published): readonly FindingGroup[] {
  return [...published.tables.values()].flatMap((table) => {
    const origins = table.rows.flatMap((row) => originOf(table, row, published) ?? []);
    const last = origins.filter(({ selection }) => selection === 'last');
    const best = origins.filter(({ selection }) => selection === 'best');
    if (last.length === 0 || best.length === 0) return [];
    const words = (list: readonly Origin[]) =>
      list.map(({ row, from, matched, of }) =>
        from.id === table.id ? row : `${row} (${matched.length} of ${of} numbers as in ${from.id})`,
      );
    const finding: RecordFinding = {
      severity: 'caution',
      subject: table.caption,
      sentence: `Last epoch: ${words(last).join(', ')}. Best epoch: ${words(best).join(', ')}. A best test epoch is higher than the last one by construction.`,
      evidence: [...last, ...best].flatMap(({ cells, matched, from }) =>
        from.id === table.id ? cells : [...cells, ...matched],
      ),
      secondary: table.trust === 'secondary',
    };
    return groupOf('mixed-epochs', table.id, [finding]);
  });
}

function originOf(table: PublishedTable, row: string, published: Published): Origin | null {
  const cells = table.cells.filter(
    (cell) => cell.row === row && cell.method !== null && cell.part === null,
  );
  if (cells.length === 0) return null;
  const sources = [...published.tables.values()]
    .filter(
      (other) =>
        (other.selection === 'best' || other.selection === 'last') &&
        other.id !== table.id &&
        other.paper.key !== table.paper.key &&
        other.paper.year <= table.paper.year,
    )
    .sort((one, other) => one.paper.year - other.paper.year);
  for (const from of sources) {
    const index = new Map(from.cells.map((cell) => [identity(cell), cell]));
    const matched = cells.flatMap((cell) => {
      const other = index.get(identity(cell));
      return other !== undefined && equal(other.value, cell.value) ? [other] : [];
    });
    if (matched.length >= 2 && matched.length >= quotedShare * cells.length) {
      const selection = from.selection as 'best' | 'last';
      const equalOnes = cells.filter((cell) =>
        matched.some((other) => identity(other) === identity(cell)),
      );
      return { row, selection, from, cells: equalOnes, matched, of: cells.length };
    }
  }
  // Not quoted: the table's own rule holds for its own numbers.
  if (table.selection !== 'best' && table.selection !== 'last') return null;
  return { row, selection: table.selection, from: table, cells, matched: cells, of: cells.length };
}

/** What the logs of a system's authors say beside what their tables say, for every cell that has both. */
export interface LogComparison {
  /** Published, best and last of one cell. */
  readonly cell: PublishedCell;
  readonly best: PublishedCell;
  readonly last: PublishedCell;
}

export function logComparisons(
  published: Published,
  statements: readonly PublishedCell[],
): readonly LogComparison[] {
  const key = (cell: PublishedCell) =>
    `${published.table(cell.table).paper.key}\n${identity(cell)}`;
  const stated = new Map(statements.toReversed().map((cell) => [key(cell), cell]));
  const logged = Map.groupBy(
    published.cells.filter(({ table }) => published.table(table).source.kind === 'log'),
    key,
  );
  return [...logged].flatMap(([id, cells]) => {
    const cell = stated.get(id);
    // A trainer that wrote no closing line has the best of its curve.
    const best =
      cells.find(({ part }) => part === 'best') ??
      cells.find(({ part }) => part === 'max_of_curve');
    const last = cells.find(({ part }) => part === 'last');
    return cell && best && last ? [{ cell, best, last }] : [];
  });
}

/** Published numbers that lie outside the two that their authors' log gives. */
export function publishedBesideLogs(
  published: Published,
  statements: readonly PublishedCell[],
): readonly FindingGroup[] {
  const all = logComparisons(published, statements);
  const byPaper = Map.groupBy(all, ({ cell }) => published.table(cell.table).paper.key);
  return [...byPaper].flatMap(([paper, list]) => {
    const mean = (of: (each: LogComparison) => number) =>
      (list.reduce((sum, each) => sum + of(each), 0) / list.length).toFixed(2).replace('-', '−');
    const outside = list
      .map((each) => ({ each, apart: distance(each) }))
      .filter(({ apart }) => Math.abs(apart) > 1e-9)
      .sort((one, other) => Math.abs(other.apart) - Math.abs(one.apart));
    const title =
      `${paper}: ${list.length} cells with a posted log, each of one run. Published minus best: mean ${mean(({ cell, best }) => cell.value - best.value)}; ` +
      `published minus last: mean ${mean(({ cell, last }) => cell.value - last.value)}; best minus last: mean ${mean(({ best, last }) => best.value - last.value)}. ` +
      `Outside of last to best in ${outside.length}`;
    return groupOf(
      'published-or-log',
      title,
      outside.map(({ each: { cell, best, last }, apart }) => ({
        severity: 'differs' as const,
        subject: `${cell.dataset}, ${pairOf(cell)}, ${cell.method}, ${cell.metric}`,
        sentence: `Published ${printed(cell)}; the log has best ${printed(best)}, last ${printed(last)}: ${Math.abs(apart).toFixed(2)} ${apart > 0 ? 'above its best' : 'below its last'} epoch.`,
        evidence: [cell, best, last],
        secondary: cell.trust === 'secondary',
      })),
    );
  });
}

/** How far the published number is above the best or (negative) below the last epoch of the log; 0 within. */
function distance({ cell, best, last }: LogComparison): number {
  if (cell.value > best.value) return cell.value - best.value;
  return cell.value < last.value ? cell.value - last.value : 0;
}
