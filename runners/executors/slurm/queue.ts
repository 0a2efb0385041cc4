import { join } from 'node:path';
import { writeFileAtomic } from '../../../common/files.ts';
import { codePath } from '../../../common/installation.mjs';
import { nodeArguments } from '../../engine/environment.ts';
import type { NodeQueue, Queue } from '../cluster/queue.ts';
import type { SlurmClient } from './client.ts';
import type { SlurmConfig } from './config.ts';
import { asQueueTask } from './lines.ts';
import { jobScript, sbatchOptions } from './script.ts';

/** The queue as a task sees it from its node. */
export function slurmNode(client: Pick<SlurmClient, 'queue' | 'requeue'>): NodeQueue {
  return {
    name: 'Slurm',
    list: async () =>
      (await client.queue()).map((line) => ({
        ...asQueueTask(line),
        ...{ job: line.job, name: line.name },
      })),
    requeue: (task) => client.requeue(task),
  };
}

/** Slurm as a queue for the code that all queues share. */
export function slurmQueue(client: SlurmClient, config: SlurmConfig): Queue {
  const { name, list } = slurmNode(client);
  return {
    ...{ id: 'slurm', name, list },
    prepare(array) {
      const options = sbatchOptions(array, config);
      const script = join(array.folder, 'job.sh');
      const command = [process.execPath, ...nodeArguments(), taskScript, array.folder];
      writeFileAtomic(script, jobScript(command, config));
      return () => client.submit(options, script);
    },
    accounted: async (job) => (await client.accounted(job)).map(asQueueTask),
    cancel: (tasks) => client.cancel(tasks),
  };
}

const taskScript = codePath(new URL('./task.ts', import.meta.url));
