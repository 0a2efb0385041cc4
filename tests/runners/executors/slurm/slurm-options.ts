import type { ClusterOptions } from '../../../../runners/executors/cluster/options.ts';
import type { SlurmClient } from '../../../../runners/executors/slurm/client.ts';
import { parseSlurmConfig } from '../../../../runners/executors/slurm/config.ts';
import { slurmQueue } from '../../../../runners/executors/slurm/queue.ts';
import { fakeOptions, fakeWorker } from '../fixtures/fake.ts';

/** Options of an execution on a Slurm, with the fake worker. @param lines of its configuration */
export function slurmOptions(
  workspace: string,
  client: SlurmClient,
  lines: string,
  overrides: Partial<ClusterOptions> = {},
): ClusterOptions {
  const { command, workers, retryPause, ...shared } = fakeOptions(workspace);
  const settings = parseSlurmConfig('slurm.yaml', `schemaVersion: 1\n${lines}`);
  return {
    ...shared,
    ...{ settings, queue: slurmQueue(client, settings), worker: fakeWorker },
    ...{ onInterrupt: 'detach', detach: false, notice: () => {} },
    ...overrides,
  };
}
