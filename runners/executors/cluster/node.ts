import { hostname } from 'node:os';
import { RedistillError } from '../../../common/errors.ts';
import { readRecord, readSubmission, submissionVersion, writeRecord } from './submission.ts';
import type { TaskOptions } from './task-options.ts';
import { outcomesOfAll, runTask } from './task-run.ts';

/** What a queue's program on the node knows of its task. */
export interface NodeOptions extends Pick<TaskOptions, 'folder' | 'index' | 'job' | 'queue'> {
  /** By which the queue announces the time limit; null where it does not. */
  readonly warning: NodeJS.Signals | null;
}

/**
 * The node's side: runs the trials of one task in this process, which does nothing else. The queue
 * ends it by SIGTERM. Sets the exit code of the process, and leaves a record whatever happens.
 */
export async function runNode({ warning, ...task }: NodeOptions): Promise<void> {
  const stop = new AbortController();
  const warned = new AbortController();
  if (warning !== null) process.on(warning, () => warned.abort());
  process.on('SIGTERM', () => stop.abort());
  // Only the queue decides.
  process.on('SIGINT', () => {});
  process.on('SIGHUP', () => {});
  try {
    process.exitCode = await runTask({
      ...task,
      warned: warned.signal,
      stopped: stop.signal,
      log: (line) => process.stderr.write(`${new Date().toISOString()} ${line}\n`),
    });
  } catch (error) {
    // What cannot be written to the workspace is lost with it; the rest the command shall see.
    const reason = error instanceof RedistillError ? error.message : String((error as Error).stack);
    process.stderr.write(`${reason}\n`);
    recordFailure(task, reason);
    process.exitCode = 3;
  }
}

function recordFailure({ folder, index, job }: Omit<NodeOptions, 'warning'>, reason: string): void {
  const before = readRecord(folder, index);
  writeRecord(folder, index, {
    schemaVersion: submissionVersion,
    task: `${job}_${index}`,
    host: hostname(),
    starts: before?.starts ?? 1,
    fruitless: before?.fruitless ?? 1,
    progress: before?.progress ?? 0,
    together: before?.together ?? null,
    state: 'ended',
    outcomes: outcomesFor(folder, index, reason),
  });
}

/**
 * The same end for all trials of this task; for none where the submission itself cannot be read.
 */
function outcomesFor(
  folder: string,
  index: number,
  reason: string,
): ReturnType<typeof outcomesOfAll> {
  try {
    const task = readSubmission(folder).tasks[index];
    return task === undefined ? {} : outcomesOfAll(task, { state: 'infrastructure', reason });
  } catch {
    return {};
  }
}
