import type { CheckedYaml } from '../../common/checked-yaml.ts';
import { lookUp } from '../../common/look-up.ts';
import { suggestion } from '../../common/nearest.ts';
import { metricName } from './metric-names.ts';
import { epochOf, type TableEpochs } from './selection.ts';
import type { PublishedCell, PublishedColumn, PublishedTable, Selection, Trust } from './types.ts';

type RawValue = number | null | Readonly<Record<string, number | null>>;
type ByColumn = Readonly<Record<string, RawValue>>;

/** A row as the YAML files hold it (`table.schema.json`). */
export interface RawRow {
  readonly method: string;
  readonly values: ByColumn;
  readonly gain?: ByColumn;
  readonly gain_printed?: ByColumn;
  readonly std?: ByColumn;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly file?: string;
  readonly line?: number;
  readonly log?: string | Readonly<Record<string, string | null>>;
}

/** A table as the YAML files hold it (`table.schema.json`). */
export interface RawTable {
  readonly id: string;
  readonly paper: PublishedTable['paper'];
  readonly table_number?: number;
  readonly caption: string;
  readonly dataset: string;
  readonly metric: {
    readonly name: string;
    readonly unit: string;
    readonly higher_is_better: boolean;
    readonly decimals: number;
  };
  readonly protocol: {
    readonly epochs: number | null;
    readonly runs_averaged: number | null;
    readonly notes: string | null;
  };
  readonly source: { readonly kind: string; readonly where: string; readonly read_on: string };
  readonly trust: Trust;
  readonly notes?: string;
  readonly columns: readonly {
    readonly id: string;
    readonly teacher: string | null;
    readonly student: string;
    readonly teacher_printed?: string | null;
    readonly student_printed?: string;
    readonly teacher_score: RawValue;
    readonly student_score: RawValue;
  }[];
  readonly rows: readonly RawRow[];
}

/** Rows for the scores that a table prints in its head. */
export const teacherRow = 'Teacher';
export const studentRow = 'Student';

/**
 * Turns a checked file into a table whose every number is a cell of its own.
 *
 * @throws UsageError naming file and line for a column that does not exist or stands twice.
 */
export function tableFromRaw(checked: CheckedYaml<RawTable>, epochs: TableEpochs): PublishedTable {
  const raw = checked.value;
  const columns = columnsOf(checked);
  const keys = rowKeys(raw.rows);
  const cells: PublishedCell[] = [];
  for (const [name, field] of [
    [teacherRow, 'teacher_score'],
    [studentRow, 'student_score'],
  ] as const) {
    for (const column of raw.columns) {
      cells.push(...numbers(raw, epochs, { row: name, method: null, column }, column[field]));
    }
  }
  raw.rows.forEach((row, index) => {
    for (const id of Object.keys(row.values)) {
      if (!columns.some((column) => column.id === id)) {
        throw checked.error(
          'PUBLISHED_UNKNOWN_COLUMN',
          ['rows', index, 'values', id],
          `no column "${id}". ${suggestion(
            id,
            columns.map((column) => column.id),
          )}`,
        );
      }
    }
    for (const column of raw.columns) {
      const place = { row: keys[index] as string, method: row.method, column };
      cells.push(...numbers(raw, epochs, place, lookUp(row.values, column.id) ?? null, row));
    }
  });
  return {
    id: raw.id,
    paper: raw.paper,
    tableNumber: raw.table_number ?? null,
    caption: raw.caption,
    dataset: raw.dataset,
    metric: {
      name: metricName(raw.metric.name),
      unit: raw.metric.unit,
      higherIsBetter: raw.metric.higher_is_better,
      decimals: raw.metric.decimals,
    },
    protocol: {
      epochs: raw.protocol.epochs,
      runsAveraged: raw.protocol.runs_averaged,
      notes: raw.protocol.notes,
    },
    selection: epochs.selection,
    selectionBasis: epochs.basis,
    source: { kind: raw.source.kind, where: raw.source.where, readOn: raw.source.read_on },
    trust: raw.trust,
    notes: raw.notes ?? null,
    columns,
    rows: rowOrder(cells, keys),
    cells,
  };
}

/**
 * Teacher and student first, then the printed order; a row whose cells hold several numbers gives
 * one row per part.
 */
function rowOrder(cells: readonly PublishedCell[], keys: readonly string[]): readonly string[] {
  const present = new Set(cells.map((cell) => cell.row));
  const heads = [teacherRow, studentRow].filter((name) => present.has(name));
  const rows = keys.flatMap((key) => {
    const parts = cells.filter(
      (cell) => cell.part !== null && cell.row === `${key} (${cell.part})`,
    );
    return parts.length === 0 ? [key] : parts.map((cell) => cell.row);
  });
  return [...new Set([...heads, ...rows])];
}

function columnsOf(checked: CheckedYaml<RawTable>): readonly PublishedColumn[] {
  return checked.value.columns.map((column, index, all) => {
    if (all.findIndex(({ id }) => id === column.id) !== index) {
      throw checked.error(
        'PUBLISHED_DUPLICATE',
        ['columns', index, 'id'],
        `the column "${column.id}" stands there twice.`,
      );
    }
    return {
      id: column.id,
      teacher: column.teacher,
      student: column.student,
      teacherPrinted: column.teacher_printed ?? column.teacher,
      studentPrinted: column.student_printed ?? column.student,
    };
  });
}

/**
 * A unique key per row: the printed method. Rows that print the same method and overlap in a column
 * get their difference in brackets: `SD-KD [beta=1]`, `SD-DKD [teacher_wrn.sh:7]`. Rows of one
 * method that share no column (a log per pair) keep one key.
 */
function rowKeys(rows: readonly RawRow[]): readonly string[] {
  const groups = Map.groupBy(rows, (row) => row.method);
  const overlapping = (group: readonly RawRow[]) => {
    const columns = group.flatMap((row) => Object.keys(row.values));
    return new Set(columns).size < columns.length;
  };
  const used = new Map<string, number>();
  return rows.map((row) => {
    if (!overlapping(groups.get(row.method) as RawRow[])) return row.method;
    const key = `${row.method} [${distinction(row)}]`;
    const count = (used.get(key) ?? 0) + 1;
    used.set(key, count);
    return count === 1 ? key : `${key} #${count}`;
  });
}

function distinction(row: RawRow): string {
  if (row.file !== undefined) return row.line === undefined ? row.file : `${row.file}:${row.line}`;
  if (typeof row.log === 'string') return row.log;
  return Object.entries(row.params ?? {})
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', ');
}

interface Place {
  readonly row: string;
  readonly method: string | null;
  readonly column: RawTable['columns'][number];
}

/** The numbers of one cell: none, one, or one per entry. */
function numbers(
  raw: RawTable,
  epochs: TableEpochs,
  place: Place,
  value: RawValue,
  row?: RawRow,
): readonly PublishedCell[] {
  const id = place.column.id;
  const { selection, basis } = epochOf(epochs, place.row, id);
  const gains = (row?.gain_printed ?? row?.gain)?.[id] ?? null;
  const log = typeof row?.log === 'string' ? row.log : row?.log?.[id];
  const make = (
    number: number,
    meaning: Pick<PublishedCell, 'metric' | 'part' | 'selection'>,
    gain: RawValue,
    sd: RawValue,
  ): PublishedCell => ({
    table: raw.id,
    row: meaning.part === null ? place.row : `${place.row} (${meaning.part})`,
    column: id,
    method: place.method,
    ...meaning,
    selectionBasis: basis,
    ...scaleOf(meaning.metric, raw.metric),
    value: number,
    sd: typeof sd === 'number' ? sd : null,
    runsAveraged: raw.protocol.runs_averaged,
    gain: typeof gain === 'number' ? gain : null,
    trust: raw.trust,
    dataset: raw.dataset,
    teacher: place.column.teacher,
    student: place.column.student,
    source: log ? `${raw.source.where} (${log})` : raw.source.where,
  });
  if (value === null) return [];
  if (typeof value === 'number') {
    const meaning = { metric: metricName(raw.metric.name), part: null, selection };
    return [make(value, meaning, gains, row?.std?.[id] ?? null)];
  }
  return Object.entries(value)
    .filter((entry): entry is [string, number] => entry[1] !== null)
    .map(([key, number]) =>
      make(
        number,
        meaningOf(key, metricName(raw.metric.name), selection),
        entry(gains, key),
        entry(row?.std?.[id] ?? null, key),
      ),
    );
}

const entry = (value: RawValue, key: string): number | null =>
  value !== null && typeof value === 'object' ? (value[key] ?? null) : null;

/**
 * Unit and direction of a metric. The table states one for its accuracies; costs that some tables
 * print beside them have their own.
 */
function scaleOf(
  metric: string,
  own: RawTable['metric'],
): Pick<PublishedCell, 'unit' | 'decimals' | 'higherIsBetter'> {
  if (metric === 'time_ms') return { unit: 'ms', decimals: 0, higherIsBetter: false };
  if (metric === 'extra_params') return { unit: 'parameters', decimals: 0, higherIsBetter: false };
  return { unit: own.unit, decimals: own.decimals, higherIsBetter: own.higher_is_better };
}

/**
 * The meaning of an entry of a cell with several numbers. Keys that are metrics themselves need no
 * `part`.
 */
function meaningOf(
  key: string,
  metric: string,
  selection: Selection,
): Pick<PublishedCell, 'metric' | 'part' | 'selection'> {
  switch (key) {
    case 'best':
    case 'max_of_curve':
      return { metric, part: key, selection: 'best' };
    case 'last':
      return { metric, part: key, selection: 'last' };
    case 'last_top5':
      return { metric: 'top5', part: key, selection: 'last' };
    case 'feature':
    case 'logits':
    case 'val':
    case 'test':
      return { metric, part: key, selection };
    default:
      return { metric: metricName(key), part: null, selection };
  }
}
