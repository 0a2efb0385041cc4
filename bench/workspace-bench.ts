import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { InfrastructureError } from '../common/errors.ts';
import { makeTemporaryFolder } from '../common/files.ts';
import { codePath } from '../common/installation.mjs';
import { schemaVersion } from '../contract/spec.ts';
import { fullWorkspace, type WorkspaceSize, writeWorkspace } from './workspace.ts';

/** `store`: all journals into a new database. `report`: the whole site from that database. */
export type WorkspaceSuite = 'store' | 'report';
/** `journal`: lines of epochs through the writer of trials, each synced to the disk. */
export type WorkspaceTask = WorkspaceSuite | 'journal';

export interface WorkspaceResult {
  readonly name: WorkspaceTask;
  readonly ours_ms: number;
  /** Of the process, all its threads. */
  readonly cpu_ms: number;
  readonly peak_mib: number;
  /** What was counted, and how many of it a second. */
  readonly counted: 'epochs' | 'cells' | 'lines';
  readonly per_second: number;
}

export interface WorkspaceBench {
  readonly schemaVersion: typeof schemaVersion;
  readonly suite: WorkspaceSuite;
  readonly conditions: {
    readonly hardware: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number };
    readonly os: string;
    readonly node: string;
    readonly size: WorkspaceSize & { readonly cells: number; readonly epochRows: number };
    /**
     * Processes that wanted a core in the minute before the measurement ended: above the cores, it
     * was not alone.
     */
    readonly load: number;
  };
  readonly results: readonly WorkspaceResult[];
}

const script = codePath(new URL('workspace-process.ts', import.meta.url));

/**
 * Makes a workspace of 10,000 cells and 1,000,000 epochs in a temporary folder and measures what
 * the suite is about, once: it takes seconds, and its scatter is small beside its distance to any
 * limit.
 *
 * @throws InfrastructureError `BENCH_FAILED` when the measured process fails
 */
export async function benchWorkspace(
  suite: WorkspaceSuite,
  options: {
    readonly size?: WorkspaceSize;
    /** Where the journal is written, since disks differ: on the disk of this folder. */
    readonly disk: string;
    readonly signal?: AbortSignal;
    onCase(name: string, mode: string): void;
  },
): Promise<WorkspaceBench> {
  const { size = fullWorkspace } = options;
  const workspace = makeTemporaryFolder('redistill-bench-');
  const disk = mkdtempSync(join(options.disk, '.redistill-bench-'));
  const cells = size.suites * size.rows * size.columns;
  const epochRows = cells * size.seeds * size.epochs;
  try {
    options.onCase(suite, `writing journals of ${cells} cells and ${epochRows} epochs`);
    await writeWorkspace(workspace, size, options.signal);
    options.onCase('store', 'ingest');
    const results = [await measure('store', workspace, epochRows, options.signal)];
    if (suite === 'report') {
      options.onCase('report', 'render');
      results.push(await measure('report', workspace, cells, options.signal));
    }
    options.onCase('journal', `${journalLines} lines`);
    results.push(await measure('journal', disk, journalLines, options.signal));
    return { schemaVersion, suite, conditions: conditionsOf(size, cells, epochRows), results };
  } finally {
    for (const folder of [workspace, disk]) rmSync(folder, { recursive: true, force: true });
  }
}

/** Lines of the journal that is written. */
const journalLines = 1000;

const counts = { store: 'epochs', report: 'cells', journal: 'lines' } as const;

/** @param count of what `counts` says of the task */
async function measure(
  name: WorkspaceTask,
  workspace: string,
  count: number,
  signal: AbortSignal | undefined,
): Promise<WorkspaceResult> {
  const result = await execa(process.execPath, [script, name, workspace, String(count)], {
    stdin: 'ignore',
    reject: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (result.failed) {
    throw new InfrastructureError('BENCH_FAILED', `The measuring process failed: ${result.stderr}`);
  }
  const { milliseconds, cpuMilliseconds, peakMiB } = JSON.parse(result.stdout) as {
    milliseconds: number;
    cpuMilliseconds: number;
    peakMiB: number;
  };
  return {
    name,
    ours_ms: milliseconds,
    cpu_ms: cpuMilliseconds,
    peak_mib: peakMiB,
    counted: counts[name],
    per_second: (1000 * count) / milliseconds,
  };
}

function conditionsOf(size: WorkspaceSize, cells: number, epochRows: number) {
  const processors = cpus();
  return {
    hardware: {
      cpu: processors[0]?.model.trim() ?? 'unknown',
      cores: processors.length,
      memoryGiB: Number((totalmem() / 2 ** 30).toFixed(1)),
    },
    os: `${type()} ${release()}`,
    node: process.versions.node,
    size: { ...size, cells, epochRows },
    load: Number((loadavg()[0] as number).toFixed(1)),
  };
}
