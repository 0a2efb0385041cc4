import { dirname } from 'node:path';
import { QueueRefused, QueueUnreachable } from '../../../../runners/executors/cluster/queue.ts';
import { runTask } from '../../../../runners/executors/cluster/task-run.ts';
import type { SlurmClient } from '../../../../runners/executors/slurm/client.ts';
import type { SlurmLine } from '../../../../runners/executors/slurm/lines.ts';
import { slurmNode } from '../../../../runners/executors/slurm/queue.ts';

interface FakeTask {
  readonly id: string;
  readonly job: string;
  readonly name: string;
  readonly index: number;
  readonly folder: string;
  readonly after: readonly string[];
  state: string;
  reason: string;
  requeued: boolean;
  stop: AbortController;
  warn: AbortController;
}

/**
 * A cluster in this process: it keeps a queue, starts what depends on nothing any more, and runs
 * each task as a node would. What it is told to do wrong, it does.
 */
export class FakeSlurm implements SlurmClient {
  readonly tasks: FakeTask[] = [];
  /** Options of every sbatch, in order. */
  readonly submitted: (readonly string[])[] = [];
  /** Calls of `queue` and `submit` that get no answer from now on. */
  deaf = 0;
  /** sbatch accepts the next job, but its answer is lost. */
  losesAnswer = false;
  refusal: string | null = null;
  /** Tasks that may wait and run at a time; sbatch refuses more. */
  capacity = Number.POSITIVE_INFINITY;
  /** Tasks that wait although nothing holds them back. */
  holds: (task: FakeTask) => boolean = () => false;
  private readonly running: Promise<void>[] = [];
  private nextJob = 100;

  async submit(options: readonly string[], script: string): Promise<string> {
    this.answer();
    if (this.refusal !== null) throw new QueueRefused('SLURM_REFUSED', this.refusal);
    if (this.tasks.filter(({ state }) => /PENDING|RUNNING/.test(state)).length >= this.capacity) {
      throw new QueueRefused('SLURM_REFUSED', 'Slurm refused the jobs: job submit limit.');
    }
    this.submitted.push(options);
    const option = (name: string) =>
      options.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3);
    const last = Number(/^0-(\d+)/.exec(option('array') as string)?.[1]);
    const job = String(this.nextJob++);
    for (let index = 0; index <= last; index += 1) {
      this.tasks.push({
        id: `${job}_${index}`,
        ...{ job, index, name: option('job-name') as string, folder: dirname(script) },
        after: option('dependency')?.replace('afterok:', '').split(':') ?? [],
        ...{ state: 'PENDING', reason: 'Resources', requeued: false },
        ...{ stop: new AbortController(), warn: new AbortController() },
      });
    }
    if (this.losesAnswer) {
      this.losesAnswer = false;
      throw new QueueUnreachable('SLURM_UNREACHABLE', 'sbatch: Socket timed out.');
    }
    return job;
  }

  async queue(): Promise<readonly SlurmLine[]> {
    this.answer();
    this.schedule();
    return this.tasks.map(({ id, job, name, state, reason }) => ({ id, job, name, state, reason }));
  }

  async accounted(): Promise<[]> {
    return [];
  }

  async cancel(ids: readonly string[]): Promise<void> {
    for (const task of this.tasks.filter(({ id }) => ids.includes(id))) {
      if (task.state === 'PENDING') task.state = 'CANCELLED';
      task.stop.abort();
    }
  }

  async requeue(id: string): Promise<void> {
    this.find(id).requeued = true;
  }

  find(id: string): FakeTask {
    const task = this.tasks.find((each) => each.id === id);
    if (task === undefined) throw new Error(`no task ${id}`);
    return task;
  }

  /** Slurm forgets what ended. */
  purge(): void {
    const kept = this.tasks.filter(({ state }) => ['PENDING', 'RUNNING'].includes(state));
    this.tasks.splice(0, this.tasks.length, ...kept);
  }

  /** Until no task runs. */
  async settle(): Promise<void> {
    for (let count = -1; count !== this.running.length; ) {
      count = this.running.length;
      await Promise.all(this.running);
    }
  }

  private schedule(): void {
    for (const task of this.tasks.filter(({ state }) => state === 'PENDING')) {
      const before = task.after.map((id) => this.tasks.find((each) => each.id === id)?.state);
      if (before.some((state) => ['FAILED', 'CANCELLED', 'NODE_FAIL'].includes(state ?? ''))) {
        task.state = 'CANCELLED';
        task.reason = 'DependencyNeverSatisfied';
      } else if (before.every((state) => state === undefined || state === 'COMPLETED')) {
        if (!this.holds(task)) this.running.push(this.start(task));
      } else task.reason = 'Dependency';
    }
  }

  private async start(task: FakeTask): Promise<void> {
    task.state = 'RUNNING';
    task.reason = '';
    const exit = await runTask({
      ...{ folder: task.folder, index: task.index, job: task.job },
      ...{ warned: task.warn.signal, stopped: task.stop.signal },
      queue: slurmNode(this),
      log: () => {},
      patience: { look: 0.02, still: 0.1 },
    });
    if (task.requeued) {
      task.requeued = false;
      task.warn = new AbortController();
      task.state = 'PENDING';
      task.reason = 'BeginTime';
    } else if (task.state === 'RUNNING') {
      task.state = task.stop.signal.aborted ? 'CANCELLED' : exit === 0 ? 'COMPLETED' : 'FAILED';
      task.reason = exit === 0 ? '' : 'NonZeroExitCode';
    }
  }

  private answer(): void {
    if (this.deaf > 0) {
      this.deaf -= 1;
      throw new QueueUnreachable(
        'SLURM_UNREACHABLE',
        'squeue: Unable to contact slurm controller.',
      );
    }
  }
}
