import { verdictKinds } from '../../reference/verdict/words/index.ts';
import { fixed, meanAndSpread, plural, sentence, signed } from '../format.ts';
import type { CellModel, TableModel, TableSection } from '../model/table-model.ts';
import { verdictStyle } from '../verdict-words.ts';
import { intervalWords, teacherSentence } from '../views/comparison-view.ts';
import { studyClaims } from '../views/study-claims.ts';
import { teacherText } from '../views/table-view.ts';
import { metricName, pairName, tally } from '../views/words.ts';
import { cellName } from './cell-digest.ts';
import { countLevels, type Digest, type DigestGroup, type Level } from './digest.ts';

/**
 * Tables with their verdicts in Markdown that reads well as plain text, too: for the step summary
 * of a CI job. Pure.
 */
export function reportMarkdown(tables: readonly TableModel[]): string {
  const body =
    tables.length === 0
      ? ['No suite was planned in this workspace yet: start with `npx --no-install redistill run`.']
      : tables.map((table) => tableMarkdown(table).trimEnd());
  return `${[heading(tables), ...body].join('\n\n')}\n`;
}

function heading(tables: readonly TableModel[]): string {
  const own = tables.length > 0 && tables.every((table) => table.own);
  return own ? '# What the own studies measured' : '# Do the published numbers hold?';
}

/**
 * One table: what it is, how many cells have which verdict, and the cells as the paper lays them
 * out. Pure.
 */
export function tableMarkdown(table: TableModel): string {
  const { title, suite, scale } = table.plan;
  const words = tally(table.cells.map(({ verdict }) => verdict.word));
  const parts = [
    `## ${inline(title)} (${inline(suite)}, ${scale})`,
    `${plural(table.cells.length, 'cell')}: ${words.map(({ symbol, word, count }) => `${symbol} ${word} ${count}`).join(', ') || 'none'}.`,
  ];
  const teachers = teacherSentence(table.cells);
  if (teachers !== null) parts.push(inline(teachers));
  if (table.notComparable !== null)
    parts.push(`Not comparable with the publication: ${inline(table.notComparable)}`);
  for (const section of table.sections)
    parts.push(sectionMarkdown(section, table.notComparable !== null || table.own));
  if (table.own) parts.push(...claimLines(table));
  if (table.notComparable === null) parts.push(...otherProtocols(table.cells));
  return `${parts.join('\n\n')}\n`;
}

/** Why cells of a table at paper scale are not comparable: a paragraph per reason. */
function otherProtocols(cells: readonly CellModel[]): readonly string[] {
  const reasons = Map.groupBy(
    cells.filter(({ verdict }) => verdict.word === 'not comparable'),
    ({ verdict }) => verdict.reason,
  );
  return [...reasons].map(
    ([reason, those]) =>
      `Not comparable with the publication: ${those.map((cell) => inline(cellName(cell))).join('; ')}. ${inline(sentence(reason))}`,
  );
}

/** What an own study claims of its rows, a line each. */
function claimLines(table: TableModel): readonly string[] {
  const lines = studyClaims(table).map(
    ({ title, badge, sentence: said }) =>
      `- ${badge.symbol} ${badge.word}: ${inline(title)}. ${inline(sentence(said))}`,
  );
  return lines.length === 0 ? [] : [['Claims, paired by seed', '', ...lines].join('\n')];
}

function sectionMarkdown(section: TableSection, proxy: boolean): string {
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
    ...[...new Set(teachers)].map((text) => `- ${inline(text)}`),
    '',
    ...markdownTable([heads, ...rows]),
    ...(proxy ? publishedApart(section) : []),
  ].join('\n');
}

/**
 * The published numbers of a table that is not comparable, under it and never beside a measurement.
 */
function publishedApart({ metric, unit, rows }: TableSection): readonly string[] {
  const numbers = rows.flatMap(({ name, cells }) =>
    cells.flatMap((cell) => {
      const number = cell?.row.published ?? null;
      return number === null ? [] : [{ name, number }];
    }),
  );
  if (numbers.length === 0) return [];
  const columns = [...new Set(numbers.map(({ number }) => number.column))];
  const text = (row: string, column: string) => {
    const found = numbers.find(({ name, number }) => name === row && number.column === column);
    if (found === undefined) return '';
    return meanAndSpread(found.number.value, found.number.sd, found.number.decimals);
  };
  const names = [...new Set(numbers.map(({ name }) => name))];
  return [
    '',
    `Published ${metricName(metric)} (${unit}), at paper scale: not comparable with the numbers above`,
    '',
    ...markdownTable([
      ['Method', ...columns.map((column) => column.replace('__', ' \u2192 '))],
      ...names.map((name) => [name, ...columns.map((column) => text(name, column))]),
    ]),
  ];
}

/**
 * Measured, what was published where the two are comparable, and the verdict where it says more
 * than that.
 */
function cellText(cell: CellModel, proxy: boolean): string {
  const { last, decimals, verdict } = cell;
  const { published } = cell.row;
  const style = verdictStyle(verdict.word);
  const word =
    proxy && verdictKinds[verdict.word].heading ? [] : [`${style.symbol} ${verdict.word}`];
  const measured =
    last === null ? [] : [`${meanAndSpread(last.mean, last.sd, decimals)} (n = ${last.n})`];
  const { low = null, high = null } = verdict.mean ?? {};
  const interval =
    low === null || high === null
      ? []
      : [`90 % interval ${fixed(low, decimals)} to ${fixed(high, decimals)}`];
  const differences = Object.values(verdict.comparisons).map(
    (one) => `${signed(one.difference, decimals)} (90 % interval ${intervalWords(one, decimals)})`,
  );
  const compared =
    proxy || published === null
      ? []
      : [
          `published ${meanAndSpread(published.value, published.sd, published.decimals)}${cell.notComparable !== null && last !== null ? ', not comparable' : ''}`,
          ...(differences.length === 0 ? [] : [differences.join(' / ')]),
        ];
  // What a published number of another protocol stands beside needs no second word for it.
  const shown = compared.join('').includes('not comparable') ? [] : word;
  return [...measured, ...interval, ...compared, ...shown].join(', ');
}

const levelNames: Readonly<Record<Level, string>> = {
  error: 'error',
  failed: 'failed',
  warning: 'undecided',
  notice: 'to be noted',
  passed: 'passed',
  skipped: 'not judged',
};

/**
 * A digest in Markdown: a heading, the number of findings of each kind, and a table per group.
 * Pure.
 */
export function digestMarkdown(digest: Digest): string {
  const counts = countLevels(digest).map(({ level, count }) => `${count} ${levelNames[level]}`);
  const parts = [
    `## ${inline(digest.title)}`,
    ...(digest.lead === '' ? [] : [inline(digest.lead)]),
    `${counts.join(', ') || 'Nothing was found'}.`,
    ...digest.groups.flatMap(groupMarkdown),
  ];
  return `${parts.join('\n\n')}\n`;
}

function groupMarkdown({ name, note, entries }: DigestGroup): string[] {
  const rows = entries.map((entry) => [
    entry.name,
    levelNames[entry.level],
    entry.word,
    entry.message,
  ]);
  return [
    `### ${inline(name)}`,
    ...(note === null ? [] : [inline(note)]),
    ...(rows.length === 0
      ? ['Nothing.']
      : [markdownTable([['What', 'Outcome', 'Finding', 'Why'], ...rows]).join('\n')]),
  ];
}

/**
 * Rows as a Markdown table, padded so that it reads as plain text too; the first row is the head.
 */
export function markdownTable(rows: readonly (readonly string[])[]): readonly string[] {
  const escaped = rows.map((row) => row.map(inline));
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

/**
 * Text from data on one line of Markdown: no control characters, no HTML and no markup of its own.
 * An underscore within a word (`wrn_40_2`) means nothing in GitHub's Markdown and stays readable.
 */
export function inline(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*~|[\]]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&');
}
