import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { RedistillError } from '../../../common/errors.ts';
import {
  readRecord,
  readSubmission,
  submissionVersion,
  writeRecord,
} from '../cluster/submission.ts';
import { outcomesOfAll, runTask } from '../cluster/task-run.ts';
import { slurmPrograms } from './client.ts';
import { warningSignal } from './script.ts';

/*
 * The node's side of Redistill on Slurm: `node runners/executors/slurm/task.ts FOLDER` in a task of
 * an array runs the worker for the requests of that task.
 */

const folder = resolve(process.argv[2] as string);
const { SLURM_ARRAY_JOB_ID: job, SLURM_ARRAY_TASK_ID: index } = process.env;
if (job === undefined || index === undefined) {
  process.stderr.write('task.ts runs in a task of a Slurm array; use "redistill run".\n');
  process.exit(2);
}

const stop = new AbortController();
const warned = new AbortController();
process.on(warningSignal, () => warned.abort());
process.on('SIGTERM', () => stop.abort());
// Only Slurm decides.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});

try {
  process.exitCode = await runTask({
    folder,
    index: Number(index),
    job,
    warned: warned.signal,
    stopped: stop.signal,
    client: slurmPrograms,
    log: (line) => process.stderr.write(`${new Date().toISOString()} ${line}\n`),
  });
} catch (error) {
  // What cannot be written to the workspace is lost with it; the rest the command shall see.
  const reason = error instanceof RedistillError ? error.message : String((error as Error).stack);
  process.stderr.write(`${reason}\n`);
  const before = readRecord(folder, Number(index));
  writeRecord(folder, Number(index), {
    schemaVersion: submissionVersion,
    task: `${job}_${index}`,
    host: hostname(),
    starts: before?.starts ?? 1,
    fruitless: before?.fruitless ?? 1,
    progress: before?.progress ?? 0,
    together: before?.together ?? null,
    state: 'ended',
    outcomes: outcomesFor(reason),
  });
  process.exitCode = 3;
}

/**
 * The same end for all trials of this task; for none where the submission itself cannot be read.
 */
function outcomesFor(reason: string): ReturnType<typeof outcomesOfAll> {
  try {
    const task = readSubmission(folder).tasks[Number(index)];
    return task === undefined ? {} : outcomesOfAll(task, { state: 'infrastructure', reason });
  } catch {
    return {};
  }
}
