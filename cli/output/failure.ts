import { type ExitCode, exitCodes, RedistillError } from '../../common/errors.ts';
import { schemaVersion } from '../../runners/trial/spec.ts';
import type { CommandContext } from '../command.ts';

/**
 * Says what went wrong and returns the exit code: one sentence and a hint for what Redistill throws on purpose, the
 * stack for everything else. With `--json` the same as a document on standard output.
 */
export function printFailure(
  error: unknown,
  context: Pick<CommandContext, 'stderr' | 'json'>,
  asJson: boolean,
): ExitCode {
  if (!(error instanceof RedistillError)) return printDefect(error, context, asJson);
  if (asJson) {
    context.json({
      schemaVersion,
      error: { code: error.code, message: error.message, hint: error.hint ?? null },
    });
  } else {
    context.stderr(`redistill: ${error.message}`);
    if (error.hint !== undefined) context.stderr(`  ${error.hint}`);
  }
  return error.exitCode;
}

function printDefect(
  error: unknown,
  context: Pick<CommandContext, 'stderr' | 'json'>,
  asJson: boolean,
): ExitCode {
  const hint = 'This is a defect of Redistill: please report it with the lines above.';
  if (asJson) {
    const message = error instanceof Error ? error.message : String(error);
    context.json({ schemaVersion, error: { code: 'DEFECT', message, hint } });
  }
  context.stderr(error instanceof Error ? (error.stack ?? error.message) : String(error));
  context.stderr(hint);
  return exitCodes.infrastructure;
}
