import { annotations } from './annotations.ts';
import { cellDigest } from './cell-digest.ts';
import { reportCsv } from './csv.ts';
import { reportJson } from './json.ts';
import { junitXml } from './junit.ts';
import { reportLatex } from './latex.ts';
import { reportMarkdown } from './markdown.ts';
import type { TextReport } from './text-report-data.ts';

/**
 * The report as one text: what each format makes of the tables. The site is not among them; it is
 * many files.
 */
export const textWriters: Readonly<Record<string, (report: TextReport) => string>> = {
  markdown: ({ tables }) => reportMarkdown(tables),
  latex: ({ tables }) => reportLatex(tables),
  csv: reportCsv,
  junit: ({ tables }) => junitXml(cellDigest(tables)),
  annotations: ({ tables }) => annotations(cellDigest(tables)),
  json: ({ tables }) => reportJson(tables),
};
