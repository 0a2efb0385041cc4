import { epochOf, fieldOf, type LogField, type LogValues } from './log-fields.ts';
import type { LogToken, Tokens } from './log-tokens.ts';
import type { LogFinding } from './log-types.ts';

/** The cells of a line of a table: numbers and names, so that a comma always parts. */
const cellsOf = (line: string): readonly string[] =>
  line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));

/** The header of a table that this reader knows the kind of; null where the line is none. */
function headerOf(line: string | undefined): readonly string[] | null {
  if (line === undefined || line.length > 4096) return null;
  const cells = cellsOf(line).map((cell) => cell.toLowerCase());
  if (cells.length < 2 || new Set(cells).size !== cells.length) return null;
  return cells.includes('epoch') || isLong(cells) ? cells : null;
}

/**
 * A line per number instead of one per epoch: `step,tag,value`, as scalars of TensorBoard are
 * written out.
 */
const isLong = (header: readonly string[]): boolean =>
  ['step', 'tag', 'value'].every((name) => header.includes(name));

/** Whether a log is a table with a line per epoch, or per number. */
export function isTable(lines: readonly string[]): boolean {
  return headerOf(lines.find((line) => line.trim() !== '')) !== null;
}

/**
 * Reads a table of comma-separated values: RepDistiller's numbers (`epoch,train_acc,test_acc...` or
 * `step,tag,value`), timm's and OFA-KD's `summary.csv`
 * (`epoch,train_loss,eval_loss,eval_top1,eval_top5`, timm/utils/summary.py), whose epochs count
 * from 0. Columns that say nothing of accuracy, loss or rate are left out.
 */
export function tokensOfTable(lines: readonly string[]): Tokens {
  const first = lines.findIndex((line) => line.trim() !== '');
  const header = headerOf(lines[first]) ?? [];
  const findings: LogFinding[] = [];
  const rows = rowsOf(lines, first, header, findings);
  const records = isLong(header) ? longRecords(header, rows, findings) : wideRecords(header, rows);
  if (!records.some(({ values }) => values.top1 !== undefined)) {
    const columns = isLong(header) ? 'tags' : 'columns';
    findings.push({
      code: 'LOG_EMPTY',
      line: null,
      message: `the table has no test accuracy under a name that is known (test_acc, eval_top1, test_acc1 ...); its ${columns} are ${namesOf(header, rows)}.`,
    });
    return { tokens: [], findings: findings.filter(({ line }) => line === null) };
  }
  const shift = records.some(({ count }) => count === 0) || header.includes('eval_top1') ? 1 : 0;
  const tokens: LogToken[] = [];
  for (const { count, line, lastLine, values } of records) {
    const epoch = epochOf(count + shift, line, values);
    if (typeof epoch === 'string') findings.push({ code: 'LOG_LINE', line, message: epoch });
    else tokens.push({ kind: 'epoch', epoch, lastLine });
  }
  return { tokens, findings: [...findings, ...fractions(tokens)], sparse: shift === 1 };
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

function rowsOf(
  lines: readonly string[],
  first: number,
  header: readonly string[],
  findings: LogFinding[],
): readonly Row[] {
  const head = lines[first]?.trim();
  return lines.slice(first + 1).flatMap((text, index): readonly Row[] => {
    const line = first + index + 2;
    // A trainer that is started again writes its header again.
    if (text.trim() === '' || text.trim() === head) return [];
    const cells = cellsOf(text);
    if (cells.length === header.length) return [{ line, cells }];
    const torn = line === lines.length && cells.length < header.length;
    findings.push(
      torn
        ? {
            code: 'LOG_TORN',
            line,
            message:
              'the line is torn (the file ends within it), as when its writer is killed; it is left out.',
          }
        : {
            code: 'LOG_LINE',
            line,
            message: `the line has ${cells.length} values, the header ${header.length}.`,
          },
    );
    return [];
  });
}

interface EpochRecord {
  readonly count: number;
  readonly line: number;
  readonly lastLine: number;
  readonly values: LogValues;
}

const wholeNumber = (text: string | undefined): number =>
  /^\d{1,9}(\.0+)?$/.test(text ?? '') ? Number(text) : Number.NaN;

function wideRecords(header: readonly string[], rows: readonly Row[]): readonly EpochRecord[] {
  const known = header.flatMap((name, index) => {
    const field = fieldOf(name);
    return field === undefined ? [] : [{ field, index }];
  });
  return rows.map(({ line, cells }) => ({
    count: wholeNumber(cells[header.indexOf('epoch')]),
    line,
    lastLine: line,
    // An empty cell has no value.
    values: Object.fromEntries(
      known
        .map(({ field, index }) => [field, cells[index] as string] as const)
        .filter(([, text]) => text !== ''),
    ),
  }));
}

/** One record per step, in the order of steps: the numbers of a run stand tag by tag. */
function longRecords(
  header: readonly string[],
  rows: readonly Row[],
  findings: LogFinding[],
): readonly EpochRecord[] {
  const at = (name: string) => header.indexOf(name);
  const records = new Map<number, { line: number; lastLine: number; values: LogValues }>();
  for (const { line, cells } of rows) {
    const field = fieldOf(cells[at('tag')] as string);
    if (field === undefined) continue;
    const count = wholeNumber(cells[at('step')]);
    const record = records.get(count) ?? { line, lastLine: line, values: {} };
    if (record.values[field] !== undefined) findings.push(twice(line, count, field));
    record.values[field] = shortest(cells[at('value')] as string);
    record.lastLine = line;
    records.set(count, record);
  }
  return [...records]
    .map(([count, record]) => ({ count, ...record }))
    .sort((one, other) => one.count - other.count);
}

/** TensorBoard keeps 32 bits: the shortest number that has them is the one that was logged. */
function shortest(text: string): string {
  const value = Number(text);
  if (text.length < 10 || Math.fround(value) !== value) return text;
  const digits = [6, 7, 8, 9].find(
    (count) => Math.fround(Number(value.toPrecision(count))) === value,
  );
  return digits === undefined ? text : String(Number(value.toPrecision(digits)));
}

const twice = (line: number, count: number, field: LogField): LogFinding => ({
  code: 'LOG_LINE',
  line,
  message: `${field} of step ${count} stands twice; several runs in one such table cannot be told apart.`,
});

function namesOf(header: readonly string[], rows: readonly Row[]): string {
  const tags = new Set(rows.map(({ cells }) => cells[header.indexOf('tag')] as string));
  const list = isLong(header) ? [...tags] : header;
  const shown = list.slice(0, 12).map((name) => name.slice(0, 40));
  return `${shown.join(', ')}${list.length > shown.length ? ' ...' : ''}`;
}

/** Accuracies of a whole training that never pass 1 are no percentages. */
function fractions(tokens: readonly LogToken[]): readonly LogFinding[] {
  const values = tokens.flatMap((token) => (token.kind === 'epoch' ? [token.epoch.top1] : []));
  const highest = values.reduce((most, value) => Math.max(most, value), 0);
  if (values.length < 2 || highest > 1 || new Set(values).size === 1) return [];
  return [
    {
      code: 'LOG_LINE',
      line: null,
      message: `no test accuracy is above ${highest}: they look like fractions, and percentages are read.`,
    },
  ];
}
