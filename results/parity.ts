import { writeFileAtomic } from '../common/files.ts';
import type { ParityRecord, ParitySample } from '../contract/parity.ts';
import { recordProblem } from '../contract/record-problem.ts';
import { appendTo } from './appender.ts';
import { misnamed, type RecordReading, readRecord, wrongStart } from './record-file.ts';
import type { Store } from './store-types.ts';
import { tables } from './tables.ts';
import { type InputFile, parityFile } from './workspace.ts';

export type { ParityRecord };

export function parityName(startedAt: string, mode: ParityRecord['mode']): string {
  return `${startedAt.replace(/[-:.]/g, '')}-${mode}`;
}

/** @throws InfrastructureError `FILE_WRITE` */
export function writeParity(workspace: string, record: ParityRecord): void {
  writeFileAtomic(parityFile(workspace, record.parity), `${JSON.stringify(record, null, 1)}\n`);
}

/** Reads a result of `verify`, or says why the file is not one. */
export function readParity(file: InputFile): RecordReading<ParityRecord> {
  return readRecord<ParityRecord>(file, {
    code: 'PARITY_UNREADABLE',
    kind: 'no result of verify',
    wrong: (value) =>
      recordProblem('parity', value) ??
      wrongStart(value) ??
      misnamed(file, `runs/parity/${value.parity}.json`, String(value.parity)),
  });
}

/** Replaces what the database holds of these results. */
export async function storeParity(store: Store, records: readonly ParityRecord[]): Promise<void> {
  if (records.length === 0) return;
  for (const { parity } of records) {
    for (const table of ['parity_runs', 'parity_cases']) {
      await store.run(`DELETE FROM ${table} WHERE parity = $1`, [parity]);
    }
  }
  const runs = await appendTo(store, 'parity_runs', tables.parity_runs);
  const cases = await appendTo(store, 'parity_cases', tables.parity_cases);
  for (const { parity, mode, seconds, environment, ...record } of records) {
    const { commit: commit_hash, ...rest } = environment;
    runs.add({
      parity,
      started_at: record.startedAt,
      mode,
      own_golden: record.ownGolden,
      seconds,
      ...rest,
      commit_hash,
      not_covered: JSON.stringify(record.notCovered),
      sample_files: record.sample?.files ?? null,
      sample_of: record.sample?.of ?? null,
    });
    record.cases.forEach(({ file, name, ok, maxError, tolerance, note, skipped }, position) => {
      cases.add({
        parity,
        position,
        file,
        name,
        ok,
        max_error: maxError === Number.MAX_VALUE ? null : maxError,
        tolerance,
        note: note ?? null,
        skipped: skipped ?? false,
      });
    });
  }
  runs.close();
  cases.close();
}

export type ParityRunRow = Omit<
  ParityRecord,
  'schemaVersion' | 'environment' | 'cases' | 'sample'
> &
  ParityRecord['environment'] & {
    readonly cases: readonly ParityCaseRow[];
    /** Null for a whole result. */
    readonly sample: ParitySample | null;
  };

export interface ParityCaseRow {
  readonly file: string;
  readonly name: string;
  readonly ok: boolean;
  /** Null where shapes, names or finiteness differ. */
  readonly maxError: number | null;
  readonly tolerance: number;
  readonly note: string | null;
  /**
   * Whether the official code gave nothing to compare with; `note` says why, and `ok` means nothing
   * then.
   */
  readonly skipped: boolean;
}

/**
 * The newest result of each way of running, recorded first. A sample counts only where nothing
 * whole is there, however old.
 */
export async function latestParity(store: Store): Promise<readonly ParityRunRow[]> {
  const runs = await store.rows<
    Omit<ParityRunRow, 'notCovered' | 'cases' | 'sample'> & {
      readonly notCovered: string;
      readonly sampleFiles: number | null;
      readonly sampleOf: number | null;
    }
  >(
    `SELECT parity, strftime(started_at, '%Y-%m-%dT%H:%M:%SZ') AS "startedAt", mode, own_golden AS "ownGolden", seconds, cpu,
            cores, os, node, tensorflow, commit_hash AS "commit", dirty, not_covered AS "notCovered",
            sample_files AS "sampleFiles", sample_of AS "sampleOf"
       FROM parity_runs
    QUALIFY row_number() OVER (PARTITION BY mode ORDER BY sample_files IS NOT NULL, started_at DESC, parity DESC) = 1
      ORDER BY mode DESC`,
  );
  return Promise.all(
    runs.map(async ({ sampleFiles, sampleOf, ...run }) => ({
      ...run,
      sample: sampleFiles === null ? null : { files: sampleFiles, of: sampleOf as number },
      notCovered: JSON.parse(run.notCovered) as string[],
      cases: await store.rows<ParityCaseRow>(
        `SELECT file, name, ok, max_error AS "maxError", tolerance, note, skipped
           FROM parity_cases WHERE parity = $1 ORDER BY position`,
        [run.parity],
      ),
    })),
  );
}
