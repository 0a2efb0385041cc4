import { lookUp } from '../common/look-up.ts';
import { suggestion } from '../common/nearest.ts';
import type { PlannedCell } from '../contract/plan-types.ts';
import type { Published } from '../reference/published/loader.ts';
import type { PublishedTable } from '../reference/published/types.ts';
import type { Suite } from './suite.ts';
import type { SuiteFile } from './suite-types.ts';

/**
 * The published key of a cell, or why it has none: the row says so, the suite has no table, or the
 * table prints no number there.
 *
 * @throws UsageError for a table, row or column that does not exist.
 */
export function publishedKey(
  suite: Suite,
  rowIndex: number,
  column: { readonly id: string },
  metric: string,
  published: Published,
): Pick<PlannedCell, 'published' | 'noReference'> {
  const { definition } = suite;
  const row = definition.rows[rowIndex] as (typeof definition.rows)[number];
  if (row.noReference !== undefined) return { published: null, noReference: row.noReference };
  const tableId = row.published?.table ?? tableOf(definition, metric);
  if (tableId === undefined)
    return { published: null, noReference: definition.noReference ?? null };
  const table = findTable(suite, rowIndex, tableId, published);
  const rowKey = findRow(suite, rowIndex, table);
  const publishedColumn = table.columns.find(({ id }) => id === column.id);
  const none = (reason: string) => ({ published: null, noReference: reason });
  if (publishedColumn === undefined) {
    if (tableId === tableOf(definition, metric)) {
      throw suite.error(
        'SUITE_UNKNOWN_COLUMN',
        ['columns', definition.columns.findIndex(({ id }) => id === column.id), 'id'],
        `the published table "${tableId}" has no column "${column.id}". ${suggestion(
          column.id,
          table.columns.map(({ id }) => id),
        )}`,
      );
    }
    return none(`The table ${tableId} has no column ${column.id}.`);
  }
  if (published.cell(tableId, rowKey, column.id, metric) === null) {
    // No name of row or column: cells of one reason are told of in one line.
    return none(`The table ${tableId} prints no ${metric} in this row and column.`);
  }
  return { published: { table: tableId, row: rowKey, column: column.id }, noReference: null };
}

/** The published table of a metric of a suite; undefined where the suite has none. */
export function tableOf({ table }: SuiteFile, metric: string): string | undefined {
  return typeof table === 'object' ? lookUp(table, metric) : table;
}

function findTable(
  suite: Suite,
  rowIndex: number,
  id: string,
  published: Published,
): PublishedTable {
  const table = published.tables.get(id);
  if (table !== undefined) return table;
  const own = suite.definition.rows[rowIndex]?.published?.table !== undefined;
  throw suite.error(
    'SUITE_UNKNOWN_TABLE',
    own ? ['rows', rowIndex, 'published', 'table'] : ['table'],
    `no published table is called "${id}". ${suggestion(id, [...published.tables.keys()])}`,
  );
}

function findRow(suite: Suite, rowIndex: number, table: PublishedTable): string {
  const row = suite.definition.rows[rowIndex] as { name: string; published?: { row?: string } };
  const key = row.published?.row ?? row.name;
  if (table.rows.includes(key)) return key;
  throw suite.error(
    'SUITE_UNKNOWN_ROW',
    row.published?.row === undefined
      ? ['rows', rowIndex, 'name']
      : ['rows', rowIndex, 'published', 'row'],
    `the published table "${table.id}" has no row "${key}". ${suggestion(key, table.rows)}`,
    'Name it with `published: {row: ...}`, or say why there is none with `noReference: ...`.',
  );
}
