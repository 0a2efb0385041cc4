import { fixed, listed, plural, signed } from '../format.ts';
import { lowerIsBetter } from '../history/check.ts';
import type { CellModel, Measurement, PairedModel, TableModel } from '../model/table-model.ts';
import { metricName, scaleWords, tally } from '../views/words.ts';
import { latexNumber, latexText } from './latex-text.ts';

/**
 * Every table as papers print it: `booktabs` rules, teachers and students over the columns, a row
 * per method with mean and standard deviation, the best of a column bold and the second underlined.
 * Under each row, small, what it is to be held against: the published number with the difference to
 * it where the two are comparable, otherwise the gain over the method without its plug-ins, over
 * plain distillation, or over the student alone. Pure; for `\input` into a document.
 */
export function reportLatex(tables: readonly TableModel[]): string {
  const parts = tables.flatMap((table) => gridsOf(table).map((grid) => latexTable(table, grid)));
  return [preamble, ...parts].join('\n');
}

const preamble = `% Needs: \\usepackage[T1]{fontenc} \\usepackage{textcomp,booktabs,graphicx}
`;

/** Tables with more metrics are laid out as papers do: a table per pair, a column per metric. */
const mostMetrics = 2;

/** In a table with more columns the intervals of gains would make everything too small to read. */
const mostIntervals = 4;

interface Grid {
  /** What tells it from the other tables of the suite. */
  readonly name: string;
  readonly unit: string;
  /** Lines over the methods, each with a text per column. */
  readonly heads: readonly { readonly name: string; readonly texts: readonly string[] }[];
  readonly rows: readonly {
    readonly name: string;
    readonly cells: readonly (CellModel | null)[];
  }[];
}

function gridsOf({ sections }: TableModel): readonly Grid[] {
  const [first] = sections;
  if (first === undefined) return [];
  if (sections.length <= mostMetrics) {
    return sections.map(({ metric, unit, columns, rows, decimals }) => ({
      name: metricName(metric),
      unit,
      heads: [
        { name: 'Teacher', texts: columns.map(({ column }) => latexText(column.teacher ?? '')) },
        {
          name: '',
          texts: columns.map(({ teachers }) =>
            teachers
              .flatMap(({ measured }) =>
                measured === null ? [] : [latexNumber(fixed(measured.mean, decimals))],
              )
              .join(', '),
          ),
        },
        { name: 'Student', texts: columns.map(({ column }) => latexText(column.student)) },
      ].filter(({ texts }) => texts.some((text) => text !== '')),
      rows,
    }));
  }
  return first.columns.map(({ column }, index) => ({
    name: [column.teacher, column.student].filter((name) => name !== null).join(' \u2192 '),
    unit: first.unit,
    heads: [{ name: 'Metric', texts: sections.map(({ metric }) => latexText(metricName(metric))) }],
    rows: first.rows.map(({ name }, row) => ({
      name,
      cells: sections.map((section) => section.rows[row]?.cells[index] ?? null),
    })),
  }));
}

function latexTable(table: TableModel, grid: Grid): string {
  const ranks = (grid.heads[0]?.texts ?? []).map((_, index) =>
    ranksOf(grid.rows.map(({ cells }) => cells[index] ?? null)),
  );
  const lines = [
    '\\begin{table}',
    '\\centering',
    `\\caption{${caption(table, grid)}}`,
    `\\label{tab:${label(`${table.plan.suite}-${table.plan.scale}-${grid.name}`)}}`,
    '\\vspace{3pt}',
    // Only a table that is wider than the text is made smaller.
    '\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%',
    `\\begin{tabular}{l${'c'.repeat(ranks.length)}}`,
    '\\toprule',
    ...grid.heads.map(({ name, texts }) => row([name, ...texts])),
    '\\midrule',
    ...grid.rows
      // A suite may plan a row for other pairs only.
      .filter(({ cells }) => cells.some((cell) => cell !== null))
      .flatMap(({ name, cells }) => methodRows(name, cells, ranks)),
    '\\bottomrule',
    '\\end{tabular}}',
    '\\end{table}',
  ];
  return `${lines.join('\n')}\n`;
}

const row = (texts: readonly string[]) => `${texts.join(' & ')} \\\\`;

function methodRows(
  name: string,
  cells: readonly (CellModel | null)[],
  ranks: readonly Ranks[],
): readonly string[] {
  const held = cells.map((cell) => against(cell, cells.length <= mostIntervals));
  const names = [...new Set(held.flatMap((one) => (one === null ? [] : [one.name])))];
  const small = (text: string) => `{\\scriptsize ${text}}`;
  return [
    row([latexText(name), ...cells.map((cell, index) => valueText(cell, ranks[index] as Ranks))]),
    ...(names.length === 0
      ? []
      : [
          row([
            small(`\\quad ${listed(names.map(latexText))}`),
            ...held.map((one) => (one === null ? '' : small(one.text))),
          ]),
        ]),
  ];
}

/**
 * The number that a cell prints: by the rule that the publication states, else the last epoch's.
 */
function shown(cell: CellModel): Measurement | null {
  return isBest(cell) ? cell.best : cell.last;
}

function isBest({ verdict }: CellModel): boolean {
  return verdict.comparisons.last === undefined && verdict.comparisons.best !== undefined;
}

function valueText(cell: CellModel | null, ranks: Ranks): string {
  if (cell === null) return '';
  const value = shown(cell);
  if (value === null) return '--';
  const mean = fixed(value.mean, cell.decimals);
  const spread = value.sd === null ? '' : ` {\\scriptstyle \\pm ${fixed(value.sd, cell.decimals)}}`;
  const digits =
    mean === ranks.best
      ? `\\mathbf{${mean}}`
      : mean === ranks.second
        ? `\\underline{${mean}}`
        : mean;
  return latexNumber(`${digits}${spread}${isBest(cell) ? '^{\\dagger}' : ''}`);
}

/** What a method's number is held against, in a line under it; null where there is nothing. */
function against(
  cell: CellModel | null,
  intervals: boolean,
): { readonly name: string; readonly text: string } | null {
  if (cell === null) return null;
  const { published } = cell.row;
  if (cell.notComparable === null && published !== null) {
    const compared = cell.verdict.comparisons.last ?? Object.values(cell.verdict.comparisons)[0];
    const apart =
      compared === undefined ? '' : `\\ (${signed(compared.difference, cell.decimals)})`;
    return {
      name: 'published',
      text: latexNumber(`${fixed(published.value, published.decimals)}${apart}`),
    };
  }
  const gain = gainOf(cell);
  if (gain === null || gain.difference === null) return null;
  const { mean, low, high } = gain.difference;
  const interval =
    !intervals || low === null || high === null
      ? ''
      : `\\ [${signed(low, cell.decimals)}, ${signed(high, cell.decimals)}]`;
  return {
    name: `gain over ${gain.baseline}`,
    text: latexNumber(`${signed(mean, cell.decimals)}${interval}`),
  };
}

/** Over the method without its plug-ins, else over plain distillation, else the student alone. */
function gainOf({ row: { method }, paired }: CellModel): PairedModel | null {
  const [base] = method.split('+');
  for (const baseline of [base, 'kd', 'none']) {
    const found = paired.find(({ baselineMethod }) => baselineMethod === baseline);
    if (found !== undefined) return found;
  }
  return null;
}

/** The printed numbers that come first and second in a column; equal ones are marked alike. */
interface Ranks {
  readonly best: string | null;
  readonly second: string | null;
}

function ranksOf(cells: readonly (CellModel | null)[]): Ranks {
  const own = cells.filter(
    (cell) => cell?.trials.every(({ spec }) => spec.role === 'student') === true,
  );
  const lower = own.some((cell) => cell !== null && lowerIsBetter(cell.row.metric));
  const printed = own.flatMap((cell) => {
    const value = cell === null ? null : shown(cell);
    return cell === null || value === null ? [] : [fixed(value.mean, cell.decimals)];
  });
  const number = (text: string) => Number(text.replace('\u2212', '-'));
  const order = [...new Set(printed)].sort(
    (one, other) => (lower ? 1 : -1) * (number(one) - number(other)),
  );
  // One number alone is the best of nothing.
  return printed.length < 2
    ? { best: null, second: null }
    : { best: order[0] ?? null, second: order[1] ?? null };
}

function caption(table: TableModel, grid: Grid): string {
  const { title, suite, scale } = table.plan;
  const cells = grid.rows.flatMap(({ cells: own }) => own).filter((cell) => cell !== null);
  const counts = [...new Set(cells.flatMap((cell) => shown(cell)?.n ?? []))].sort((a, b) => a - b);
  const seeds = seedWords(counts);
  const intervals = (grid.rows[0]?.cells.length ?? 0) <= mostIntervals;
  const verdicts = tally(cells.map(({ verdict }) => verdict.word));
  const sentences = [
    `${title}, ${grid.name} (${grid.unit}): ${seeds}`,
    ...(cells.some(isBest) ? ['\u2020 the best epoch, as the publication reports'] : []),
    ...(table.own ? [scaleWords[scale]] : []),
    ...(table.notComparable === null
      ? [`Redistill: ${verdicts.map(({ word, count }) => `${count} ${word}`).join(', ')}`]
      : [`${scaleWords[scale]} Not comparable with the publication: ${table.notComparable}`]),
    ...(cells.some((cell) => against(cell, intervals)?.name.startsWith('gain') === true)
      ? [`Gains are paired by seed${intervals ? ', with 90 % intervals' : ''}`]
      : []),
    `Suite ${suite} at scale ${scale}`,
  ];
  return sentences
    .map((text) =>
      latexText(`${text.replace(/[.\s]+$/, '')}.`).replace('\\texttt{U+2020}', '$^{\\dagger}$'),
    )
    .join(' ');
}

/** @param counts how many seeds cells have, ascending */
function seedWords(counts: readonly number[]): string {
  const [least, most] = [counts[0], counts.at(-1)];
  if (least === undefined || most === undefined) return 'nothing measured yet';
  if (most === 1) return 'last epoch of one seed';
  const over = least === most ? plural(most, 'seed') : `${least} to ${most} seeds`;
  return `mean and standard deviation of the last epoch over ${over}`;
}

/** A name that `\ref` takes. */
function label(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
