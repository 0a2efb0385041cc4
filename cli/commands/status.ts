import { status } from '../../app/status.ts';
import { exitCodes } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';
import { statusLines, withCounts } from '../output/status.ts';

export const command = defineCommand({
  name: 'status',
  summary: 'show how far the trials of a suite are',
  description:
    'Reads the plans and journals that "redistill run" writes, never the database: it works at any time, beside a ' +
    'running suite as well.',
  arguments: [
    { name: 'suite', summary: 'SUITE or SUITE@SCALE; without it, all that were run here' },
  ],
  options: { workspace: sharedOptions.workspace, json: sharedOptions.json },
  examples: [
    { command: 'redistill status', meaning: 'every suite of this folder' },
    { command: 'redistill status default@proxy --json', meaning: 'one, for a program' },
  ],
  async run(context, [suite], { workspace: folder, json }) {
    const { workspace, suites } = status({ suite, workspace: folder }, effectsOf(context));
    if (json) {
      context.json({ schemaVersion, workspace, suites: suites.map(withCounts) });
    } else if (suites.length === 0) {
      context.stdout(`Nothing was run in ${workspace} yet.`);
    } else {
      for (const line of suites.flatMap(statusLines)) context.stdout(line);
    }
    return exitCodes.fine;
  },
});
