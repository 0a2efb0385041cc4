import { resolve } from 'node:path';
import { queueExecutor } from '../../../../../runners/executors/cluster/queue-executor.ts';
import { queueAt } from './queue.ts';

/** A second executor with a queue, as one folder: its tasks are processes of this machine. */
export const processes = queueExecutor({
  id: 'processes',
  title: 'a queue of processes on this machine',
  where: 'this machine',
  guide: 'README.md',
  options: {
    spool: { kind: 'text', value: 'DIR', about: 'where the queue keeps its state', asked: true },
    slots: { kind: 'integer', minimum: 1, about: 'tasks at a time' },
  },
  async configure({ spool = 'spool', slots = 2 }, _, { cwd }) {
    return {
      queue: queueAt(resolve(cwd, spool), slots),
      settings: {
        ...{ poll: 0.2, arraySize: 10, grace: 5, maxRunning: slots },
        ...{ studentMiB: null, studentCpus: null, studentGpus: null, gpuMiB: null },
      },
    };
  },
});
