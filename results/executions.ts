import { writeFileAtomic } from '../common/files.ts';
import { recordProblem } from '../contract/record-problem.ts';
import type { TypeOf } from '../contract/schema/define.ts';
import type * as schema from '../contract/schema/records.ts';
import type { Scale } from '../contract/spec.ts';
import { appendTo } from './appender.ts';
import { misnamed, type RecordReading, readRecord, wrongStart } from './record-file.ts';
import type { Store } from './store-types.ts';
import { tables } from './tables.ts';
import { executionFile, type InputFile } from './workspace.ts';

/** One call of `run` or `nightly`: a point in the history of its cells. */
export type Execution = TypeOf<typeof schema.execution>;

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

/** Reads an execution, or says why the file is not one. */
export function readExecution(file: InputFile): RecordReading<Execution> {
  return readRecord<Execution>(file, {
    code: 'EXECUTION_UNREADABLE',
    kind: 'not an execution',
    wrong: (value) =>
      recordProblem('execution', value) ??
      wrongStart(value) ??
      misnamed(file, `runs/executions/${value.execution}.json`, `the execution ${value.execution}`),
  });
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
  const own = await appendTo(store, 'executions', tables.executions);
  for (const { execution, suite, scale, kind, startedAt, fixedSeeds } of executions) {
    const fixed_seeds = JSON.stringify(fixedSeeds);
    own.add({ execution, suite, scale, kind, started_at: startedAt, fixed_seeds });
  }
  own.close();
  const cells = await appendTo(store, 'execution_cells', tables.execution_cells);
  for (const { execution, cells: list } of executions) {
    list.forEach(({ cell, metric, margin, trials }, position) => {
      for (const trial of trials) cells.add({ execution, position, cell, metric, margin, trial });
    });
  }
  cells.close();
  const runs = await appendTo(store, 'execution_runs', tables.execution_runs);
  for (const { execution, trials } of executions) {
    for (const { trial, run, state, reason } of trials) {
      runs.add({ execution, trial, run, state, reason });
    }
  }
  runs.close();
}
