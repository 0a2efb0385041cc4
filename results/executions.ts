import { writeFileAtomic } from '../common/files.ts';
import type { EndState, RunId } from '../contract/journal-types.ts';
import type { Scale, TrialId } from '../contract/spec.ts';
import { appendTo } from './appender.ts';
import {
  misnamed,
  missingList,
  type RecordReading,
  readRecord,
  wrongStart,
} from './record-file.ts';
import type { Store } from './store-types.ts';
import { executionFile, type InputFile } from './workspace.ts';

/**
 * One call of `run` or `nightly`: a point in the history of its cells. It holds the cells as they
 * were then, because the plan of a suite is replaced by the next one, and rotating seeds are in no
 * later plan.
 */
export interface Execution {
  readonly schemaVersion: 1;
  /** Names the file: `20260102T031500123Z-default@smoke`. */
  readonly execution: string;
  readonly suite: string;
  readonly scale: Scale;
  readonly kind: 'run' | 'nightly';
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  /**
   * Seeds that only watch the bits, because rotating seeds carry the statistics; empty where all
   * seeds count.
   */
  readonly fixedSeeds: readonly number[];
  /**
   * What the plan said that the training would take, and what it took. Absent where nothing was
   * trained here.
   */
  readonly estimate?: {
    readonly trials: number;
    readonly unpriced: number;
    readonly predictedSeconds: number;
    readonly seconds: number;
  };
  readonly cells: readonly {
    readonly cell: string;
    readonly metric: string;
    readonly margin: number | null;
    readonly trials: readonly TrialId[];
  }[];
  readonly trials: readonly {
    readonly trial: TrialId;
    readonly run: RunId | null;
    readonly state: EndState | 'failed gate' | 'blocked';
    readonly reason: string;
  }[];
}

/** The name of an execution: its time to the millisecond, so that two of one suite do not meet. */
export function executionName(startedAt: string, suite: string, scale: Scale): string {
  return `${startedAt.replace(/[-:.]/g, '')}-${suite}@${scale}`;
}

/** @throws InfrastructureError `FILE_WRITE` */
export function writeExecution(workspace: string, execution: Execution): void {
  writeFileAtomic(
    executionFile(workspace, execution.execution),
    `${JSON.stringify(execution, null, 2)}\n`,
  );
}

/** Reads an execution, or says why it is none. */
export function readExecution(file: InputFile): RecordReading<Execution> {
  return readRecord<Execution>(file, {
    code: 'EXECUTION_UNREADABLE',
    kind: 'not an execution',
    wrong: (value) =>
      missingList(value, ['fixedSeeds', 'cells', 'trials']) ??
      missingText(value) ??
      wrongStart(value) ??
      misnamed(file, `runs/executions/${value.execution}.json`, `the execution ${value.execution}`),
  });
}

function missingText(value: Partial<Execution>): string | null {
  const field = (['suite', 'scale', 'kind'] as const).find(
    (each) => typeof value[each] !== 'string',
  );
  return field === undefined ? null : `the field "${field}" is missing.`;
}

/** Replaces what the database holds of these executions. */
export async function storeExecutions(
  store: Store,
  executions: readonly Execution[],
): Promise<void> {
  for (const { execution } of executions) {
    for (const table of ['executions', 'execution_cells', 'execution_runs']) {
      await store.run(`DELETE FROM ${table} WHERE execution = $1`, [execution]);
    }
  }
  const own = await appendTo(store, 'executions', ['text', 'text', 'text', 'text', 'time', 'text']);
  for (const { execution, suite, scale, kind, startedAt, fixedSeeds } of executions) {
    own.add(execution, suite, scale, kind, startedAt, JSON.stringify(fixedSeeds));
  }
  own.close();
  const cells = await appendTo(store, 'execution_cells', [
    'text',
    'integer',
    'text',
    'text',
    'double',
    'text',
  ]);
  for (const { execution, cells: list } of executions) {
    list.forEach(({ cell, metric, margin, trials }, position) => {
      for (const trial of trials) cells.add(execution, position, cell, metric, margin, trial);
    });
  }
  cells.close();
  const runs = await appendTo(store, 'execution_runs', ['text', 'text', 'text', 'text', 'text']);
  for (const { execution, trials } of executions) {
    for (const { trial, run, state, reason } of trials)
      runs.add(execution, trial, run, state, reason);
  }
  runs.close();
}
