import { execa } from 'execa';
import { InfrastructureError, RedistillError } from '../../../common/errors.ts';
import { QueueRefused, QueueUnreachable } from '../cluster/queue.ts';
import {
  parseAccounting,
  parseQueue,
  queueFormat,
  type SlurmLine,
  type SlurmTask,
} from './lines.ts';

/** What Redistill asks of Slurm. */
export interface SlurmClient {
  /**
   * Submits an array and gives the number of its job.
   *
   * @throws QueueRefused `SLURM_REFUSED` with Slurm's words; QueueUnreachable `SLURM_UNREACHABLE`,
   *   after which the job may or may not be there
   */
  submit(options: readonly string[], script: string): Promise<string>;
  /**
   * Our tasks: those that wait and run, and those that ended in the last minutes. @throws
   * `SLURM_UNREACHABLE`
   */
  queue(): Promise<readonly SlurmLine[]>;
  /** What the accounting knows of the tasks of a job; empty on a cluster that keeps none. */
  accounted(job: string): Promise<readonly SlurmTask[]>;
  /** Ends tasks (`12_3`); those that are over already are no error. */
  cancel(tasks: readonly string[]): Promise<void>;
  /**
   * Puts a running task back into the queue. @throws RedistillError `SLURM_REQUEUE` where the
   * cluster does not allow it
   */
  requeue(task: string): Promise<void>;
}

/** Slurm's own programs on this machine, without a shell. */
export const slurmPrograms: SlurmClient = {
  async submit(options, script) {
    const result = await call('sbatch', [...options, script]);
    const job = /^(\d+)(;.*)?$/m.exec(result.stdout)?.[1];
    if (result.exitCode === 0 && job !== undefined) return job;
    if (unreachable(result)) throw unreachableError('sbatch', result);
    throw new QueueRefused('SLURM_REFUSED', `Slurm refused the jobs: ${words(result)}.`, {
      hint: 'Change what the jobs ask for in the file of --slurm-config; docs/slurm.md has an example.',
    });
  },
  async queue() {
    const result = await call('squeue', [
      ...['--noheader', '--array', '--me', '--states=all', `--format=${queueFormat}`],
    ]);
    if (result.exitCode !== 0) throw unreachableError('squeue', result);
    return parseQueue(result.stdout);
  },
  async accounted(job) {
    const result = await call('sacct', [
      ...['--noheader', '--parsable2', '--allocations', '--format=JobID,State', `--jobs=${job}`],
    ]);
    return result.exitCode === 0 ? parseAccounting(result.stdout) : [];
  },
  async cancel(tasks) {
    if (tasks.length === 0) return;
    const result = await call('scancel', ['--quiet', ...tasks]);
    if (result.exitCode !== 0 && unreachable(result)) throw unreachableError('scancel', result);
  },
  async requeue(task) {
    const result = await call('scontrol', ['requeue', task]);
    if (result.exitCode === 0) return;
    throw new RedistillError('SLURM_REQUEUE', `Slurm did not requeue ${task}: ${words(result)}.`);
  },
};

interface Result {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

async function call(program: string, args: readonly string[]): Promise<Result> {
  const result = await execa(program, args, {
    reject: false,
    stdin: 'ignore',
    timeout: 120_000,
    env: neutralEnvironment(process.env),
    extendEnv: false,
  });
  if (result.code === 'ENOENT') {
    throw new InfrastructureError('SLURM_MISSING', `There is no ${program} on this machine.`, {
      hint: 'Run this on a login node of the cluster, or with --executor local.',
    });
  }
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

/**
 * People set defaults of squeue and sacct in their environment; what we read must not depend on
 * them.
 */
function neutralEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(SQUEUE|SACCT|SCONTROL|SCANCEL)_/.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

/**
 * The controller is down, restarts, or does not answer in time; a process of ours that was ended
 * counts likewise.
 */
function unreachable({ exitCode, stderr }: Result): boolean {
  return (
    exitCode === undefined ||
    /Unable to contact slurm controller|Socket timed out|Connection refused|Connection timed out|Zero Bytes were transmitted|Slurm temporarily unable|Transport endpoint|Unexpected message received|Resource temporarily unavailable|Protocol authentication error/i.test(
      stderr,
    )
  );
}

function unreachableError(program: string, result: Result): QueueUnreachable {
  return new QueueUnreachable('SLURM_UNREACHABLE', `${program}: ${words(result)}.`, {
    hint: 'Jobs go on without us. Run the same command again when Slurm answers: it finds them.',
  });
}

/** What the program complained about, on one line. */
function words({ stderr, exitCode }: Result): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.replace(/^\w+: (error: )?/, '').trim())
    .filter((line) => line !== '');
  return lines.length === 0
    ? `it ended with ${exitCode === undefined ? 'a signal or after too long' : `code ${exitCode}`}`
    : lines.join('; ').replace(/\.$/, '');
}
