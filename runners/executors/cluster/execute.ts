import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan, PlannedTrial } from '../../../contract/plan-types.ts';
import { chainSteps } from '../graph.ts';
import type { TrialOutcome } from '../outcome.ts';
import type { ClusterOptions } from './options.ts';
import { QueueWatch } from './queue-watch.ts';
import { Standing } from './standing.ts';
import { Submitter } from './submitter.ts';

/**
 * Runs a plan's trials as arrays of jobs of a queue: teachers first, students behind the
 * tasks of their teachers, those that share a teacher's forward pass in one task.
 *
 * The command only watches. It compares again and again what the plan wants, what the journals have
 * and what the queue holds, and submits what is missing; so it may end and come back at any time,
 * on any login node, and two of them do no harm. Resolves, in the order of the plan, when every
 * trial has come to an end, or with `submitted` for what goes on without it.
 *
 * @throws QueueRefused where the queue takes none of the jobs
 */
export async function executeOnCluster(
  plan: Plan,
  options: ClusterOptions,
): Promise<readonly TrialOutcome[]> {
  chainSteps(plan.trials);
  return new Execution(plan, options).finish();
}

/** Seconds for which tasks that were cancelled are waited for; the command has ten in all. */
const cancelPatience = 7;

class Execution {
  private readonly plan: Plan;
  private readonly options: ClusterOptions;
  private readonly watch: QueueWatch;
  private readonly standing: Standing;
  private readonly submitter: Submitter;

  constructor(plan: Plan, options: ClusterOptions) {
    this.plan = plan;
    this.options = options;
    this.watch = new QueueWatch(options.queue, options.notice);
    this.standing = new Standing(plan, options);
    this.submitter = new Submitter(plan, options, this.standing, this.watch);
  }

  async finish(): Promise<readonly TrialOutcome[]> {
    const { signal, settings, detach } = this.options;
    const { outcomes } = this.standing;
    for (;;) {
      const queue = await this.watch.look();
      if (queue !== null) {
        const wanted = await this.standing.assess(queue);
        const waiting = wanted.length > 0 && !signal.aborted && !(await this.submitter.submit());
        if (outcomes.size === this.plan.trials.length) break;
        if (detach && !waiting) break;
      }
      if (signal.aborted) break;
      await sleep(settings.poll * 1000, undefined, { signal }).catch(() => {});
    }
    if (signal.aborted && this.options.onInterrupt === 'cancel') await this.cancel();
    return this.plan.trials.map((trial) => outcomes.get(trial.id) ?? this.leave(trial));
  }

  /** Ends the jobs of this plan and waits a little for their checkpoints. */
  private async cancel(): Promise<void> {
    const { queue, killSignal, notice } = this.options;
    const live = this.liveIds();
    notice(`Cancelling ${live.length} jobs; they write a checkpoint.`);
    await queue.cancel(live);
    for (let waited = 0; waited < cancelPatience && !killSignal.aborted; waited += 1) {
      const lines = await this.watch.look();
      if (lines !== null) this.standing.refresh(lines);
      if (lines !== null && this.liveIds().length === 0) return;
      await sleep(1000);
    }
  }

  private liveIds(): readonly string[] {
    const tasks = this.plan.trials.map((trial) => this.standing.liveTask(trial)?.id);
    return [...new Set(tasks.filter((id) => id !== undefined))];
  }

  /** What is told of a trial that goes on, or does not, without this command. */
  private leave(trial: PlannedTrial): TrialOutcome {
    const none = { trial: trial.id, reused: false, run: null, headline: null, seconds: 0 };
    if (this.options.signal.aborted && this.options.onInterrupt === 'cancel') {
      return { ...none, state: 'cancelled', reason: 'Its job was cancelled.' };
    }
    const task = this.standing.liveTask(trial) ?? this.standing.justSubmitted(trial);
    if (task === undefined) return { ...none, state: 'cancelled', reason: 'Not submitted.' };
    return { ...none, state: 'submitted', reason: `It is job ${task.id}.` };
  }
}
