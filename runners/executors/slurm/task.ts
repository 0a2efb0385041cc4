import { resolve } from 'node:path';
import { runNode } from '../cluster/node.ts';
import { slurmPrograms } from './client.ts';
import { slurmNode } from './queue.ts';
import { warningSignal } from './script.ts';

/*
 * The node's side of Redistill on Slurm: `node runners/executors/slurm/task.ts FOLDER` in a task of
 * an array runs the worker for the requests of that task.
 */

const { SLURM_ARRAY_JOB_ID: job, SLURM_ARRAY_TASK_ID: index } = process.env;
if (job === undefined || index === undefined) {
  process.stderr.write('task.ts runs in a task of a Slurm array; use "redistill run".\n');
  process.exit(2);
}
await runNode({
  folder: resolve(process.argv[2] as string),
  ...{ job, index: Number(index), warning: warningSignal },
  queue: slurmNode(slurmPrograms),
});
