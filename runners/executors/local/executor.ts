import type { Executor } from '../executor.ts';
import type { OptionFields } from '../options.ts';

const options = {
  workers: {
    kind: 'integer',
    minimum: 1,
    about: 'processes at a time (default: one per core, or one per GPU)',
  },
} as const satisfies OptionFields;

/** Seconds before an infrastructure failure is tried again. */
const retryPause = 2;

/** Trains in worker processes of this machine. */
export const local: Executor<typeof options> = {
  id: 'local',
  title: 'worker processes of this machine, one per core or per GPU',
  where: 'this machine',
  guide: 'README.md',
  options,
  async open(
    { workers: asked },
    { device, threads, cohort, maxMemory, gpus: each = 1 },
    { environment },
  ) {
    const [{ shareOut, thisMachine }, { gpuMemoryMiB, tooFewGpus, visibleGpus, workerMemoryMiB }] =
      await Promise.all([import('./resources.ts'), import('../../engine/visible-gpus.ts')]);
    const gpus = device === 'gpu' ? await visibleGpus(environment) : undefined;
    if (gpus !== undefined && gpus.length < each) throw tooFewGpus(each, gpus);
    const machine = thisMachine();
    const shares = shareOut(machine, {
      ...{ workers: asked, threads, device, each },
      ...(gpus !== undefined && { gpus: gpus.length }),
    });
    const { workers } = shares;
    const gpuMiB = gpus === undefined ? null : await gpuMemoryMiB(gpus);
    return {
      threads: shares.threads,
      cohorts: {
        students: cohort ?? Number.POSITIVE_INFINITY,
        workers,
        memoryMiB: workerMemoryMiB((maxMemory ?? machine.memoryGiB) * 1024, {
          ...{ workers, gpuMiB },
          gpus: Math.floor((gpus?.length ?? 0) / each),
        }),
      },
      processes: workers,
      capacity: `${workers} worker${workers === 1 ? '' : 's'} on this machine`,
      isHere: true,
      submitted: null,
      stopNote: 'Stopping: workers save their state. Ctrl-C again kills them.',
      async execute(plan, request) {
        const [{ executeLocally }, { workerCommand }, { shareAmong }] = await Promise.all([
          import('./execute.ts'),
          import('../worker-command.ts'),
          import('../../engine/gpu-memory.ts'),
        ]);
        const onEach = gpus === undefined ? 1 : Math.ceil((workers * each) / (gpus.length || 1));
        return executeLocally(plan, {
          ...request,
          ...(gpus !== undefined && { gpus, gpusEach: each }),
          ...{
            workers,
            retryPause,
            command: workerCommand(shares.threads, device, request.worker, shareAmong(onEach)),
          },
        });
      },
    };
  },
};
