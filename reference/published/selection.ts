import { type CheckedYaml, compileSchema } from '../../common/checked-yaml.ts';
import { suggestion } from '../../common/nearest.ts';
import type { PublishedTable, Selection } from './types.ts';

/** Which epoch a number is from, and how that is known. */
export interface EpochRule {
  readonly selection: Selection;
  readonly basis: string;
}

/**
 * Rows, or some columns of them, whose numbers are of another epoch than the rest of their table.
 */
export interface EpochPart extends EpochRule {
  /** Row keys. `Teacher` and `Student` are rows too. */
  readonly rows: readonly string[];
  /** Default: every column. */
  readonly columns?: readonly string[];
}

/** The rule of a table with its exceptions. */
export interface TableEpochs extends EpochRule {
  readonly parts?: readonly EpochPart[];
}

/** As the file has it: a table that says nothing of itself has the default rule. */
type WrittenEpochs = Partial<EpochRule> & Pick<TableEpochs, 'parts'>;

/** `selection.yaml`. */
export interface SelectionFile {
  readonly default: EpochRule;
  readonly tables: Readonly<Record<string, WrittenEpochs>>;
}

const rule = {
  selection: { enum: ['best', 'last', 'mean-last-k', 'unknown'] },
  basis: { type: 'string', minLength: 1 },
};
const names = { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string' } };
const part = {
  type: 'object',
  additionalProperties: false,
  required: ['rows', 'selection', 'basis'],
  properties: { ...rule, rows: names, columns: names },
};
const tableRule = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  dependencies: { selection: ['basis'], basis: ['selection'] },
  properties: { ...rule, parts: { type: 'array', minItems: 1, items: part } },
};

export const validateSelection = compileSchema<SelectionFile>({
  type: 'object',
  additionalProperties: false,
  required: ['default', 'tables'],
  properties: {
    default: {
      type: 'object',
      additionalProperties: false,
      required: ['selection', 'basis'],
      properties: rule,
    },
    tables: { type: 'object', additionalProperties: tableRule },
  },
});

/** The rule of a table, its exceptions included. */
export function epochsOf({ default: usual, tables }: SelectionFile, table: string): TableEpochs {
  return { ...usual, ...tables[table] };
}

/** The rule of one number: of the part that names it, else of the table. */
export function epochOf(epochs: TableEpochs, row: string, column: string): EpochRule {
  return epochs.parts?.find((each) => covers(each, row, column)) ?? epochs;
}

function covers({ rows, columns }: EpochPart, row: string, column: string): boolean {
  return rows.includes(row) && (columns?.includes(column) ?? true);
}

/**
 * Every row and column that a part names exists, and no number is in two parts.
 *
 * @throws UsageError `PUBLISHED_UNKNOWN_ROW`, `PUBLISHED_UNKNOWN_COLUMN`, `PUBLISHED_DUPLICATE`
 *   with file, line and field.
 */
export function checkParts(
  file: CheckedYaml<SelectionFile>,
  id: string,
  { rows, columns, cells }: PublishedTable,
): void {
  const parts = file.value.tables[id]?.parts ?? [];
  const columnIds = columns.map((column) => column.id);
  parts.forEach((each, index) => {
    const at = ['tables', id, 'parts', index] as const;
    const row = each.rows.find((name) => !rows.includes(name));
    if (row !== undefined) {
      const sentence = `no row "${row}". ${suggestion(row, rows)}`;
      throw file.error('PUBLISHED_UNKNOWN_ROW', [...at, 'rows'], sentence);
    }
    const column = each.columns?.find((name) => !columnIds.includes(name));
    if (column !== undefined) {
      const sentence = `no column "${column}". ${suggestion(column, columnIds)}`;
      throw file.error('PUBLISHED_UNKNOWN_COLUMN', [...at, 'columns'], sentence);
    }
    const twice = cells.find(
      (cell) =>
        covers(each, cell.row, cell.column) &&
        parts.slice(0, index).some((other) => covers(other, cell.row, cell.column)),
    );
    if (twice === undefined) return;
    throw file.error(
      'PUBLISHED_DUPLICATE',
      [...at, 'rows'],
      `the number at "${twice.row}", "${twice.column}" is in an earlier part too.`,
    );
  });
}
