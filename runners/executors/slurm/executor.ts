import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { queueExecutor } from '../cluster/queue-executor.ts';

/** The configuration that a workspace has without being told. */
const defaultName = 'slurm.yaml';

/** Trains in job arrays of a Slurm cluster. */
export const slurm = queueExecutor({
  id: 'slurm',
  title: 'jobs of a Slurm cluster; the command may be ended and called again',
  where: 'a cluster',
  guide: 'docs/slurm.md',
  options: {
    slurmConfig: {
      kind: 'text',
      value: 'FILE',
      about: `what the jobs ask of the cluster (default: ${defaultName} in the workspace, if there)`,
      asked: true,
    },
  },
  instead: {
    workers:
      'On Slurm, "maxRunning" in the file of --slurm-config says how many tasks of an array run at a time.',
  },
  async configure({ slurmConfig }, { device, gpus = 1 }, { cwd, workspace }) {
    const [{ checkGpus, loadSlurmConfig }, { slurmPrograms }, { slurmQueue }] = await Promise.all([
      import('./config.ts'),
      import('./client.ts'),
      import('./queue.ts'),
    ]);
    const beside = join(workspace, defaultName);
    const found = existsSync(beside) ? beside : null;
    const config = loadSlurmConfig(slurmConfig === undefined ? found : resolve(cwd, slurmConfig));
    if (device === 'gpu') checkGpus(config, gpus);
    return { queue: slurmQueue(slurmPrograms, config), settings: config };
  },
});
