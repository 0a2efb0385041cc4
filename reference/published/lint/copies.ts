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

/** Equal rows that two columns of one table must have before it is no coincidence. */
const equalRows = 3;

/** Numbers of other tables, by pair and method. */
export type Elsewhere = (cell: PublishedCell) => readonly PublishedCell[];

/**
 * Columns of one table that print the same numbers in at least three rows, though they are of
 * different pairs.
 */
export function copiedColumns(published: Published, elsewhere: Elsewhere): readonly FindingGroup[] {
  return [...published.tables.values()].flatMap((table) =>
    groupOf('copied-column', `${table.id}: ${table.caption}`, columnPairs(table, elsewhere)),
  );
}

function columnPairs(table: PublishedTable, elsewhere: Elsewhere): readonly RecordFinding[] {
  return table.columns.flatMap((first, index) =>
    table.columns.slice(index + 1).flatMap((second) => {
      const both = table.rows.flatMap((row) => {
        const at = (column: string) =>
          table.cells.find(
            (cell) => cell.row === row && cell.column === column && cell.method !== null,
          );
        const [one, other] = [at(first.id), at(second.id)];
        return one === undefined || other === undefined ? [] : [{ one, other }];
      });
      const same = both.filter(({ one, other }) => equal(one.value, other.value));
      const [example] = same;
      if (example === undefined || same.length < equalRows) return [];
      const others = same.flatMap(({ one, other }) =>
        [one, other].flatMap((cell) => contradictions(cell, elsewhere)),
      );
      return [
        {
          severity: 'suspect' as const,
          subject: `${pairOf(example.one)} and ${pairOf(example.other)}`,
          sentence: `Both columns print the same number in ${same.length} of ${both.length} rows: ${same.map(({ one }) => `${one.row} ${printed(one)}`).join(', ')}. ${contradictionWords(others)}`,
          evidence: [...same.flatMap(({ one, other }) => [one, other]), ...others],
          secondary: table.trust === 'secondary',
        },
      ];
    }),
  );
}

function contradictionWords(others: readonly PublishedCell[]): string {
  if (others.length === 0) return 'No other source says which of them is right.';
  const same = Map.groupBy(others, (cell) => `${cell.method} ${pairOf(cell)} ${printed(cell)}`);
  const texts = [...same].map(([number, cells]) => {
    const tables = new Set(cells.map(({ table }) => table));
    return `${number} (${[...tables].join(', ')})`;
  });
  return `Other sources print ${texts.join('; ')}.`;
}

/** Numbers of a pair and method in tables of other papers that are not the printed one. */
function contradictions(cell: PublishedCell, elsewhere: Elsewhere): readonly PublishedCell[] {
  return elsewhere(cell).filter((other) => !equal(other.value, cell.value));
}

/**
 * A number that is also that of another row of its column, where at least two other papers agree on
 * another one, and the row otherwise quotes them: a row that was measured anew differs everywhere.
 */
export function copiedCells(published: Published, elsewhere: Elsewhere): readonly FindingGroup[] {
  return [...published.tables.values()].flatMap((table) => {
    const findings = table.cells.flatMap((cell) => {
      if (cell.method === null) return [];
      const others = elsewhere(cell);
      const papers = new Set(others.map((other) => published.table(other.table).paper.key));
      const values = new Set(others.map(({ value }) => value));
      if (papers.size < 2 || values.size !== 1 || values.has(cell.value)) return [];
      if (!quotes(table, cell, elsewhere)) return [];
      const twin = table.cells.find(
        (each) =>
          each.method !== null &&
          each.method !== cell.method &&
          each.column === cell.column &&
          each.metric === cell.metric &&
          equal(each.value, cell.value) &&
          !contradicted(each, elsewhere),
      );
      return twin === undefined
        ? []
        : [
            {
              severity: 'suspect' as const,
              subject: `${cell.dataset}, ${pairOf(cell)}, ${cell.row}`,
              sentence: `${printed(cell)} is also the number of ${twin.row}; ${valuesWords(others)}.`,
              evidence: [cell, twin, ...others],
              secondary: [cell, ...others].some(({ trust }) => trust === 'secondary'),
            },
          ];
    });
    return groupOf('copied-cell', `${table.id}: ${table.caption}`, findings);
  });
}

/** Whether at least half of the row's numbers that others print too are theirs. */
function quotes(table: PublishedTable, { row }: PublishedCell, elsewhere: Elsewhere): boolean {
  const shared = table.cells.filter((cell) => cell.row === row && elsewhere(cell).length > 0);
  const same = shared.filter((cell) =>
    elsewhere(cell).some(({ value }) => equal(value, cell.value)),
  );
  return same.length >= shared.length / 2;
}

/** Whether every other source prints something else. */
function contradicted(cell: PublishedCell, elsewhere: Elsewhere): boolean {
  const others = elsewhere(cell);
  return others.length > 0 && others.every(({ value }) => !equal(value, cell.value));
}

function valuesWords(cells: readonly PublishedCell[]): string {
  return [...Map.groupBy(cells, printed)]
    .map(
      ([value, from]) => `${value} in ${[...new Set(from.map(({ table }) => table))].join(', ')}`,
    )
    .join('; ');
}

/**
 * A column that contradicts other sources in every row they share, while their numbers for another
 * student are its own.
 */
export function mislabelledColumns(
  published: Published,
  elsewhere: Elsewhere,
): readonly FindingGroup[] {
  return [...published.tables.values()].flatMap((table) => {
    const findings = table.columns.flatMap((column) =>
      mislabelled(table, column.id, published, elsewhere),
    );
    return groupOf('mislabelled-column', `${table.id}: ${table.caption}`, findings);
  });
}

function mislabelled(
  table: PublishedTable,
  column: string,
  published: Published,
  elsewhere: Elsewhere,
): readonly RecordFinding[] {
  const cells = table.cells.filter((cell) => cell.column === column && cell.method !== null);
  const shared = cells.filter((cell) => elsewhere(cell).length > 0);
  if (shared.length < 2 || !shared.every((cell) => contradicted(cell, elsewhere))) return [];
  const matches = shared.map((cell) =>
    published.cells.filter(
      (other) =>
        other.table !== cell.table &&
        other.trust === 'primary' &&
        other.dataset === cell.dataset &&
        other.method === cell.method &&
        other.metric === cell.metric &&
        pairOf(other) !== pairOf(cell) &&
        equal(other.value, cell.value),
    ),
  );
  const common = [...new Set((matches[0] ?? []).map(pairOf))].filter((pair) =>
    matches.every((each) => each.some((other) => pairOf(other) === pair)),
  );
  const [first] = shared as [PublishedCell, ...PublishedCell[]];
  return common.map((pair) => {
    const evidence = matches.flatMap((each) => each.filter((other) => pairOf(other) === pair));
    const tables = [...new Set(evidence.map((cell) => cell.table))].join(', ');
    return {
      severity: 'suspect' as const,
      subject: `${first.dataset}, ${pairOf(first)}`,
      sentence: `Its ${shared.map((cell) => `${cell.method} ${printed(cell)}`).join(' and ')} are the numbers of ${pair} in ${tables}; for ${pairOf(first)} others print ${shared.map((cell) => `${cell.method}: ${valuesWords(elsewhere(cell))}`).join('; ')}.`,
      evidence: [...shared, ...evidence, ...shared.flatMap(elsewhere)],
      secondary: false,
    };
  });
}

/** The statements of other papers about the same cell. */
export function elsewhereOf(published: Published, statements: readonly PublishedCell[]): Elsewhere {
  const index = Map.groupBy(statements, identity);
  const paper = (cell: PublishedCell) => published.table(cell.table).paper.key;
  return (cell) =>
    (index.get(identity(cell)) ?? []).filter(
      (other) => other.table !== cell.table && paper(other) !== paper(cell),
    );
}
