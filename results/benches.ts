import { writeFileAtomic } from '../common/files.ts';
import { type BenchSuite, benchSuites } from '../contract/bench-suites.ts';
import { recordProblem } from '../contract/record-problem.ts';
import type { TypeOf } from '../contract/schema/define.ts';
import type * as schema from '../contract/schema/records.ts';
import { appendTo } from './appender.ts';
import { misnamed, type RecordReading, readRecord, wrongStart } from './record-file.ts';
import type { Store } from './store-types.ts';
import { tables } from './tables.ts';
import { benchFile, type InputFile } from './workspace.ts';

/** One number that a bench measured. */
export type BenchFigure = TypeOf<typeof schema.benchFigure>;
export type BenchEnvironment = TypeOf<typeof schema.benchEnvironment>;

/** The results of one suite of `redistill bench`, and where they were measured. */
export type BenchRecord = TypeOf<typeof schema.bench>;

export function benchName(startedAt: string, suite: BenchSuite): string {
  return `${startedAt.replace(/[-:.]/g, '')}-${suite}`;
}

/** @throws InfrastructureError `FILE_WRITE` */
export function writeBench(workspace: string, record: BenchRecord): void {
  writeFileAtomic(benchFile(workspace, record.bench), `${JSON.stringify(record, null, 1)}\n`);
}

/** Reads a result of `bench`, or says why the file is not one. */
export function readBench(file: InputFile): RecordReading<BenchRecord> {
  return readRecord<BenchRecord>(file, {
    code: 'BENCH_UNREADABLE',
    kind: 'no result of bench',
    wrong: (value) =>
      recordProblem('bench', value) ??
      wrongStart(value) ??
      misnamed(file, `runs/benches/${value.bench}.json`, String(value.bench)),
  });
}

/** Replaces what the database holds of these results. */
export async function storeBenches(store: Store, records: readonly BenchRecord[]): Promise<void> {
  if (records.length === 0) return;
  for (const { bench } of records) {
    for (const table of ['bench_runs', 'bench_figures']) {
      await store.run(`DELETE FROM ${table} WHERE bench = $1`, [bench]);
    }
  }
  const runs = await appendTo(store, 'bench_runs', tables.bench_runs);
  const figures = await appendTo(store, 'bench_figures', tables.bench_figures);
  for (const { bench, suite, startedAt, seconds, environment, ...record } of records) {
    const { memoryGiB: memory_gib, commit: commit_hash, ...rest } = environment;
    runs.add({ bench, suite, started_at: startedAt, seconds, memory_gib, commit_hash, ...rest });
    record.figures.forEach((figure, position) => {
      figures.add({ bench, position, ...figure });
    });
  }
  runs.close();
  figures.close();
}

export type BenchRunRow = Omit<BenchRecord, 'schemaVersion' | 'environment'> & BenchEnvironment;

/** The newest result of each suite, in the order of `benchSuites`. */
export async function latestBenches(store: Store): Promise<readonly BenchRunRow[]> {
  const runs = await store.rows<Omit<BenchRunRow, 'figures'>>(
    `SELECT bench, suite, strftime(started_at, '%Y-%m-%dT%H:%M:%SZ') AS "startedAt", seconds, cpu, cores,
            memory_gib AS "memoryGiB", gpu, os, node, tensorflow, torch, load, commit_hash AS "commit", dirty
       FROM bench_runs
    QUALIFY row_number() OVER (PARTITION BY suite ORDER BY started_at DESC, bench DESC) = 1`,
  );
  const place = ({ suite }: { readonly suite: BenchSuite }) => benchSuites.indexOf(suite);
  return Promise.all(
    runs
      .sort((one, other) => place(one) - place(other))
      .map(async (run) => ({
        ...run,
        figures: await store.rows<BenchFigure>(
          `SELECT name, side, variant, workers, threads, quantity, value, unit, samples, smallest, deviation
             FROM bench_figures WHERE bench = $1 ORDER BY position`,
          [run.bench],
        ),
      })),
  );
}
