import { signed } from '../../reports/format.ts';
import {
  type OfficialRow,
  officialHeads,
  officialTexts,
  summarizeOfficial,
} from '../../reports/official-table.ts';
import type { WaitingRun } from '../../results/waiting-runs.ts';
import { renderTable } from './table.ts';

/** The official runs beside their cells, for a terminal. */
export function officialLines(rows: readonly OfficialRow[]): readonly string[] {
  const table = renderTable(
    officialHeads.map((title, index) =>
      index >= 3 && index <= 5 ? { title, align: 'right' } : { title },
    ),
    rows.map(officialTexts),
  );
  return [...table, '', ...summaryLines(rows)];
}

/** The same as Markdown, whole: docs/official-logs.md is made of it. */
export function officialMarkdown(rows: readonly OfficialRow[]): readonly string[] {
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    '# Official runs beside the published numbers',
    '',
    'Made by `redistill import show --markdown`; do not edit. Each row is one training of the authors’ own code, read from its log;',
    'in brackets the difference to the published number.',
    '',
    ...summaryLines(rows),
    '',
    line(officialHeads.map((head) => head || 'Notes')),
    line(officialHeads.map(() => '---')),
    ...rows.map((row) => line(officialTexts(row))),
  ];
}

/** What was imported and is not in the database yet. */
export function waitingLines(waiting: readonly WaitingRun[]): readonly string[] {
  if (waiting.length === 0) return [];
  const many = waiting.length > 1;
  return [
    `${waiting.length} imported ${many ? 'runs wait' : 'run waits'} for "redistill ingest":`,
    ...waiting.map(({ method, teacher, student, dataset, epochs, best, last, deviations }) => {
      const pair = teacher === null ? student : `${teacher} -> ${student}`;
      const apart = deviations.length === 0 ? '' : `; ${deviations.join('; ')}`;
      const number = (value: number | null) => value?.toFixed(2) ?? 'unknown';
      return `  ${method}, ${pair}, ${dataset}, ${epochs} epochs, best ${number(best)}, last ${number(last)}${apart}`;
    }),
  ];
}

function summaryLines(rows: readonly OfficialRow[]): readonly string[] {
  const summary = summarizeOfficial(rows);
  const { positions, verdicts, publishedMinusBest, publishedMinusLast, bestMinusLast } = summary;
  const counts = Object.entries(verdicts).map(([word, count]) => `${count} ${word}`);
  const number = (value: number | null) => (value === null ? 'unknown' : signed(value, 2));
  return [
    `${summary.runs} official runs beside a published number, n = 1 each: ${counts.join(', ')}.`,
    `Published minus best: mean ${number(publishedMinusBest)}; published minus last: mean ${number(publishedMinusLast)}; best minus last: mean ${number(bestMinusLast)}.`,
    `The published number is above even the best epoch in ${positions['above best']}, between last and best in ${positions.between}, below even the last epoch in ${positions['below last']}.`,
  ];
}
