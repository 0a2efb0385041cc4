import { dryRun, run } from '../../app/run.ts';
import { dryRunAll, runAll } from '../../app/run-all.ts';
import { type ExitCode, exitCodes, UsageError } from '../../common/errors.ts';
import { type Scale, schemaVersion } from '../../contract/spec.ts';
import { type CommandContext, defineCommand, type OptionValues } from '../command.ts';
import { dryRunAsJson, printDryRun, showDryRun } from '../output/dry-run.ts';
import { allAsJson, printAll } from '../output/run-all.ts';
import { endAsJson, printEnd } from '../output/run-end.ts';
import { runEffectsOf, runOptions } from '../run-options.ts';

export const command = defineCommand({
  name: 'run',
  summary: 'train what a suite needs, then store and report it',
  description:
    'Trains teachers first, then the students of those that pass their gate. What was measured before with the same ' +
    'numerics is reused, what was interrupted goes on: the same command again finishes the work. Ctrl-C stops cleanly.',
  arguments: [
    { name: 'suite', summary: 'name or path of a suite, or NAME@SCALE (default: default)' },
  ],
  options: runOptions,
  examples: [
    { command: 'redistill run', meaning: 'the default suite at its proxy scale' },
    { command: 'redistill run default@smoke', meaning: 'the whole path in a minute or two' },
    {
      command: 'redistill run default --only none,kd --seeds 1,2,3',
      meaning: 'two methods, three seeds',
    },
    { command: 'redistill run default --dry-run', meaning: 'what it would do, and nothing else' },
    {
      command: 'redistill run --all --scale smoke',
      meaning: 'that every suite trains and reports',
    },
  ],
  async run(context, [suite, ...more], { noReport, all, dryRun: dry, ...values }) {
    const settings = { ...values, report: !noReport };
    if (all) return runEvery(context, [suite, ...more], settings, dry);
    if (dry) {
      showDryRun(context, await dryRun({ ...settings, suite }, runEffectsOf(context)), values.json);
      return exitCodes.fine;
    }
    const result = await run({ ...settings, suite }, runEffectsOf(context));
    if (values.json) context.json(endAsJson(result));
    else printEnd(context, result);
    return result.exitCode;
  },
});

type Settings = Omit<OptionValues<typeof runOptions>, 'noReport' | 'all' | 'dryRun'> & {
  readonly report: boolean;
};

async function runEvery(
  context: CommandContext,
  names: readonly (string | undefined)[],
  settings: Settings,
  dry: boolean,
): Promise<ExitCode> {
  const scale = scaleOfAll(names, settings.scale);
  if (dry) {
    const suites = await dryRunAll({ ...settings, scale }, runEffectsOf(context));
    if (settings.json) context.json({ schemaVersion, suites: suites.map(dryRunAsJson) });
    else for (const each of suites) printDryRun(context, each);
    return exitCodes.fine;
  }
  const result = await runAll({ ...settings, scale }, runEffectsOf(context));
  if (settings.json) context.json(allAsJson(result));
  else printAll(context, result);
  return result.exitCode;
}

/** @throws UsageError `RUN_ALL` where a suite is named as well, or no scale. */
export function scaleOfAll(
  names: readonly (string | undefined)[],
  scale: Scale | undefined,
): Scale {
  const named = names.find((name) => name !== undefined);
  if (named !== undefined) {
    throw new UsageError('RUN_ALL', `--all runs every suite, but "${named}" is named.`, {
      hint: 'Leave out the name, or --all.',
    });
  }
  if (scale === undefined) {
    throw new UsageError('RUN_ALL', '--all needs a scale.', {
      hint: 'For example: redistill run --all --scale smoke.',
    });
  }
  return scale;
}
