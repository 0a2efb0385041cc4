import { resolve } from 'node:path';
import { type ExitCode, exitCodes, UsageError } from '../common/errors.ts';
import { suggestion } from '../common/nearest.ts';
import { shortList } from '../common/shortened.ts';
import { schemaVersion } from '../contract/spec.ts';
import type { ImportedCheckpoint } from '../runners/weights/checkpoints/import-checkpoint.ts';
import type { CommandContext } from './command.ts';

interface ImportOptions {
  readonly prefix: string | undefined;
  readonly normalisation: string | undefined;
  readonly workspace: string | undefined;
}

/**
 * `redistill import checkpoint FILE --model NAME`: see {@link importCheckpoint} of
 * runners/weights/checkpoints.
 */
export async function importCheckpointCommand(
  context: CommandContext,
  paths: readonly string[],
  options: ImportOptions & {
    readonly model: string | undefined;
    readonly release: string | undefined;
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
  const imported =
    options.release === undefined
      ? await importOwn(context, path, options.model, options)
      : await importReleased(context, path, options.model, options.release, options);
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
  if (options.release !== undefined) {
    context.stderr(
      `It is the teacher ${model} of ${options.release} now: at scale paper it teaches what that taught, after its accuracy is measured and its gate applied.`,
    );
    return exitCodes.fine;
  }
  context.stderr(
    `A suite's column takes it as its teacher with "checkpoint: ${sha256}"; before it teaches, its accuracy is measured and its gate applied.`,
  );
  return exitCodes.fine;
}

async function importOwn(
  context: CommandContext,
  path: string,
  model: string,
  { prefix, normalisation, workspace }: ImportOptions,
): Promise<ImportedCheckpoint> {
  const { importCheckpoint } = await import('../runners/weights/checkpoints/import-checkpoint.ts');
  const folder = resolve(context.cwd, workspace ?? '.');
  return importCheckpoint(resolve(context.cwd, path), model, folder, { prefix, normalisation });
}

/** `--release NAME`: the weights become that release's teacher, as if they had been fetched. */
async function importReleased(
  context: CommandContext,
  path: string,
  model: string,
  name: string,
  { prefix, normalisation }: ImportOptions,
): Promise<ImportedCheckpoint> {
  const [{ loadTeacherReleases }, { importReleasedTeacher }] = await Promise.all([
    import('../reference/teachers/loader.ts'),
    import('../runners/weights/teachers/store.ts'),
  ]);
  const releases = loadTeacherReleases();
  const release = releases.find(({ id }) => id === name);
  if (release === undefined) {
    const known = releases.map(({ id }) => id);
    throw new UsageError(
      'RELEASE_UNKNOWN',
      `There is no release of teachers called "${name}". ${suggestion(name, known)}`,
      { hint: 'See: redistill data teachers.' },
    );
  }
  if (normalisation !== undefined && normalisation !== release.normalisation) {
    throw new UsageError(
      'RELEASE_NORMALISATION',
      `The teachers of ${name} have ${release.normalisation ?? "their data set's normalisation"}, not ${normalisation}.`,
      { hint: 'Leave --normalisation out: the release states it.' },
    );
  }
  return importReleasedTeacher(
    resolve(context.cwd, path),
    release,
    model,
    context.environment,
    prefix,
  );
}
