import type { Published } from '../loader.ts';
import type { PublishedCell, PublishedTable } from '../types.ts';
import { type Origins, originsOf, type RowOrigin } from './origins.ts';
import {
  equal,
  type FindingGroup,
  groupOf,
  identity,
  pairOf,
  printed,
  type RecordFinding,
} from './types.ts';

/**
 * Tables in which some rows are last-epoch numbers and others best-epoch ones: by the record, or
 * traced by their digits to a source of such numbers.
 */
export function mixedEpochs(published: Published): readonly FindingGroup[] {
  const origins = originsOf(published);
  return [...published.tables.values()].flatMap((table) => {
    const rows = table.rows.flatMap((row) => knownRow(table, row, origins) ?? []);
    const last = rows.filter(({ selection }) => selection === 'last');
    const best = rows.filter(({ selection }) => selection === 'best');
    if (last.length === 0 || best.length === 0) return [];
    const words = (list: readonly KnownRow[]) =>
      list.map(({ row, origin }) => (origin === null ? row : `${row} (${quotation(origin)})`));
    const finding: RecordFinding = {
      severity: 'caution',
      subject: table.caption,
      sentence: `Last epoch: ${words(last).join(', ')}. Best epoch: ${words(best).join(', ')}. A best test epoch is higher than the last one by construction.`,
      evidence: [...last, ...best].flatMap(({ cells, origin }) =>
        origin === null ? cells : origin.quoted.flatMap(({ cell, source }) => [cell, source]),
      ),
      secondary: table.trust === 'secondary',
    };
    return groupOf('mixed-epochs', table.id, [finding]);
  });
}

interface KnownRow {
  readonly row: string;
  readonly selection: 'best' | 'last';
  readonly cells: readonly PublishedCell[];
  readonly origin: RowOrigin | null;
}

/** A row whose epoch is known: quoted from a source that states it, or its own by the record. */
function knownRow(table: PublishedTable, row: string, origins: Origins): KnownRow | null {
  const cells = table.cells.filter(
    (cell) => cell.row === row && cell.method !== null && cell.part === null,
  );
  if (cells.length === 0) return null;
  const origin = origins(table, row);
  if (origin !== null) return { row, selection: origin.selection, cells, origin };
  const own = new Set(cells.map(({ selection }) => selection));
  const [selection] = own;
  if (own.size !== 1 || (selection !== 'best' && selection !== 'last')) return null;
  return { row, selection, cells, origin: null };
}

/**
 * Numbers that the record says are of one epoch, or of an unknown one, while their digits are those
 * of a source of another. A verdict that compares best with last is wrong, so these are faults of
 * the record, not of a publication.
 */
export function recordedEpochs(published: Published): readonly FindingGroup[] {
  const origins = originsOf(published);
  return [...published.tables.values()].flatMap((table) =>
    groupOf(
      'recorded-epoch',
      table.id,
      table.rows.flatMap((row): readonly RecordFinding[] => {
        const origin = origins(table, row);
        const wrong =
          origin?.quoted.filter(({ cell }) => cell.selection !== origin.selection) ?? [];
        if (origin === null || wrong.length === 0) return [];
        const recorded = [...new Set(wrong.map(({ cell }) => cell.selection))].join(', ');
        return [
          {
            severity: 'error',
            subject: `${table.caption}, ${row}`,
            sentence: `The record says ${recorded}, but ${quotation(origin)}, which are of the ${origin.selection} epoch: say so under tables.${table.id}.parts of reference/published/selection.yaml (columns ${wrong.map(({ cell }) => cell.column).join(', ')}).`,
            evidence: wrong.flatMap(({ cell, source }) => [cell, source]),
            secondary: false,
          },
        ];
      }),
    ),
  );
}

const quotation = ({ quoted, of }: RowOrigin) =>
  `${quoted.length} of ${of} numbers as in ${[...new Set(quoted.map(({ source }) => source.table))].join(', ')}`;

/**
 * What the logs of a system's authors say beside what their tables say, for every cell that has
 * both.
 */
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

/** So many equal cells of a method, and such a share of its posted logs, are no coincidence. */
const coincidence = { cells: 3, share: 0.25 };

/**
 * Numbers that a publication calls an average over several runs, and that are digit for digit the
 * best epoch of the one run whose log its authors posted. One such cell may be chance, where runs
 * scatter by a few tenths of a point and two digits are printed; several of one method are not.
 */
export function averagesOfOneRun(
  published: Published,
  statements: readonly PublishedCell[],
): readonly FindingGroup[] {
  const paperOf = ({ table }: PublishedCell) => published.table(table).paper.key;
  const averages = Map.groupBy(
    statements.filter(({ runsAveraged }) => (runsAveraged ?? 1) > 1),
    (cell) => `${paperOf(cell)}\n${identity(cell)}`,
  );
  const compared = logComparisons(published, statements).flatMap(({ cell, best, last }) => {
    const average = averages.get(`${paperOf(cell)}\n${identity(cell)}`)?.[0];
    return average === undefined ? [] : [{ average, best, last }];
  });
  const byMethod = Map.groupBy(compared, ({ average }) =>
    [paperOf(average), average.method, average.metric].join('\n'),
  );
  return [...byMethod.values()].flatMap((list) => {
    const equalOnes = list.filter(({ average, best }) => equal(average.value, best.value));
    const [example] = equalOnes;
    if (example === undefined) return [];
    const { method, metric } = example.average;
    const many =
      equalOnes.length >= coincidence.cells && equalOnes.length >= coincidence.share * list.length;
    return groupOf(
      'one-run-average',
      `${paperOf(example.average)}: ${method}, ${metric}: ${equalOnes.length} of ${list.length} averages with a posted log are the best epoch of its one run`,
      equalOnes.map(({ average, best, last }) => ({
        severity: many ? ('suspect' as const) : ('caution' as const),
        subject: `${average.dataset}, ${pairOf(average)}, ${average.method}, ${average.metric}`,
        sentence: `${printed(average)} is printed as an average over ${average.runsAveraged} runs; the best epoch of the one posted run is ${printed(best)} (its last ${printed(last)}).`,
        evidence: [average, best, last],
        secondary: average.trust === 'secondary',
      })),
    );
  });
}

/**
 * How far the published number is above the best or (negative) below the last epoch of the log; 0
 * within.
 */
function distance({ cell, best, last }: LogComparison): number {
  if (cell.value > best.value) return cell.value - best.value;
  return cell.value < last.value ? cell.value - last.value : 0;
}
