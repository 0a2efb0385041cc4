import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RedistillError } from '../../../common/errors.ts';
import type { Plan, PlannedTrial } from '../../../suites/plan-types.ts';
import type { RunId } from '../../trial/journal-types.ts';
import { acquireLock, describeHolder, lockHolder } from '../../trial/lock.ts';
import { runFolder } from '../../trial/paths.ts';
import { readRunState } from '../../trial/run-state.ts';
import type { TrialId } from '../../trial/spec.ts';
import { chainSteps } from '../graph.ts';
import { obstacle, teacherWeights } from '../teachers.ts';
import {
  decideFor,
  outcome,
  reusedOutcome,
  runOf,
  type Trainable,
  type TrialRunOptions,
  workerRequest,
} from '../trial-run.ts';
import type { TrialOutcome } from '../types.ts';
import { Follower } from './follow.ts';
import { groupIntoArrays, isLive, type KnownTask, Ledger, recordOf } from './ledger.ts';
import { progressOf } from './progress.ts';
import { type QueueLine, stageOf } from './queue.ts';
import { logName } from './script.ts';
import { isCollected, markCollected, slurmFolder } from './submission.ts';
import { type SubmitOptions, submitArray, type TaskRequest } from './submit.ts';
import { judgeVanished } from './task-end.ts';

export interface SlurmOptions
  extends Omit<TrialRunOptions, 'command' | 'retryPause'>,
    Omit<SubmitOptions, 'threads'> {
  /** The file of an imported teacher by the SHA-256 of its content. */
  checkpointFile(sha256: string): string;
  /** What the end of this command (Ctrl-C, a lost connection) does to the jobs. */
  readonly onInterrupt: 'detach' | 'cancel';
  /** Submits and returns. */
  readonly detach: boolean;
  /** A sentence for people. */
  readonly notice: (line: string) => void;
}

/**
 * Runs a plan's trials as arrays of jobs on a Slurm cluster: teachers first, students behind the tasks of their teachers.
 *
 * The command only watches. It compares again and again what the plan wants, what the journals have and what the queue
 * holds, and submits what is missing; so it may end and come back at any time, on any login node, and two of them do no
 * harm. Resolves, in the order of the plan, when every trial has come to an end, or with `submitted` for what goes on
 * without it.
 *
 * @throws UsageError `SLURM_REFUSED` where Slurm takes none of the jobs
 */
export async function executeOnSlurm(
  plan: Plan,
  options: SlurmOptions,
): Promise<readonly TrialOutcome[]> {
  chainSteps(plan.trials);
  return new Execution(plan, options).finish();
}

/** A trial that must be submitted, and what its run will be. */
interface Wanted {
  readonly trial: PlannedTrial;
  readonly decision: Trainable;
}

/** Seconds for which tasks that were cancelled are waited for; the command has ten in all. */
const cancelPatience = 7;
/** Seconds after which a command on another machine that holds the right to submit is taken for dead. */
const submitterPatience = 120;

class Execution {
  private readonly plan: Plan;
  private readonly options: SlurmOptions;
  private readonly byId: ReadonlyMap<TrialId, PlannedTrial>;
  private readonly outcomes = new Map<TrialId, TrialOutcome>();
  /** Tasks that this command has submitted or seen alive: how those end is its business, what was before is not. */
  private readonly seen = new Set<string>();
  private readonly follower: Follower;
  private readonly toldElsewhere = new Set<TrialId>();
  /** Submissions in a row that got a trial nowhere, and how far it was at the last. */
  private readonly tries = new Map<TrialId, { count: number; progress: number }>();
  private readonly said = new Set<string>();
  private busySubmitter: { name: string; seconds: number } | null = null;
  private ledger = new Ledger();

  constructor(plan: Plan, options: SlurmOptions) {
    this.plan = plan;
    this.options = options;
    this.follower = new Follower(options.listener);
    this.byId = new Map(plan.trials.map((trial) => [trial.id, trial]));
  }

  async finish(): Promise<readonly TrialOutcome[]> {
    const { signal, config, detach } = this.options;
    for (;;) {
      const queue = await this.look();
      if (queue !== null) {
        const wanted = await this.assess(queue);
        const waiting = wanted.length > 0 && !signal.aborted && !(await this.submit());
        if (this.outcomes.size === this.plan.trials.length) break;
        if (detach && !waiting) break;
      }
      if (signal.aborted) break;
      await sleep(config.poll * 1000, undefined, { signal }).catch(() => {});
    }
    if (signal.aborted && this.options.onInterrupt === 'cancel') await this.cancel();
    return this.plan.trials.map((trial) => this.outcomes.get(trial.id) ?? this.leave(trial));
  }

  /** The queue, or null while Slurm does not answer: jobs go on, and so do we. */
  private async look(): Promise<readonly QueueLine[] | null> {
    try {
      const queue = await this.options.client.queue();
      if (this.said.delete('unreachable')) this.options.notice('Slurm answers again.');
      return queue;
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      this.say(
        'unreachable',
        `Slurm does not answer; jobs go on, and so does asking. ${error.message}`,
      );
      return null;
    }
  }

  /** Brings what is known up to date and gives the trials for which a job is missing. */
  private async assess(queue: readonly QueueLine[]): Promise<readonly Wanted[]> {
    this.ledger = Ledger.read(this.options.workspace, queue);
    const wanted: Wanted[] = [];
    const visited = new Set<TrialId>();
    const look = async (trial: PlannedTrial) => {
      if (visited.has(trial.id)) return;
      visited.add(trial.id);
      for (const id of trial.after) await look(this.byId.get(id) as PlannedTrial);
      const want = await this.visit(trial);
      if (want !== undefined) wanted.push(want);
    };
    for (const trial of this.plan.trials) await look(trial);
    return wanted;
  }

  /** Looks at one trial, whose teachers have been looked at. */
  private async visit(trial: PlannedTrial): Promise<Wanted | undefined> {
    if (this.outcomes.has(trial.id)) return undefined;
    const ended = trial.after.flatMap((id) => {
      const end = this.outcomes.get(id);
      return end === undefined
        ? []
        : [{ teacher: this.byId.get(id) as PlannedTrial, outcome: end }];
    });
    const refused = obstacle(trial, ended);
    if (refused !== undefined) return this.end(trial, refused);
    const decision = decideFor(trial, this.options);
    if (decision.kind === 'reuse' || decision.kind === 'ended') {
      return this.end(trial, this.collect(trial, reusedOutcome(trial, decision)));
    }
    const task = this.ledger.taskOf(runOf(decision));
    if (task !== undefined && isLive(task)) {
      this.seen.add(task.id);
      const run = runOf(decision);
      const folder = runFolder(this.options.workspace, trial.id, run);
      this.follower.look(trial, run, recordOf(task), folder);
      return undefined;
    }
    if (task !== undefined && this.seen.has(task.id)) {
      const end = await this.endOf(trial, task, runOf(decision));
      if (end !== undefined) return this.end(trial, end);
    }
    return this.isElsewhere(trial, runOf(decision)) ? undefined : { trial, decision };
  }

  /** How a task of this command that Slurm does not run any more ended; undefined where it is to be submitted again. */
  private async endOf(
    trial: PlannedTrial,
    task: KnownTask,
    run: RunId,
  ): Promise<TrialOutcome | undefined> {
    const { workspace, retries, listener } = this.options;
    const state = readRunState(runFolder(workspace, trial.id, run));
    const tries = this.tries.get(trial.id);
    if (tries !== undefined && tries.progress < progressOf(state.folder))
      this.tries.delete(trial.id);
    const fruitless = this.tries.get(trial.id)?.count ?? 1;
    const verdict = judgeVanished({
      id: task.id,
      stage: task.stage ?? (await this.accountedStage(task)),
      slurmState: task.line?.state ?? '',
      record: recordOf(task),
      log: join(task.folder, logName(task.index)),
      fruitless,
      retries,
    });
    if (verdict.kind === 'end') {
      markCollected(task.folder, task.index);
      return outcome(trial, state, verdict.state, verdict.reason, state.end?.seconds ?? 0);
    }
    this.seen.delete(task.id);
    if (verdict.kind === 'retry') {
      const { reason } = verdict;
      listener({ type: 'retrying', trial, reason, retry: fruitless, retries });
    }
    return undefined;
  }

  private async accountedStage(task: KnownTask) {
    const known = await this.options.client.accounted(task.submission.job as string);
    const found = known.find(({ id }) => id === task.id);
    return found === undefined ? undefined : stageOf(found);
  }

  /** Whether somebody who is not in the queue trains it: it is waited for. */
  private isElsewhere(trial: PlannedTrial, run: RunId): boolean {
    const folder = runFolder(this.options.workspace, trial.id, run);
    const holder = readRunState(folder).lines === 0 ? safeHolder(folder) : lockHolder(folder);
    if (holder === undefined) return false;
    const task = holder.job === undefined ? undefined : this.ledger.task(holder.job);
    // The node died with its job: the next task sees to the lock.
    if (holder.job !== undefined && (task === undefined || !isLive(task))) return false;
    if (!this.toldElsewhere.has(trial.id)) {
      this.toldElsewhere.add(trial.id);
      const words = describeHolder(holder, hostname());
      this.options.listener({ type: 'elsewhere', trial, holder: words });
    }
    return true;
  }

  /**
   * Submits what is missing, while no other command of the workspace does.
   *
   * @returns whether everything that was wanted is submitted
   */
  private async submit(): Promise<boolean> {
    const { workspace, config } = this.options;
    const patience = this.busySubmitter?.seconds ?? 0;
    const attempt = acquireLock(slurmFolder(workspace), {
      gone: () => patience > submitterPatience,
    });
    if (attempt.kind === 'busy') {
      const name = describeHolder(attempt.holder, hostname());
      const same = this.busySubmitter?.name === name;
      this.busySubmitter = { name, seconds: same ? patience + config.poll : 0 };
      return false;
    }
    this.busySubmitter = null;
    try {
      // Another command may have submitted since we looked.
      const queue = await this.look();
      return queue !== null && (await this.submitAll(await this.assess(queue)));
    } finally {
      attempt.lock.release();
    }
  }

  private async submitAll(wanted: readonly Wanted[]): Promise<boolean> {
    /** Tasks and runs of trials that are submitted now. */
    const submitted = new Map<TrialId, { task: string; run: RunId }>();
    let left = wanted;
    for (;;) {
      const ready = left.flatMap((want) => {
        const after = this.tasksBefore(want.trial, submitted);
        return after === undefined ? [] : [{ ...want, after }];
      });
      if (ready.length === 0) return left.length === 0;
      for (const group of groupIntoArrays(ready, this.options.config.arraySize)) {
        const [first] = group as readonly [(typeof ready)[number]];
        const tasks = group.map((want) => this.taskRequest(want, submitted));
        try {
          const array = tasks as unknown as readonly [TaskRequest, ...TaskRequest[]];
          const { job, id } = await submitArray(this.plan, array, first.after, this.options);
          this.tell(group, job as string, id, first.after);
          group.forEach((want, index) => {
            const task = `${job}_${index}`;
            submitted.set(want.trial.id, { task, run: runOf(want.decision) });
            this.seen.add(task);
            this.count(want);
          });
        } catch (error) {
          if (this.mayWait(error)) return false;
          throw error;
        }
      }
      const done = new Set(ready.map(({ trial }) => trial.id));
      left = left.filter(({ trial }) => !done.has(trial.id));
    }
  }

  /** The tasks that a trial must wait for, or undefined while a teacher is neither complete nor in the queue. */
  private tasksBefore(
    trial: PlannedTrial,
    submitted: ReadonlyMap<TrialId, { readonly task: string }>,
  ): readonly string[] | undefined {
    const tasks: string[] = [];
    for (const id of trial.after) {
      if (this.outcomes.has(id)) continue;
      const task = submitted.get(id)?.task ?? this.liveTask(this.byId.get(id) as PlannedTrial)?.id;
      if (task === undefined) return undefined;
      tasks.push(task);
    }
    return tasks.sort();
  }

  private liveTask(trial: PlannedTrial): KnownTask | undefined {
    const decision = decideFor(trial, this.options);
    if (decision.kind === 'reuse' || decision.kind === 'ended') return undefined;
    const task = this.ledger.taskOf(runOf(decision));
    return task !== undefined && isLive(task) ? task : undefined;
  }

  private taskRequest(
    { trial, decision }: Wanted,
    submitted: ReadonlyMap<TrialId, { readonly run: RunId }>,
  ): TaskRequest {
    const teachers = trial.after.map((id) => {
      const teacher = this.byId.get(id) as PlannedTrial;
      const run = this.outcomes.get(id)?.run ?? submitted.get(id)?.run ?? this.comingRun(teacher);
      return { teacher, outcome: { run } };
    });
    const weights = teacherWeights(trial, teachers, this.options);
    const request = workerRequest(trial, decision, weights, this.options);
    return { trials: [{ trial, run: request.run, folder: request.runDirectory }], request };
  }

  private comingRun(teacher: PlannedTrial): RunId {
    const decision = decideFor(teacher, this.options);
    return decision.kind === 'reuse' || decision.kind === 'ended'
      ? decision.run.run
      : runOf(decision);
  }

  private count({ trial, decision }: Wanted): void {
    const folder = runFolder(this.options.workspace, trial.id, runOf(decision));
    const count = (this.tries.get(trial.id)?.count ?? 0) + 1;
    this.tries.set(trial.id, { count, progress: progressOf(folder) });
  }

  /** Whether submitting later may go better: Slurm is away, or we have as many jobs as we may have. */
  private mayWait(error: unknown): boolean {
    if (!(error instanceof RedistillError)) return false;
    const refused = error.code === 'SLURM_REFUSED' && this.seen.size > 0;
    if (!refused && !isUnreachable(error)) return false;
    this.say(error.code, `${error.message} Trying again later.`);
    return true;
  }

  /** A result that a job of ours has made and that no command has told yet is not a reused one. */
  private collect(trial: PlannedTrial, reused: TrialOutcome): TrialOutcome {
    const task = reused.run === null ? undefined : this.ledger.taskOf(reused.run);
    if (task === undefined || isCollected(task.folder, task.index)) return reused;
    markCollected(task.folder, task.index);
    const state = readRunState(runFolder(this.options.workspace, trial.id, reused.run as RunId));
    return { ...reused, reused: false, seconds: state.end?.seconds ?? 0 };
  }

  private end(trial: PlannedTrial, how: TrialOutcome): undefined {
    this.outcomes.set(trial.id, how);
    this.options.listener({ type: 'finished', trial, outcome: how });
  }

  private tell(group: readonly Wanted[], job: string, id: string, after: readonly string[]): void {
    const count = `${group.length} ${(group[0] as Wanted).trial.spec.role}${group.length === 1 ? '' : 's'}`;
    const behind = after.length === 0 ? '' : `, after ${after.join(', ')}`;
    this.options.notice(`job ${job}: ${count} submitted${behind} (${id})`);
  }

  /** Ends the jobs of this plan and waits a little for their checkpoints. */
  private async cancel(): Promise<void> {
    const { client, killSignal, notice } = this.options;
    const live = this.liveIds();
    notice(`Cancelling ${live.length} jobs; they write a checkpoint.`);
    await client.cancel(live);
    for (let waited = 0; waited < cancelPatience && !killSignal.aborted; waited += 1) {
      const queue = await this.look();
      if (queue !== null) this.ledger = Ledger.read(this.options.workspace, queue);
      if (queue !== null && this.liveIds().length === 0) return;
      await sleep(1000);
    }
  }

  private liveIds(): readonly string[] {
    const tasks = this.plan.trials.map((trial) => this.liveTask(trial)?.id);
    return [...new Set(tasks.filter((id) => id !== undefined))];
  }

  /** What is told of a trial that goes on, or does not, without this command. */
  private leave(trial: PlannedTrial): TrialOutcome {
    const none = { trial: trial.id, reused: false, run: null, headline: null, seconds: 0 };
    if (this.options.signal.aborted && this.options.onInterrupt === 'cancel') {
      return { ...none, state: 'cancelled', reason: 'Its job was cancelled.' };
    }
    const task = this.liveTask(trial) ?? this.justSubmitted(trial);
    if (task === undefined) return { ...none, state: 'cancelled', reason: 'Not submitted.' };
    return { ...none, state: 'submitted', reason: `It is job ${task.id}.` };
  }

  private justSubmitted(trial: PlannedTrial): { readonly id: string } | undefined {
    const ledger = Ledger.read(this.options.workspace, []);
    const task = ledger.taskOf(this.comingRun(trial));
    return task !== undefined && this.seen.has(task.id) ? task : undefined;
  }

  private say(key: string, line: string): void {
    if (this.said.has(key)) return;
    this.said.add(key);
    this.options.notice(line);
  }
}

/** Of a folder that is perhaps not there yet. */
function safeHolder(folder: string) {
  try {
    return lockHolder(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isUnreachable(error: unknown): error is RedistillError {
  return error instanceof RedistillError && error.code === 'SLURM_UNREACHABLE';
}
