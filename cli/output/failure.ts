import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExitCode, InfrastructureError, RedistillError } from '../../common/errors.ts';
import { systemError } from '../../common/system-error.ts';
import { schemaVersion } from '../../contract/spec.ts';
import type { CommandContext } from '../command.ts';

/** Characters of a message that are shown: a name within it may be a megabyte long. */
const longestMessage = 20_000;

/**
 * Says what went wrong and returns the exit code: one sentence and a hint, for what Redistill
 * throws on purpose, for what the system refuses and for defects alike. The stack of a defect goes
 * to a file that is named. With `--json` the same as a document on standard output.
 */
export function printFailure(
  error: unknown,
  context: Pick<CommandContext, 'stderr' | 'json'>,
  asJson: boolean,
): ExitCode {
  const known = error instanceof RedistillError ? error : (systemError(error) ?? defect(error));
  const message = cut(known.message);
  if (asJson) {
    context.json({
      schemaVersion,
      error: {
        code: known.code,
        message,
        hint: known.hint ?? null,
        problems: known.problems.map(problemAsJson),
      },
    });
  } else if (known.problems.length > 1) {
    printProblems(known, context);
  } else {
    context.stderr(`redistill: ${message}`);
    if (known.hint !== undefined) context.stderr(`  ${known.hint}`);
  }
  return known.exitCode;
}

/** One of several mistakes, with its place in the file. */
function problemAsJson({ code, message, hint, place }: RedistillError) {
  return {
    code,
    message: cut(message),
    hint: hint ?? null,
    file: place?.file ?? null,
    line: place?.line ?? null,
    field: place?.field ?? null,
  };
}

/** Several mistakes, each with its hint below it. */
function printProblems(
  { message, problems }: RedistillError,
  context: Pick<CommandContext, 'stderr'>,
): void {
  context.stderr(`redistill: ${problems.length} mistakes:`);
  for (const problem of problems) {
    context.stderr(cut(problem.message));
    if (problem.hint !== undefined) context.stderr(`  ${problem.hint}`);
  }
  // An error lists the first of many, and its message says how many there are.
  const lines = message.split('\n');
  const last = lines.at(-1) as string;
  if (last.startsWith('and ')) context.stderr(last);
}

function cut(message: string): string {
  if (message.length <= longestMessage) return message;
  return `${message.slice(0, longestMessage)} ... (${message.length - longestMessage} more characters)`;
}

/** An unexpected error, with the place of its stack. */
function defect(error: unknown): RedistillError {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  const where = writeStack(stack);
  return new InfrastructureError(
    'DEFECT',
    `This is a defect of Redistill: ${first.slice(0, 300).replace(/\.?$/, '.')}`,
    {
      hint:
        where === null
          ? `Please report it with this stack, which could not be written to a file:\n${stack}`
          : `Please report it with its stack, which is in ${where}.`,
      cause: error,
    },
  );
}

/**
 * A file of the temporary folder that nobody else can have put there; null where none can be
 * written.
 */
function writeStack(stack: string): string | null {
  try {
    const path = join(mkdtempSync(join(tmpdir(), 'redistill-defect-')), 'stack.txt');
    writeFileSync(path, `${stack}\n`, { mode: 0o600 });
    return path;
  } catch {
    return null;
  }
}
