import { join, resolve } from 'node:path';
import { type ExitCode, exitCodes, UsageError } from '../common/errors.ts';
import { writeFileAtomic } from '../common/files.ts';
import type { SiteSummary } from '../reports/site.ts';
import type { countLevels } from '../reports/writers/digest.ts';
import type { BaselineCheck } from './check.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';
import { type OwnOptions, useOwnTables } from './own/use.ts';
import { splitSuiteName } from './plan/suite-name.ts';

/** Where the site goes. */
export interface ReportOptions extends WorkspaceOption, Pick<OwnOptions, 'config'> {
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
  const all = completeEffects(effects);
  const { cwd, notice } = all;
  await useOwnTables(options, all);
  const { renderSite } = await import('../reports/site.ts');
  const { presentCoverage } = await import('../suites/coverage-by-name.ts');
  const { databaseFile } = await import('../results/workspace.ts');
  const workspace = workspaceOf(options, { cwd });
  const out =
    options.out === undefined ? join(workspace, 'reports', 'out') : resolve(cwd, options.out);
  const database = databaseFile(workspace);
  await sayIfJudgedByOthers(database, notice);
  return renderSite(database, { out, coverage: presentCoverage });
}

/**
 * A report judges by the rules of now. The verdicts that the database holds for SQL were judged
 * when it was last written, so an edit of the rules since then is said.
 */
async function sayIfJudgedByOthers(database: string, notice: Effects['notice']): Promise<void> {
  const [{ openStore }, { judgedByOthers }, { judgingRules }] = await Promise.all([
    import('../results/store.ts'),
    import('../results/judgements.ts'),
    import('../reports/judgement/rules.ts'),
  ]);
  const store = await openStore(database, 'read');
  try {
    const others = await judgedByOthers(store, judgingRules());
    if (others.length === 0) return;
    const names = others.map(({ suite, scale }) => `${suite}@${scale}`).join(', ');
    notice(
      `The verdicts of ${names} in ${database} were stored by other rules than this report's: "redistill ingest" judges again.`,
    );
  } finally {
    store.close();
  }
}

/** Forms of a report that are one text. */
export const textFormats = ['markdown', 'latex', 'csv', 'junit', 'annotations', 'json'] as const;

export type TextFormat = (typeof textFormats)[number];

export const failOnChoices = ['failed', 'undecided'] as const;

export type FailOn = (typeof failOnChoices)[number];

export interface TextReportOptions extends WorkspaceOption, Pick<OwnOptions, 'config'> {
  readonly format: TextFormat;
  /** `NAME` or `NAME@SCALE`: only this suite; default: all. */
  readonly suite?: string | undefined;
  /**
   * JUnit and annotations: also judges the latest execution against a commit, day, engine or
   * machine (as in `compare`), cell by cell.
   */
  readonly baseline?: string | undefined;
  /** With a baseline: least loss that is one, in the metric's unit; default: the suite's margin. */
  readonly threshold?: number | undefined;
  /**
   * Which findings give exit code 1: those that do not hold, or also undecided ones. Default: none.
   */
  readonly failOn?: FailOn | undefined;
  /** A file for the text; without it nothing is written. */
  readonly out?: string | undefined;
}

export interface TextReport {
  readonly text: string;
  /** The file that holds it now; null where none was asked for. */
  readonly file: string | null;
  /** Findings per level: of tables, gates, the suites' claims, the history and the baseline. */
  readonly counts: ReturnType<typeof countLevels>;
  /** 1: something that `failOn` names was found. */
  readonly exitCode: ExitCode;
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
  const all = completeEffects(effects);
  const { cwd, notice } = all;
  await useOwnTables(options, all);
  const { renderTextAndDigest } = await import('../reports/text-report.ts');
  const { countLevels } = await import('../reports/writers/digest.ts');
  const { databaseFile } = await import('../results/workspace.ts');
  const { format, suite, out, threshold } = options;
  const chosen = suite === undefined ? {} : splitSuiteName(suite, undefined);
  const database = databaseFile(workspaceOf(options, { cwd }));
  const against = await baselineOf(options, { cwd });
  const baseline = against === null ? null : { ...against, threshold };
  await sayIfJudgedByOthers(database, notice);
  const { text, digest } = await renderTextAndDigest(database, { format, baseline, ...chosen });
  const counts = countLevels(digest);
  const found = { text, counts, exitCode: exitCodeOf(counts, options.failOn) };
  if (out === undefined) return { ...found, file: null };
  const file = resolve(cwd, out);
  writeFileAtomic(file, text);
  return { ...found, file };
}

async function baselineOf(
  options: TextReportOptions,
  effects: Pick<Effects, 'cwd'>,
): Promise<BaselineCheck | null> {
  const { baseline, format, workspace, suite, threshold } = options;
  if (baseline === undefined) return null;
  const { digestFormats } = await import('../reports/writers/digest.ts');
  if (!digestFormats.includes(format)) {
    throw new UsageError(
      'REPORT_BASELINE',
      `A baseline is judged in the formats ${digestFormats.join(' and ')}, not in ${format}.`,
      { hint: '"redistill check --baseline" says it in words.' },
    );
  }
  const { checkAgainst } = await import('./check.ts');
  return checkAgainst(baseline, { workspace, suite, threshold }, effects);
}

function exitCodeOf(counts: TextReport['counts'], failOn: FailOn | undefined): ExitCode {
  if (failOn === undefined) return exitCodes.fine;
  const bad: readonly string[] =
    failOn === 'failed' ? ['failed', 'error'] : ['failed', 'error', 'warning'];
  return counts.some(({ level }) => bad.includes(level)) ? exitCodes.failed : exitCodes.fine;
}
