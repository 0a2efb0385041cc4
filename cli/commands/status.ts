import { type StatusResult, status } from '../../app/status.ts';
import { type Look, watch } from '../../app/watch.ts';
import { type ExitCode, exitCodes, UsageError } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { plural } from '../../reports/format.ts';
import { type CommandContext, defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';
import { statusLines, withCounts } from '../output/status.ts';

export const command = defineCommand({
  name: 'status',
  summary: 'show how far the trials of a suite are',
  description:
    'Reads the plans and journals that "redistill run" writes, never the database: it works at any time, beside a ' +
    'running suite as well. Time left is reckoned from the epochs that were journalled. With --watch it looks again and again: ' +
    'bars on a terminal, plain lines elsewhere. It ends by itself when every trial has ended or nothing has run for --patience seconds; ' +
    'Ctrl-C ends the watching and nothing else.',
  arguments: [
    { name: 'suite', summary: 'SUITE or SUITE@SCALE; without it, all that were run here' },
  ],
  options: {
    watch: { kind: 'flag', summary: 'look again and again until nothing runs any more' },
    interval: {
      kind: 'number',
      value: 'N',
      minimum: 0.1,
      summary: 'with --watch: seconds between two looks (default: 2)',
    },
    patience: {
      kind: 'number',
      value: 'N',
      minimum: 0,
      summary:
        'with --watch: seconds for which nothing may run, as while jobs wait in a queue (default: 15)',
    },
    workspace: sharedOptions.workspace,
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill status', meaning: 'every suite of this folder' },
    {
      command: 'redistill status --watch',
      meaning: 'progress and time left, beside a running suite',
    },
    { command: 'redistill status default@proxy --json', meaning: 'one, for a program' },
  ],
  async run(context, [suite], { workspace, json, watch: watching, interval, patience }) {
    refuseIdle({ json, watch: watching, interval, patience });
    const options = { suite, workspace };
    if (watching) return watchUntilEnd(context, { ...options, interval, patience });
    print(context, status(options, effectsOf(context)), json);
    return exitCodes.fine;
  },
});

/** @throws UsageError `STATUS_WATCH` for options that have no place together */
function refuseIdle(options: {
  readonly json: boolean;
  readonly watch: boolean;
  readonly interval: number | undefined;
  readonly patience: number | undefined;
}): void {
  const { json, watch: watching, interval, patience } = options;
  if (json && watching) {
    throw new UsageError(
      'STATUS_WATCH',
      '--json prints one document, and --watch never knows the last one.',
      {
        hint: 'Leave --watch out and ask as often as you like.',
      },
    );
  }
  const name = interval !== undefined ? '--interval' : patience !== undefined ? '--patience' : null;
  if (name !== null && !watching) {
    throw new UsageError('STATUS_WATCH', `${name} belongs to --watch.`, {
      hint: 'Give --watch as well, or leave it out.',
    });
  }
}

function print(context: CommandContext, { workspace, suites }: StatusResult, json: boolean): void {
  if (json) context.json({ schemaVersion, workspace, suites: suites.map(withCounts) });
  else if (suites.length === 0) context.stdout(`Nothing was run in ${workspace} yet.`);
  else for (const line of suites.flatMap(statusLines)) context.stdout(line);
}

/** The bars or lines, then the table, and what is left to do where there is something. */
async function watchUntilEnd(
  context: CommandContext,
  options: Parameters<typeof watch>[0],
): Promise<ExitCode> {
  const { watchBars, watchLines } = await import('../output/watch.ts');
  const effects = effectsOf(context);
  const display = context.isTerminal
    ? watchBars(context.progress)
    : watchLines(context.stdout, effects.clock.elapsed);
  let last: Look | undefined;
  try {
    for await (const look of watch(options, effects)) {
      display.show(look);
      last = look;
    }
  } finally {
    display.stop();
  }
  if (last === undefined) return exitCodes.fine;
  print(context, last, false);
  const open = last.progress.reduce((sum, each) => sum + each.open, 0);
  const runs = last.progress.some(({ running }) => running.length > 0);
  if (open > 0 && !runs) {
    context.stderr(
      `Nothing runs. "redistill run" goes on with what is open: ${plural(open, 'trial')}.`,
    );
  }
  return exitCodes.fine;
}
