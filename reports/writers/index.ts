import { annotations } from './annotations.ts';
import { baselineGroups } from './baseline-digest.ts';
import { cellDigest } from './cell-digest.ts';
import { reportCsv } from './csv.ts';
import type { Digest } from './digest.ts';
import { historyGroups } from './history-digest.ts';
import { reportJson } from './json.ts';
import { junitXml } from './junit.ts';
import { reportLatex } from './latex.ts';
import { reportMarkdown } from './markdown.ts';
import type { TextReport } from './text-report-data.ts';

/** What can fail of a report: tables, the history, and the latest execution against a baseline. */
export function reportDigest({ tables, baseline, history }: TextReport): Digest {
  const digest = cellDigest(tables);
  const against =
    baseline === null
      ? []
      : baselineGroups(baseline.comparison, baseline.findings, baseline.threshold);
  return { ...digest, groups: [...digest.groups, ...historyGroups(history), ...against] };
}

/**
 * The report as one text: what each format makes of the tables. The site is not among them; it is
 * many files.
 */
export const textWriters: Readonly<Record<string, (report: TextReport) => string>> = {
  markdown: ({ tables }) => reportMarkdown(tables),
  latex: ({ tables }) => reportLatex(tables),
  csv: reportCsv,
  junit: (report) => junitXml(reportDigest(report)),
  annotations: (report) => annotations(reportDigest(report)),
  json: ({ tables }) => reportJson(tables),
};
