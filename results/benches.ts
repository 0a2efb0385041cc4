import { writeFileAtomic } from '../common/files.ts';
import { appendTo } from './appender.ts';
import {
  misnamed,
  missingList,
  type RecordReading,
  readRecord,
  wrongStart,
} from './record-file.ts';
import type { Store } from './store-types.ts';
import { benchFile, type InputFile } from './workspace.ts';

export const benchSuites = ['step', 'cohort', 'methods', 'store', 'report', 'coco'] as const;
export type BenchSuite = (typeof benchSuites)[number];

/** One number that a bench measured. */
export interface BenchFigure {
  /** What was done: `kd-resnet32x4-resnet8x4`, `ingest`. */
  readonly name: string;
  readonly side: 'redistill' | 'peer';
  /**
   * How: `recorded`, `eager`; of a peer `plain`, `folded`, `folded, shared teacher`; a method's id;
   * empty where there is one way.
   */
  readonly variant: string;
  /** Processes at a time, and threads of each. */
  readonly workers: number;
  readonly threads: number;
  /**
   * `step`, `harness`, `start`, `first-step`, `time`, `cpu` (ms); `memory` (MiB); `rate` (1/s);
   * `against-kd`, `differing` (1).
   */
  readonly quantity: string;
  readonly value: number;
  readonly unit: string;
  readonly samples: number;
  readonly smallest: number | null;
  /** Median absolute deviation. */
  readonly deviation: number | null;
}

export interface BenchEnvironment {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly gpu: string | null;
  readonly os: string;
  readonly node: string;
  readonly tensorflow: string | null;
  readonly torch: string | null;
  /** Processes that wanted a core in the minute before the end. */
  readonly load: number;
  readonly commit: string | null;
  readonly dirty: boolean;
}

/** What one suite of `redistill bench` measured, and where. */
export interface BenchRecord {
  readonly schemaVersion: 1;
  /** Names the file: `20260102T031500123Z-step`. */
  readonly bench: string;
  readonly suite: BenchSuite;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly environment: BenchEnvironment;
  readonly figures: readonly BenchFigure[];
}

export function benchName(startedAt: string, suite: BenchSuite): string {
  return `${startedAt.replace(/[-:.]/g, '')}-${suite}`;
}

/** @throws InfrastructureError `FILE_WRITE` */
export function writeBench(workspace: string, record: BenchRecord): void {
  writeFileAtomic(benchFile(workspace, record.bench), `${JSON.stringify(record, null, 1)}\n`);
}

/** Reads a result of `bench`, or says why it is none. */
export function readBench(file: InputFile): RecordReading<BenchRecord> {
  return readRecord<BenchRecord>(file, {
    code: 'BENCH_UNREADABLE',
    kind: 'no result of bench',
    wrong: (value) =>
      wrongStart(value) ??
      (benchSuites.some((suite) => suite === value.suite)
        ? null
        : `suite is ${JSON.stringify(value.suite)}; this Redistill knows ${benchSuites.join(', ')}.`) ??
      (typeof value.seconds === 'number' ? null : 'the field "seconds" is missing or no number.') ??
      wrongField('environment', value.environment, environmentKinds) ??
      missingList(value, ['figures']) ??
      firstWrong(value.figures as readonly unknown[]) ??
      misnamed(file, `runs/benches/${value.bench}.json`, String(value.bench)),
  });
}

type Kind = 'text' | 'number' | 'flag' | 'text or null' | 'number or null';

const environmentKinds: Readonly<Record<keyof BenchEnvironment, Kind>> = {
  cpu: 'text',
  cores: 'number',
  memoryGiB: 'number',
  gpu: 'text or null',
  os: 'text',
  node: 'text',
  tensorflow: 'text or null',
  torch: 'text or null',
  load: 'number',
  commit: 'text or null',
  dirty: 'flag',
};

const figureKinds: Readonly<Record<keyof BenchFigure, Kind>> = {
  name: 'text',
  side: 'text',
  variant: 'text',
  workers: 'number',
  threads: 'number',
  quantity: 'text',
  value: 'number',
  unit: 'text',
  samples: 'number',
  smallest: 'number or null',
  deviation: 'number or null',
};

function firstWrong(figures: readonly unknown[]): string | null {
  for (const [index, figure] of figures.entries()) {
    const wrong = wrongField(`figures[${index}]`, figure, figureKinds);
    if (wrong !== null) return wrong;
  }
  return null;
}

function wrongField(
  place: string,
  value: unknown,
  kinds: Readonly<Record<string, Kind>>,
): string | null {
  if (value === null || typeof value !== 'object') return `the field "${place}" is missing.`;
  for (const [name, kind] of Object.entries(kinds)) {
    const found = (value as Readonly<Record<string, unknown>>)[name];
    if (!fits(found, kind))
      return `the field "${place}.${name}" is ${JSON.stringify(found)}, not a ${kind}.`;
  }
  return null;
}

function fits(value: unknown, kind: Kind): boolean {
  if (value === null) return kind === 'text or null' || kind === 'number or null';
  if (kind === 'flag') return typeof value === 'boolean';
  return typeof value === (kind.startsWith('text') ? 'string' : 'number');
}

/** Replaces what the database holds of these results. */
export async function storeBenches(store: Store, records: readonly BenchRecord[]): Promise<void> {
  if (records.length === 0) return;
  for (const { bench } of records) {
    for (const table of ['bench_runs', 'bench_figures']) {
      await store.run(`DELETE FROM ${table} WHERE bench = $1`, [bench]);
    }
  }
  const runs = await appendTo(store, 'bench_runs', [
    'text', // bench
    'text', // suite
    'time', // started_at
    'double', // seconds
    'text', // cpu
    'integer', // cores
    'double', // memory_gib
    'text', // gpu
    'text', // os
    'text', // node
    'text', // tensorflow
    'text', // torch
    'double', // load
    'text', // commit_hash
    'flag', // dirty
  ]);
  const figures = await appendTo(store, 'bench_figures', [
    'text', // bench
    'integer', // position
    'text', // name
    'text', // side
    'text', // variant
    'integer', // workers
    'integer', // threads
    'text', // quantity
    'double', // value
    'text', // unit
    'integer', // samples
    'double', // smallest
    'double', // deviation
  ]);
  for (const { bench, suite, startedAt, seconds, environment: at, ...record } of records) {
    const { cpu, cores, memoryGiB, gpu, os, node, tensorflow, torch, load, commit, dirty } = at;
    runs.add(
      bench,
      suite,
      startedAt,
      seconds,
      cpu,
      cores,
      memoryGiB,
      gpu,
      os,
      node,
      tensorflow,
      torch,
      load,
      commit,
      dirty,
    );
    record.figures.forEach((figure, position) => {
      figures.add(
        bench,
        position,
        figure.name,
        figure.side,
        figure.variant,
        figure.workers,
        figure.threads,
        figure.quantity,
        figure.value,
        figure.unit,
        figure.samples,
        figure.smallest,
        figure.deviation,
      );
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
