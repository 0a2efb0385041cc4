import { resolve } from 'node:path';
import { type ExitCode, exitCodes, UsageError } from '../common/errors.ts';
import type { CommandContext } from './command.ts';

/**
 * `redistill import backbone FILE --model NAME`: see `importBackbone` of runners/weights/backbones.
 */
export async function importBackboneCommand(
  context: CommandContext,
  paths: readonly string[],
  options: {
    readonly model: string | undefined;
    readonly prefix: string | undefined;
    readonly json: boolean;
  },
): Promise<ExitCode> {
  const [path, ...others] = paths;
  if (path === undefined || others.length > 0) {
    throw new UsageError('USAGE_ARGUMENTS', `import backbone needs one file, not ${paths.length}.`);
  }
  if (options.model === undefined) {
    throw new UsageError('USAGE_MISSING_OPTION', 'import backbone needs --model NAME.', {
      hint: 'The name of the weights, for example --model torchvision/resnet50; redistill data backbones lists them.',
    });
  }
  const { weightsCalled } = await import('../reference/backbones/loader.ts');
  const weights = weightsCalled(options.model);
  const { importBackbone } = await import('../runners/weights/backbones/import-backbone.ts');
  const { tellBackbone } = await import('./data-backbones.ts');
  const record = importBackbone(
    resolve(context.cwd, path),
    weights,
    context.environment,
    options.prefix,
  );
  tellBackbone(context, record, options.json);
  return exitCodes.fine;
}
