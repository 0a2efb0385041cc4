import { jobs } from '../../app/jobs.ts';
import { exitCodes } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';
import { anyExecutor } from '../executor-options.ts';
import { jobLines } from '../output/jobs.ts';

export const command = defineCommand({
  name: 'jobs',
  summary: 'show or end the jobs that a cluster holds for a suite',
  description:
    'Asks the queue what waits and runs for the suites of this workspace, since jobs go on without the command that submitted ' +
    'them. With --cancel they write a checkpoint and end; "redistill run" goes on from it.',
  arguments: [
    { name: 'suite', summary: 'SUITE or SUITE@SCALE; without it, all that were run here' },
  ],
  options: {
    cancel: { kind: 'flag', summary: 'end the jobs of the suite at their checkpoints' },
    executor: anyExecutor,
    workspace: sharedOptions.workspace,
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill jobs', meaning: 'every job of this folder' },
    { command: 'redistill jobs lskd-table2@paper --cancel', meaning: 'end those of one suite' },
  ],
  async run(context, [suite], { json, ...options }) {
    const result = await jobs({ ...options, suite }, effectsOf(context));
    if (json) context.json({ schemaVersion, ...result });
    else for (const line of jobLines(result)) context.stdout(line);
    return exitCodes.fine;
  },
});
