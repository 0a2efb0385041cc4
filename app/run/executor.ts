import { UsageError } from '../../common/errors.ts';
import { lookUp } from '../../common/look-up.ts';
import { suggestion } from '../../common/nearest.ts';
import { loaderThreads } from '../../runners/data/loader-threads.ts';
import type { Executor, OpenExecutor, Place } from '../../runners/executors/executor.ts';
import { defaultExecutor, executors } from '../../runners/executors/kinds.ts';
import { misfit, optionName } from '../../runners/executors/options.ts';
import type { TrainingOptions } from './options.ts';

/**
 * Opens the executor that is asked for, with those of the options that are its own.
 *
 * @throws UsageError `RUN_EXECUTOR` for an unknown one; `RUN_EXECUTOR_OPTION` for an option of
 *   another executor, and for a value that does not fit; `LOADER_THREADS` for an environment that
 *   no training takes; and what the executor's `open` throws
 */
export async function openExecutor(settings: TrainingOptions, place: Place): Promise<OpenExecutor> {
  const executor = await executorOf(settings);
  const options = await ownOptions(executor, settings);
  // Refused by each training alone, it would stand as a failure of all of them.
  loaderThreads(place.environment);
  const { device = 'cpu', threads, cohort, maxMemory, gpus } = settings;
  return executor.open(options, { device, threads, cohort, maxMemory, gpus }, place);
}

/**
 * The options of the executor that decide what is measured, as one types them: they belong to the
 * command that measures the same again.
 */
export async function askedOptions(settings: TrainingOptions): Promise<readonly string[]> {
  const { id, options } = await executorOf(settings);
  const values = settings as Readonly<Record<string, unknown>>;
  const own = Object.entries(options).flatMap(([name, { asked, kind }]) => {
    if (asked !== true || !isGiven(values[name])) return [];
    return kind === 'flag' ? [optionName(name)] : [optionName(name), String(values[name])];
  });
  return [...(id === defaultExecutor ? [] : ['--executor', id]), ...own];
}

async function executorOf({ executor: id = defaultExecutor }: TrainingOptions): Promise<Executor> {
  const [executor] = await executors.load([id]);
  if (executor !== undefined) return executor;
  throw new UsageError(
    'RUN_EXECUTOR',
    `There is no executor called "${id}". ${suggestion(id, executors.ids)}`,
    { hint: 'See redistill list executors.' },
  );
}

/** What is not the executor's own is refused, because it would be ignored. */
async function ownOptions(
  executor: Executor,
  settings: TrainingOptions,
): Promise<Readonly<Record<string, string | number | boolean>>> {
  const values = settings as Readonly<Record<string, unknown>>;
  for (const other of await executors.load()) {
    for (const name of Object.keys(other.options)) {
      if (Object.hasOwn(executor.options, name) || !isGiven(values[name])) continue;
      throw new UsageError(
        'RUN_EXECUTOR_OPTION',
        `${optionName(name)} is for --executor ${other.id}, and this run has --executor ${executor.id}.`,
        { hint: lookUp(executor.instead ?? {}, name) },
      );
    }
  }
  return Object.fromEntries(
    Object.entries(executor.options).flatMap(([name, field]) => {
      const value = values[name];
      if (!isGiven(value)) return [];
      const reason = misfit(field, value);
      if (reason === undefined) return [[name, value as string | number | boolean]];
      throw new UsageError(
        'RUN_EXECUTOR_OPTION',
        `${name} of the executor ${executor.id} ${reason}, but is ${JSON.stringify(value)}.`,
      );
    }),
  );
}

/** A flag that is not set asks for nothing. */
const isGiven = (value: unknown): boolean => value !== undefined && value !== false;
