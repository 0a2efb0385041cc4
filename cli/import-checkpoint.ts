import { resolve } from 'node:path';
import { type ExitCode, exitCodes, UsageError } from '../common/errors.ts';
import { shortList } from '../common/shortened.ts';
import { schemaVersion } from '../runners/trial/spec.ts';
import type { CommandContext } from './command.ts';

/** `redistill import checkpoint FILE --model NAME`: see {@link importCheckpoint} of runners/checkpoints. */
export async function importCheckpointCommand(
  context: CommandContext,
  paths: readonly string[],
  options: {
    readonly model: string | undefined;
    readonly prefix: string | undefined;
    readonly normalisation: string | undefined;
    readonly workspace: string | undefined;
    readonly json: boolean;
  },
): Promise<ExitCode> {
  const [path, ...others] = paths;
  if (path === undefined || others.length > 0) {
    throw new UsageError(
      'USAGE_ARGUMENTS',
      `import checkpoint needs one file, not ${paths.length}.`,
    );
  }
  if (options.model === undefined) {
    throw new UsageError('USAGE_MISSING_OPTION', 'import checkpoint needs --model NAME.', {
      hint: 'The name of the network in suites, for example --model resnet32x4.',
    });
  }
  const { importCheckpoint } = await import('../runners/checkpoints/import-checkpoint.ts');
  const imported = importCheckpoint(
    resolve(context.cwd, path),
    options.model,
    resolve(context.cwd, options.workspace ?? '.'),
    { prefix: options.prefix, normalisation: options.normalisation },
  );
  if (options.json) {
    context.json({ schemaVersion, ...imported });
    return exitCodes.fine;
  }
  const { model, classes, tensors, converted, file, sha256, layout, leftOut, notExecuted } =
    imported;
  const place = [...imported.path, imported.prefix].filter((word) => word !== '').join('.');
  const from = place === '' ? '' : ` under "${place}"`;
  context.stdout(`${path}: ${model} with ${classes} classes, ${tensors} tensors${from}.`);
  if (imported.normalisation !== null) {
    context.stdout(`It sees pictures in the normalisation ${imported.normalisation}.`);
  }
  if (converted.length > 0) context.stdout(`Converted to float32: ${converted.join(', ')}.`);
  if (layout !== null) context.stdout(`Names of ${layout} were changed to those of ${model}.`);
  if (leftOut.length > 0) context.stdout(`Left out beside them: ${shortList(leftOut)}.`);
  if (notExecuted.length > 0) {
    context.stdout(
      `The pickle also names ${shortList(notExecuted, 10)}: nothing of these was executed, and no weight is made of them.`,
    );
  }
  context.stdout(`Stored as ${file}.`);
  context.stderr(
    `A suite's column takes it as its teacher with "checkpoint: ${sha256}"; before it teaches, its accuracy is measured and its gate applied.`,
  );
  return exitCodes.fine;
}
