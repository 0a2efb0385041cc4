import type { FieldPath } from '../common/checked-yaml.ts';
import { lookUp } from '../common/look-up.ts';
import { suggestion } from '../common/nearest.ts';
import type { Published } from '../reference/published/loader.ts';
import type { PublishedTable } from '../reference/published/types.ts';
import type { Suite } from './load.ts';
import { publishedName } from './network-names.ts';
import type { PlannedCell } from './plan-types.ts';
import type { SuiteFile } from './suite-types.ts';

interface Place {
  readonly published: Published;
  /** At paper scale: what the published number must be of. */
  readonly protocol: { readonly dataset: string; readonly datasetPath: FieldPath } | null;
}

/**
 * The published key of a cell, or why it has none: the row says so, the suite has no table, or the table prints no number
 * there.
 *
 * @throws UsageError for a table, row or column that does not exist, and at paper scale for a published number of another
 *   data set or pair.
 */
export function publishedKey(
  suite: Suite,
  rowIndex: number,
  column: {
    readonly id: string;
    readonly teacher: string | null;
    readonly student: string;
    readonly path: FieldPath;
  },
  metric: string,
  { published, protocol }: Place,
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
    return none(`The table ${tableId} prints no ${metric} of ${rowKey} for ${column.id}.`);
  }
  if (protocol !== null) {
    checkProtocol(suite, table, column, publishedColumn, protocol);
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

function checkProtocol(
  suite: Suite,
  table: PublishedTable,
  column: Parameters<typeof publishedKey>[2],
  printed: PublishedTable['columns'][number],
  protocol: NonNullable<Place['protocol']>,
): void {
  if (table.dataset !== protocol.dataset) {
    throw suite.error(
      'SUITE_PROTOCOL',
      protocol.datasetPath,
      `the table "${table.id}" is about ${table.dataset}, not ${protocol.dataset}.`,
    );
  }
  for (const part of ['teacher', 'student'] as const) {
    const own = column[part];
    if (printed[part] !== (own === null ? null : publishedName(own))) {
      throw suite.error(
        'SUITE_PROTOCOL',
        column.path,
        `the ${part} is ${column[part]}, but the published column "${column.id}" of "${table.id}" has ${printed[part]}.`,
        'Other networks belong to a proxy scale (`columns` of the scale).',
      );
    }
  }
}
