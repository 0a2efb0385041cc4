import { printableLine } from '../common/printable.ts';
import type { CommandContext } from './command.ts';

/** Conventional exit codes of a process that a signal ended: 128 + its number. */
const interruptions: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
/**
 * How long, in milliseconds, a command may take to return after the first signal, and after the
 * second.
 */
const stopPatience = 9_500;
const killPatience = 2_000;

/**
 * JSON escapes all control characters except DEL and C1. U+009B, one of C1, begins a command on a
 * terminal.
 */
function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}

/**
 * The context of the real process. Takes over SIGINT, SIGTERM and SIGHUP: the first aborts
 * `signal`, the second `killSignal`. A command that has not returned within ten seconds of the
 * first, or two of the second, is ended by force: what it was doing is made to survive that, and
 * its worker processes notice.
 */
export function processContext(): { context: CommandContext; exitWith(code: number): void } {
  const stop = new AbortController();
  const kill = new AbortController();
  let interrupted: number | undefined;
  for (const name of Object.keys(interruptions) as NodeJS.Signals[]) {
    process.on(name, () => {
      interrupted ??= interruptions[name];
      if (!stop.signal.aborted) {
        stop.abort();
        setTimeout(() => process.exit(interrupted), stopPatience).unref();
      } else if (!kill.signal.aborted) {
        kill.abort();
        setTimeout(() => process.exit(interrupted), killPatience).unref();
      }
    });
  }
  // A reader that went away (`redistill status | head`) is no defect.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  const context: CommandContext = {
    stdout: (line) => void process.stdout.write(`${printableLine(line)}\n`),
    stderr: (line) => void process.stderr.write(`${printableLine(line)}\n`),
    json: (value) => void process.stdout.write(`${jsonText(value)}\n`),
    cwd: process.cwd(),
    environment: process.env,
    isTerminal: process.stderr.isTTY === true,
    progress: process.stderr,
    signal: stop.signal,
    killSignal: kill.signal,
  };
  return {
    context,
    /**
     * Ends the process once what was written is out; an interrupted one says so in its exit code.
     */
    exitWith(code) {
      process.exitCode = interrupted ?? code;
      process.stdout.write('', () => process.stderr.write('', () => process.exit()));
    },
  };
}
