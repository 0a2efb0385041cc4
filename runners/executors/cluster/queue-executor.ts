import type { Asked, Executor, OpenExecutor, Place } from '../executor.ts';
import type { OptionFields, OptionValues } from '../options.ts';
import { clusterCohorts } from './cohorts.ts';
import type { ClusterSettings } from './options.ts';
import type { Queue } from './queue.ts';
import { submittedWork } from './submitted-work.ts';

/** The options that every executor with a queue has. */
export const clusterFields = {
  detach: { kind: 'flag', about: 'submit the jobs and return' },
  onInterrupt: {
    kind: 'choice',
    choices: ['detach', 'cancel'],
    default: 'detach',
    about: 'what Ctrl-C does to the jobs',
  },
} as const satisfies OptionFields;

/** What one kind of queue adds to the code that all queues share. */
export interface QueueExecutor<Fields extends OptionFields>
  extends Omit<Executor<Fields & typeof clusterFields>, 'options' | 'open'> {
  /** Beside `clusterFields`. */
  readonly options: Fields;
  /** Reads the configuration. @throws UsageError for what is wrong with it */
  configure(
    options: OptionValues<Fields>,
    asked: Asked,
    place: Place,
  ): Promise<{ readonly queue: Queue; readonly settings: ClusterSettings }>;
}

/** An executor that trains a plan as arrays of jobs in a queue. */
export function queueExecutor<const Fields extends OptionFields>({
  options,
  configure,
  ...words
}: QueueExecutor<Fields>): Executor<Fields & typeof clusterFields> {
  return {
    ...words,
    options: { ...options, ...clusterFields },
    async open(values, asked, place): Promise<OpenExecutor> {
      const { queue, settings } = await configure(values as OptionValues<Fields>, asked, place);
      const { detach = false, onInterrupt = 'detach' } = values as OptionValues<
        typeof clusterFields
      >;
      const { maxRunning } = settings;
      return {
        threads: asked.threads ?? taskThreads(asked, settings),
        cohorts: clusterCohorts(asked, settings),
        processes: maxRunning ?? Number.POSITIVE_INFINITY,
        capacity:
          maxRunning === null
            ? `as many tasks as ${queue.name} runs`
            : `${maxRunning} task${maxRunning === 1 ? '' : 's'} of an array at a time`,
        isHere: false,
        submitted: submittedWork(queue, place.workspace),
        stopNote:
          onInterrupt === 'cancel'
            ? 'Stopping: jobs are cancelled and save their state.'
            : 'Leaving: jobs go on. The same command finds them again.',
        async execute(plan, request) {
          const { executeOnCluster } = await import('./execute.ts');
          return executeOnCluster(plan, { ...request, queue, settings, detach, onInterrupt });
        },
      };
    },
  };
}

/**
 * Threads of each training. They are the node's: what this machine has says nothing of it. A task
 * has one process for each of its GPUs, and these share its processors. It has `gpus` of them at
 * least, whatever the configuration names: with `gpus: 0` the queue's own options ask for them.
 */
function taskThreads(
  { device, gpus = 1 }: Pick<Asked, 'device' | 'gpus'>,
  { studentCpus, studentGpus }: Pick<ClusterSettings, 'studentCpus' | 'studentGpus'>,
): number {
  if (device === 'cpu' || studentCpus === null) return 1;
  return Math.max(1, Math.floor(studentCpus / Math.max(gpus, studentGpus ?? 0)));
}
