import { join } from 'node:path';
import { RedistillError } from '../../common/errors.ts';

/** The results of storing and reporting. */
export interface Publication {
  readonly database: string;
  /** The page to open first; null without a report. */
  readonly index: string | null;
  /** Journals and plans that could not be read, in sentences. */
  readonly warnings: readonly string[];
  /**
   * Why it failed, for instance because another process writes. The trials are safe in their
   * journals.
   */
  readonly problem: RedistillError | null;
}

/** Brings the database up to date with what was run, and renders the report. */
export async function publish(workspace: string, withReport: boolean): Promise<Publication> {
  const [{ ingest }, { publishedNumbers }, { loadPublished }, { databaseFile }, { judge }] =
    await Promise.all([
      import('../../results/ingest.ts'),
      import('../../results/published.ts'),
      import('../../reference/published/loader.ts'),
      import('../../results/workspace.ts'),
      import('../../reports/judgement/judge.ts'),
    ]);
  const database = databaseFile(workspace);
  let warnings: readonly string[] = [];
  try {
    const summary = await ingest({
      workspace,
      published: publishedNumbers(loadPublished()),
      judge: judge(),
    });
    warnings = summary.problems.map(({ message }) => message);
    if (!withReport) return { database, index: null, warnings, problem: null };
    const { renderSite } = await import('../../reports/site.ts');
    const { presentCoverage } = await import('../../suites/coverage-by-name.ts');
    const out = join(workspace, 'reports', 'out');
    const { index } = await renderSite(database, { out, coverage: presentCoverage });
    return { database, index, warnings, problem: null };
  } catch (error) {
    if (!(error instanceof RedistillError)) throw error;
    return { database, index: null, warnings, problem: error };
  }
}
