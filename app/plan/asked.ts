import { relative } from 'node:path';
import type { PlanRequestRecord } from '../../contract/plan-types.ts';
import type { ExecutorOptions } from '../../runners/executors/kinds.ts';
import type { WorkspaceOption } from '../effects.ts';

import type { OwnOptions } from '../own/use.ts';
import { askedOptions } from '../run/executor.ts';

import type { SelectionOptions, TrainingOptions } from '../run/options.ts';
import { splitSuiteName } from './suite-name.ts';

/** The options of `run` and `plan` without which another call would plan or measure otherwise. */
export type AskedOptions = WorkspaceOption &
  OwnOptions &
  Pick<SelectionOptions, 'data' | 'external' | 'ownTeachers'> &
  Pick<TrainingOptions, 'eager' | 'executor' | keyof ExecutorOptions>;

/**
 * How a plan was asked for, in the words of whoever asked: reports show the command that does it
 * again. Paths stay as they were typed, so that nothing of a machine gets into a report that its
 * user did not write.
 *
 * @param cwd where the command was given, absolute
 * @param workspace absolute
 * @param name the suite as it was named: a name or a path, with or without its scale
 */
export async function planRequestRecord(
  cwd: string,
  workspace: string,
  name: string,
  options: AskedOptions,
): Promise<PlanRequestRecord> {
  const { plugin = [], config, data, external, ownTeachers, eager } = options;
  const withValue = (option: string, value: string | undefined) =>
    value === undefined ? [] : [option, value];
  return {
    folder: relative(workspace, cwd).replaceAll('\\', '/'),
    suite: splitSuiteName(name, undefined).suite,
    options: [
      ...withValue('--workspace', options.workspace),
      ...withValue('--config', config),
      ...plugin.flatMap((file) => ['--plugin', file]),
      ...withValue('--data', data),
      ...withValue('--external', external),
      ...(ownTeachers === true ? ['--own-teachers'] : []),
      ...(eager === true ? ['--eager'] : []),
      ...(await askedOptions(options)),
    ],
  };
}
