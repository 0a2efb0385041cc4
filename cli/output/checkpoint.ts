import { shortList } from '../../common/shortened.ts';
import type { ImportedCheckpoint } from '../../runners/weights/checkpoints/import-checkpoint.ts';
import type { CommandContext } from '../command.ts';

/** `redistill import checkpoint`: what was taken of the file, and how a suite names it. */
export function printCheckpoint(
  context: CommandContext,
  imported: ImportedCheckpoint,
  { path, release }: { readonly path: string; readonly release: string | undefined },
): void {
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
  if (release !== undefined) {
    context.stderr(
      `It is the teacher ${model} of ${release} now: at scale paper it teaches what that taught, after its accuracy is measured and its gate applied.`,
    );
    return;
  }
  context.stderr(
    `A suite's column takes it as its teacher with "checkpoint: ${sha256}"; before it teaches, its accuracy is measured and its gate applied.`,
  );
}
