import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CheckedYaml, checkYaml, compileSchema } from '../../common/checked-yaml.ts';
import { UsageError } from '../../common/errors.ts';
import { suggestion } from '../../common/nearest.ts';
import { checkParts, epochsOf, validateSelection } from './selection.ts';
import { type RawTable, tableFromRaw } from './table.ts';
import type { PublishedCell, PublishedTable } from './types.ts';

/** Everything that was published, as read from a folder. */
export interface Published {
  readonly tables: ReadonlyMap<string, PublishedTable>;
  /** Every number of every table, in the order of the index. */
  readonly cells: readonly PublishedCell[];
  /** @throws UsageError `PUBLISHED_UNKNOWN_TABLE` with the nearest known id. */
  table(id: string): PublishedTable;
  /**
   * The number at (table, row, column), of the table's own metric unless another is named (`APs`).
   * Null where the table has the row and column but no such number there.
   *
   * @throws UsageError `PUBLISHED_UNKNOWN_TABLE`, `PUBLISHED_UNKNOWN_ROW` or
   *   `PUBLISHED_UNKNOWN_COLUMN`.
   */
  cell(table: string, row: string, column: string, metric?: string): PublishedCell | null;
}

interface Index {
  readonly tables: readonly {
    readonly id: string;
    readonly file: string;
    readonly cells: number;
  }[];
  readonly total_cells: number;
}
const validateIndex = compileSchema<Index>({
  type: 'object',
  required: ['tables', 'total_cells'],
  properties: {
    total_cells: { type: 'integer' },
    tables: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'file', 'cells'],
        properties: {
          id: { type: 'string' },
          file: { type: 'string' },
          cells: { type: 'integer' },
        },
      },
    },
  },
});
const validateTable = compileSchema<RawTable>(
  JSON.parse(readFileSync(join(import.meta.dirname, 'table.schema.json'), 'utf8')) as object,
);

const cache = new Map<string, Published>();

/**
 * Reads and checks a folder of published tables (default: the one of this project). Cached per
 * folder.
 *
 * @throws UsageError naming file, line and field of what is wrong.
 */
export function loadPublished(folder: string = import.meta.dirname): Published {
  const known = cache.get(folder);
  if (known !== undefined) return known;
  const published = readPublished(folder);
  cache.set(folder, published);
  return published;
}

/**
 * Adds published tables of the user's own to those of Redistill, for the rest of the process. A
 * file `selection.yaml` beside a table says which epoch its numbers are from; without one it is
 * unknown.
 *
 * @param files absolute
 * @throws UsageError naming file, line and field of what is wrong; `PUBLISHED_DUPLICATE` naming
 *   both files for an id that is taken
 */
export function addPublished(files: readonly string[]): void {
  const tables = new Map(loadPublished().tables);
  for (const file of files) {
    const raw = read(file, validateTable);
    const { id } = raw.value;
    if (tables.has(id)) {
      const other = ownFiles.get(id) ?? join(import.meta.dirname, 'tables');
      throw raw.error('PUBLISHED_DUPLICATE', ['id'], `${other} has a table "${id}" already.`);
    }
    const beside = join(dirname(file), 'selection.yaml');
    const selection = existsSync(beside) ? read(beside, validateSelection) : null;
    const table = tableFromRaw(raw, selection === null ? unsaid : epochsOf(selection.value, id));
    if (selection !== null) checkParts(selection, id, table);
    tables.set(id, table);
    ownFiles.set(id, file);
  }
  cache.set(import.meta.dirname, view(tables));
}

/** The user's file that a table is from, by the table's id. */
const ownFiles = new Map<string, string>();

const unsaid = { selection: 'unknown', basis: 'no selection.yaml lies beside the table' } as const;

function readPublished(folder: string): Published {
  const index = read(join(folder, 'index.yaml'), validateIndex);
  const selection = read(join(folder, 'selection.yaml'), validateSelection);
  const tables = new Map<string, PublishedTable>();
  index.value.tables.forEach((entry, position) => {
    const raw = read(join(folder, entry.file), validateTable);
    if (raw.value.id !== entry.id) {
      throw raw.error(
        'PUBLISHED_ID',
        ['id'],
        `is "${raw.value.id}", but the index calls it "${entry.id}".`,
      );
    }
    if (tables.has(entry.id)) {
      throw index.error(
        'PUBLISHED_DUPLICATE',
        ['tables', position],
        `"${entry.id}" is listed twice.`,
      );
    }
    const table = tableFromRaw(raw, epochsOf(selection.value, entry.id));
    checkParts(selection, entry.id, table);
    const numbers = table.cells.filter((cell) => cell.method !== null).length;
    if (numbers !== entry.cells) {
      throw index.error(
        'PUBLISHED_COUNT',
        ['tables', position, 'cells'],
        `says ${entry.cells}, but ${entry.file} holds ${numbers} numbers.`,
        'A number was lost or added: compare with the source, then correct the index.',
      );
    }
    tables.set(entry.id, table);
  });
  for (const id of Object.keys(selection.value.tables)) {
    if (!tables.has(id)) {
      throw selection.error(
        'PUBLISHED_UNKNOWN_TABLE',
        ['tables', id],
        `no table "${id}". ${suggestion(id, [...tables.keys()])}`,
      );
    }
  }
  return view(tables);
}

function read<T>(file: string, validate: Parameters<typeof checkYaml<T>>[2]): CheckedYaml<T> {
  if (!existsSync(file)) {
    throw new UsageError('PUBLISHED_MISSING', `The published tables lack the file ${file}.`);
  }
  return checkYaml(file, readFileSync(file, 'utf8'), validate, 'PUBLISHED');
}

function view(tables: ReadonlyMap<string, PublishedTable>): Published {
  const table = (id: string): PublishedTable => {
    const found = tables.get(id);
    if (found === undefined) {
      throw new UsageError(
        'PUBLISHED_UNKNOWN_TABLE',
        `No published table is called "${id}". ${suggestion(id, [...tables.keys()])}`,
      );
    }
    return found;
  };
  return {
    tables,
    cells: [...tables.values()].flatMap(({ cells }) => cells),
    table,
    cell: (id, row, column, metric) => findCell(table(id), row, column, metric),
  };
}

function findCell(
  table: PublishedTable,
  row: string,
  column: string,
  metric: string = table.metric.name,
): PublishedCell | null {
  if (!table.rows.includes(row)) {
    throw new UsageError(
      'PUBLISHED_UNKNOWN_ROW',
      `The published table "${table.id}" has no row "${row}". ${suggestion(row, table.rows)}`,
    );
  }
  const columns = table.columns.map(({ id }) => id);
  if (!columns.includes(column)) {
    throw new UsageError(
      'PUBLISHED_UNKNOWN_COLUMN',
      `The published table "${table.id}" has no column "${column}". ${suggestion(column, columns)}`,
    );
  }
  return (
    table.cells.find(
      (cell) => cell.row === row && cell.column === column && cell.metric === metric,
    ) ?? null
  );
}
