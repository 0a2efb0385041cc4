import { join, resolve } from 'node:path';
import { writeFileAtomic } from '../common/files.ts';
import type { SiteSummary } from '../reports/site.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';
import { splitSuiteName } from './plan/suite-name.ts';

/** Where the site goes. */
export interface ReportOptions extends WorkspaceOption {
  /** Folder of the site; default: `reports/out` in the workspace. */
  readonly out?: string | undefined;
}

/**
 * Renders `results.duckdb` as a static site that works from disk without a network. The same
 * database gives the same bytes.
 *
 * @throws RedistillError `STORE_MISSING`; InfrastructureError `STORE_LOCKED`, `FILE_WRITE`
 */
export async function report(
  options: ReportOptions = {},
  effects: Partial<Effects> = {},
): Promise<SiteSummary> {
  const { cwd } = completeEffects(effects);
  const { renderSite } = await import('../reports/site.ts');
  const { presentCoverage } = await import('../suites/coverage-by-name.ts');
  const { databaseFile } = await import('../results/workspace.ts');
  const workspace = workspaceOf(options, { cwd });
  const out =
    options.out === undefined ? join(workspace, 'reports', 'out') : resolve(cwd, options.out);
  return renderSite(databaseFile(workspace), { out, coverage: presentCoverage });
}

/** Forms of a report that are one text. */
export const textFormats = ['markdown', 'latex', 'csv', 'junit', 'annotations', 'json'] as const;

export type TextFormat = (typeof textFormats)[number];

export interface TextReportOptions extends WorkspaceOption {
  readonly format: TextFormat;
  /** `NAME` or `NAME@SCALE`: only this suite; default: all. */
  readonly suite?: string | undefined;
  /** A file for the text; without it nothing is written. */
  readonly out?: string | undefined;
}

export interface TextReport {
  readonly text: string;
  /** The file that holds it now; null where none was asked for. */
  readonly file: string | null;
}

/**
 * Renders `results.duckdb` as one text: Markdown, LaTeX, CSV, JUnit XML, annotations of GitHub
 * Actions or JSON.
 *
 * @throws RedistillError `STORE_MISSING`; UsageError for a suite that the database does not know
 */
export async function reportText(
  options: TextReportOptions,
  effects: Partial<Effects> = {},
): Promise<TextReport> {
  const { cwd } = completeEffects(effects);
  const { renderText } = await import('../reports/text-report.ts');
  const { databaseFile } = await import('../results/workspace.ts');
  const { format, suite, out } = options;
  const chosen = suite === undefined ? {} : splitSuiteName(suite, undefined);
  const database = databaseFile(workspaceOf(options, { cwd }));
  const text = await renderText(database, { format, ...chosen });
  if (out === undefined) return { text, file: null };
  const file = resolve(cwd, out);
  writeFileAtomic(file, text);
  return { text, file };
}
