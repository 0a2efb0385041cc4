import { plans } from '../results/queries.ts';
import { openStore } from '../results/store.ts';
import type { Scale } from '../runners/trial/spec.ts';
import { meanAndSpread } from './format.ts';
import { readPlanData } from './model/plan-data.ts';
import {
  type CellModel,
  type TableModel,
  type TableSection,
  tableModel,
} from './model/table-model.ts';
import { teacherText } from './views/table-view.ts';
import { metricName, pairName } from './views/words.ts';

/**
 * A short summary of one suite at one scale, in Markdown that also reads well as plain text: what `run` prints at its end.
 * Empty where the database does not hold the suite.
 */
export async function summaryText(
  database: string,
  options: { readonly suite: string; readonly scale: Scale },
): Promise<string> {
  const store = await openStore(database, 'read');
  try {
    const rows = await plans(store);
    const plan = rows.find(
      ({ suite, scale }) => suite === options.suite && scale === options.scale,
    );
    if (plan === undefined) return '';
    return tableSummary(tableModel(await readPlanData(store, plan)));
  } finally {
    store.close();
  }
}

/** The same from a table model. Pure. */
export function tableSummary(table: TableModel): string {
  const { title, suite, scale } = table.plan;
  const parts = [`${plain(title)} (${plain(suite)}, ${scale})`];
  if (table.notComparable !== null)
    parts.push(`Not comparable with the publication: ${plain(table.notComparable)}`);
  for (const section of table.sections)
    parts.push(sectionSummary(section, table.notComparable !== null));
  return `${parts.join('\n\n')}\n`;
}

function sectionSummary(section: TableSection, proxy: boolean): string {
  const heads = ['Method', ...section.columns.map(({ column }) => pairName(column))];
  const rows = section.rows.map(({ name, cells }) => [
    name,
    ...cells.map((cell) => (cell === null ? '' : cellText(cell, proxy))),
  ]);
  const teachers = section.columns.flatMap(({ teachers: all }) =>
    all.map((teacher) => teacherText(teacher, section.decimals)),
  );
  return [
    `${metricName(section.metric)} (${section.unit}), last epoch, mean ± sd (n seeds)`,
    ...[...new Set(teachers)].map(plain),
    '',
    ...markdownTable([heads, ...rows]),
  ].join('\n');
}

function cellText(cell: CellModel, proxy: boolean): string {
  const { last, decimals, verdict } = cell;
  const word = proxy && verdict.word === 'not comparable' ? '' : verdict.word;
  if (last === null) return word;
  const text = `${meanAndSpread(last.mean, last.sd, decimals)} (n = ${last.n})`;
  return word === '' ? text : `${text}, ${word}`;
}

/** Rows as a Markdown table, padded so that it reads as plain text too. */
function markdownTable(rows: readonly (readonly string[])[]): readonly string[] {
  const escaped = rows.map((row) => row.map((text) => plain(text).replaceAll('|', '\\|')));
  const widths = (escaped[0] ?? []).map((_, column) =>
    Math.max(3, ...escaped.map((row) => [...(row[column] ?? '')].length)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((text, column) => text + ' '.repeat((widths[column] as number) - [...text].length)).join(' | ')} |`;
  const [head, ...body] = escaped as [string[], ...string[][]];
  return [
    line(head),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...body.map(line),
  ];
}

/** One line without control characters, whatever a name holds: the text goes to a terminal. */
function plain(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
