import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ExitCode, exitCodes, RedistillError, UsageError } from '../common/errors.ts';
import { suggestion } from '../common/nearest.ts';
import type { CommandContext } from './command.ts';
import { type CommandEntry, commands } from './commands/index.ts';
import { printFailure } from './output/failure.ts';
import { parseCommandLine } from './parse.ts';
import { processContext } from './process-context.ts';

/**
 * The whole command line: finds the command, parses its options, runs it, and turns whatever it
 * throws into words and an exit code. Never throws and never exits the process.
 *
 * @param argv what follows the program's name
 */
export async function main(
  argv: readonly string[],
  context: CommandContext,
  table: readonly CommandEntry[] = commands,
): Promise<ExitCode> {
  try {
    return await dispatch(argv, context, table);
  } catch (error) {
    return printFailure(interruption(error, context.signal), context, argv.includes('--json'));
  }
}

/**
 * What an aborted signal throws is the caller's wish, and no defect; anything else stays what it
 * is.
 */
function interruption(error: unknown, signal: AbortSignal): unknown {
  const wished =
    signal.aborted &&
    (error === signal.reason || (error instanceof Error && error.name === 'AbortError'));
  return wished ? new RedistillError('CANCELLED', 'Stopped before the end.') : error;
}

async function dispatch(
  argv: readonly string[],
  context: CommandContext,
  table: readonly CommandEntry[],
): Promise<ExitCode> {
  const [first, ...rest] = argv;
  if (first === 'help' && rest[0] !== undefined)
    return dispatch([rest[0], '--help'], context, table);
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    context.stdout(overview(table));
    return first === undefined ? exitCodes.usage : exitCodes.fine;
  }
  if (first === '--version' || first === '-V') {
    context.stdout(version());
    return exitCodes.fine;
  }
  const entry = table.find((candidate) => candidate.name === first);
  if (entry === undefined) throw unknownCommand(first, table);
  const { command } = await entry.load();
  const parsed = parseCommandLine(command, rest);
  if (parsed.kind === 'help') {
    context.stdout(parsed.text);
    return exitCodes.fine;
  }
  return command.run(context, parsed.args, parsed.options);
}

function unknownCommand(word: string, table: readonly CommandEntry[]): UsageError {
  const hint = 'See redistill --help.';
  if (word.startsWith('-')) {
    return new UsageError(
      'USAGE_UNKNOWN_OPTION',
      `Unknown option "${word}": options come after the command.`,
      { hint },
    );
  }
  const names = table.map((entry) => entry.name);
  return new UsageError(
    'USAGE_UNKNOWN_COMMAND',
    `Unknown command "${word}". ${suggestion(word, names)}`,
    { hint },
  );
}

function overview(table: readonly CommandEntry[]): string {
  const width = Math.max(...table.map((entry) => entry.name.length));
  return [
    'Usage: redistill COMMAND [ARGUMENTS] [OPTIONS]',
    '',
    'Reproduces the published tables of knowledge-distillation papers and says, cell by cell, whether they hold.',
    '',
    'Commands:',
    ...table.map((entry) => `  ${entry.name.padEnd(width)}  ${entry.summary}`),
    '',
    'Options:',
    '  -h, --help     show this help; "redistill COMMAND --help" that of a command',
    '  -V, --version  show the version',
    '',
    'Exit codes: 0 fine, 1 regression or failed gate, 2 usage, 3 infrastructure; 130 after Ctrl-C.',
  ].join('\n');
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

const startedDirectly =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (startedDirectly) {
  const { context, exitWith } = processContext();
  // Whatever is thrown where nobody waits for it ends in a sentence too.
  process.on('uncaughtException', (error) => {
    process.exit(printFailure(error, context, process.argv.includes('--json')));
  });
  exitWith(await main(process.argv.slice(2), context));
}
