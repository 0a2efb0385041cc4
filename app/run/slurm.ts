import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../../common/errors.ts';
import type { SlurmOptions } from '../../runners/executors/slurm/options.ts';
import type { TrainingOptions } from './options.ts';
import { workerScript } from './worker-command.ts';

export interface SlurmSettings {
  readonly options: Pick<SlurmOptions, 'config' | 'client' | 'worker' | 'detach' | 'onInterrupt'>;
  /** The message after Ctrl-C. */
  readonly stopNote: string;
}

/** The default configuration of a workspace. */
const defaultName = 'slurm.yaml';

/**
 * Slurm's options from the command line and the configuration.
 *
 * @throws UsageError for an option that is not for Slurm, and for a configuration that is wrong
 */
export async function slurmSettings(
  cwd: string,
  workspace: string,
  settings: TrainingOptions,
): Promise<SlurmSettings> {
  if (settings.workers !== undefined) {
    throw new UsageError('RUN_WORKERS', '--workers is for --executor local.', {
      hint: 'On Slurm, "maxRunning" in the file of --slurm-config says how many tasks of an array run at a time.',
    });
  }
  const { loadSlurmConfig } = await import('../../runners/executors/slurm/config.ts');
  const { slurmPrograms } = await import('../../runners/executors/slurm/client.ts');
  const beside = join(workspace, defaultName);
  const file =
    settings.slurmConfig !== undefined
      ? resolve(cwd, settings.slurmConfig)
      : existsSync(beside)
        ? beside
        : null;
  const config = loadSlurmConfig(file);
  const { detach = false, onInterrupt = 'detach' } = settings;
  return {
    options: {
      ...{ config, client: slurmPrograms, worker: workerScript },
      ...{ detach, onInterrupt },
    },
    stopNote:
      onInterrupt === 'cancel'
        ? 'Stopping: jobs are cancelled and save their state.'
        : 'Leaving: jobs go on. The same command finds them again.',
  };
}
