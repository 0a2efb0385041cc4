import { resolve } from 'node:path';
import type { ExportedFile, ExportFormat } from '../reports/writers/export.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';

export interface ExportOptions extends WorkspaceOption {
  /** Folder of the files. */
  readonly out: string;
  /** Default: `parquet`. */
  readonly format?: ExportFormat | undefined;
}

export interface ExportResult {
  readonly format: ExportFormat;
  readonly folder: string;
  readonly files: readonly ExportedFile[];
}

/**
 * Writes one file per table of `results.duckdb`, and one with every cell and its verdict.
 *
 * @throws RedistillError `STORE_MISSING`; InfrastructureError `STORE_LOCKED`
 */
export async function exportTables(
  options: ExportOptions,
  effects: Partial<Effects> = {},
): Promise<ExportResult> {
  const { cwd } = completeEffects(effects);
  const [writers, { databaseFile }] = await Promise.all([
    import('../reports/writers/export.ts'),
    import('../results/workspace.ts'),
  ]);
  const { format = 'parquet' } = options;
  const folder = resolve(cwd, options.out);
  const database = databaseFile(workspaceOf(options, { cwd }));
  return { format, folder, files: await writers.exportTables(database, { format, out: folder }) };
}
