import type { IngestSummary } from '../results/ingest.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';
import { type OwnOptions, useOwnTables } from './own/use.ts';

export interface IngestOptions extends WorkspaceOption, Pick<OwnOptions, 'config'> {
  /** Make the database anew from the files; the old one stays until it is complete. */
  readonly rebuild?: boolean | undefined;
}

/**
 * Brings `results.duckdb` up to date with the plans and journals of a workspace and with the
 * published tables, and stores the verdicts that follow. Files whose content has not changed are
 * skipped.
 *
 * @throws InfrastructureError `STORE_LOCKED` where another process writes
 */
export async function ingest(
  options: IngestOptions = {},
  effects: Partial<Effects> = {},
): Promise<IngestSummary> {
  const [store, { publishedNumbers }, { loadPublished }, { judge }] = await Promise.all([
    import('../results/ingest.ts'),
    import('../results/published.ts'),
    import('../reference/published/loader.ts'),
    import('../reports/judgement/judge.ts'),
  ]);
  const all = completeEffects(effects);
  await useOwnTables(options, all);
  return store.ingest({
    workspace: workspaceOf(options, all),
    rebuild: options.rebuild ?? false,
    published: publishedNumbers(loadPublished()),
    judge: judge(),
  });
}
