import type { TableModel } from '../model/table-model.ts';
import { annotations } from './annotations.ts';
import { cellDigest } from './cell-digest.ts';
import { reportJson } from './json.ts';
import { junitXml } from './junit.ts';
import { reportMarkdown } from './markdown.ts';

/**
 * The report as one text: what each format makes of the tables. The site is not among them; it is
 * many files.
 */
export const textWriters: Readonly<Record<string, (tables: readonly TableModel[]) => string>> = {
  markdown: reportMarkdown,
  junit: (tables) => junitXml(cellDigest(tables)),
  annotations: (tables) => annotations(cellDigest(tables)),
  json: reportJson,
};
