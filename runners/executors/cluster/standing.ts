import type { RunId } from '../../../contract/journal-types.ts';
import { runFolder } from '../../../contract/paths.ts';
import type { Plan, PlannedTrial } from '../../../contract/plan-types.ts';
import type { ReuseDecision } from '../../../contract/reuse.ts';
import { readRunState } from '../../../contract/run-state.ts';
import type { TrialId } from '../../../contract/spec.ts';
import type { TrialOutcome } from '../outcome.ts';
import { obstacle } from '../teachers.ts';
import {
  decideFor,
  outcome,
  reusedOutcome,
  runOf,
  type Trainable,
  type TrialRunOptions,
  unusable,
} from '../trial-run.ts';
import { Elsewhere } from './elsewhere.ts';
import { Follower } from './follow.ts';
import { isLive, type KnownTask, Ledger, recordOf } from './ledger.ts';
import type { Queue, QueueLine, QueueTask } from './queue.ts';
import { isCollected, markCollected, submissionsFolder, taskLog } from './submission.ts';
import { judgeVanished } from './task-end.ts';
import { Tries } from './tries.ts';

/** A trial that must be submitted, and what its run will be. */
export interface Wanted {
  readonly trial: PlannedTrial;
  readonly decision: Trainable;
}

export type StandingOptions = Pick<
  TrialRunOptions,
  'workspace' | 'fingerprintOf' | 'retryEnded' | 'since' | 'keepTeachers' | 'retries' | 'listener'
> & { readonly queue: Pick<Queue, 'id' | 'accounted'> };

/** How the trials of a plan stand, by their journals, by what was submitted and by the queue. */
export class Standing {
  readonly byId: ReadonlyMap<TrialId, PlannedTrial>;
  readonly outcomes = new Map<TrialId, TrialOutcome>();
  readonly tries = new Tries();
  private readonly plan: Plan;
  private readonly options: StandingOptions;
  private readonly submissions: string;
  private readonly follower: Follower;
  /**
   * The task of each run that this command has submitted or seen alive: how those end is its
   * business, what was before is not.
   */
  private readonly seen = new Map<RunId, string>();
  private readonly elsewhere: Elsewhere;
  private ledger = new Ledger();
  /** What the accounting says, asked for once at every look. */
  private accounts = new Map<string, Promise<readonly QueueTask[]>>();

  constructor(plan: Plan, options: StandingOptions) {
    this.plan = plan;
    this.options = options;
    this.submissions = submissionsFolder(options.workspace, options.queue.id);
    this.follower = new Follower(options.listener);
    this.elsewhere = new Elsewhere(options.listener);
    this.byId = new Map(plan.trials.map((trial) => [trial.id, trial]));
  }

  /** Whether jobs of this command may be in the queue. */
  get hasSubmitted(): boolean {
    return this.seen.size > 0;
  }

  /** Brings the tasks up to date, and nothing else. */
  refresh(queue: readonly QueueLine[]): void {
    this.ledger = Ledger.read(this.submissions, queue);
  }

  /** Brings what is known up to date and gives the trials for which a job is missing. */
  async assess(queue: readonly QueueLine[]): Promise<readonly Wanted[]> {
    this.refresh(queue);
    this.accounts = new Map();
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

  /** Notes that a task was submitted for a run. */
  watch(run: RunId, task: string): void {
    this.seen.set(run, task);
  }

  /** The task that waits or runs for a trial that has not come to its end. */
  liveTask(trial: PlannedTrial): KnownTask | undefined {
    if (this.outcomes.has(trial.id)) return undefined;
    const decision = decideFor(trial, this.options);
    if (decision.kind === 'reuse' || decision.kind === 'ended') return undefined;
    const task = this.ledger.taskOf(runOf(decision));
    return task !== undefined && isLive(task) ? task : undefined;
  }

  /** The task that was submitted for a trial since the last look. */
  justSubmitted(trial: PlannedTrial): { readonly id: string } | undefined {
    const run = this.comingRun(trial);
    const task = Ledger.read(this.submissions, []).taskOf(run);
    return task !== undefined && this.seen.get(run) === task.id ? task : undefined;
  }

  /** The run that holds a trial's result, or will. */
  comingRun(trial: PlannedTrial): RunId {
    const decision = decideFor(trial, this.options);
    return decision.kind === 'reuse' || decision.kind === 'ended'
      ? decision.run.run
      : runOf(decision);
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
    let decision: ReuseDecision;
    try {
      decision = decideFor(trial, this.options);
    } catch (error) {
      return this.end(trial, unusable(trial, error));
    }
    if (decision.kind === 'reuse' || decision.kind === 'ended') {
      return this.end(trial, this.collect(trial, reusedOutcome(trial, decision)));
    }
    const run = runOf(decision);
    const task = this.ledger.taskOf(run);
    if (task !== undefined && isLive(task)) {
      this.seen.set(run, task.id);
      this.follower.look(trial, task);
      return undefined;
    }
    if (task !== undefined && this.seen.get(run) === task.id) {
      const end = await this.endOf(trial, task, run);
      if (end !== undefined) return this.end(trial, end);
    }
    const folder = runFolder(this.options.workspace, trial.id, run);
    return this.elsewhere.trains(trial, folder, this.ledger) ? undefined : { trial, decision };
  }

  /**
   * How a trial ended whose task, one of this command, the queue does not run any more; undefined
   * where it is to be submitted again.
   */
  private async endOf(
    trial: PlannedTrial,
    task: KnownTask,
    run: RunId,
  ): Promise<TrialOutcome | undefined> {
    const { workspace, retries, listener } = this.options;
    const state = readRunState(runFolder(workspace, trial.id, run));
    const fruitless = this.tries.fruitless(trial.id, state.folder);
    const record = recordOf(task);
    const students = Math.min(task.trials.length, record?.together ?? task.trials.length);
    const accounted = task.line === undefined ? await this.accounted(task) : undefined;
    const known = task.line ?? accounted;
    const verdict = judgeVanished({
      trial: trial.id,
      id: task.id,
      stage: known?.stage,
      word: known?.word ?? '',
      ...{ record, students, fruitless, retries },
      log: taskLog(task.folder, task.index),
    });
    if (verdict.kind === 'end') {
      markCollected(task.folder, trial.id);
      return outcome(trial, state, verdict.state, verdict.reason, state.end?.seconds ?? 0);
    }
    this.seen.delete(run);
    if (verdict.kind === 'part') {
      const { reason } = verdict;
      this.tries.part(trial.id, Math.ceil(students / 2));
      listener({ type: 'parted', trial, reason, students });
    }
    if (verdict.kind === 'retry') {
      const { reason } = verdict;
      listener({ type: 'retrying', trial, reason, retry: fruitless, retries });
    }
    return undefined;
  }

  private async accounted({ id, submission }: KnownTask): Promise<QueueTask | undefined> {
    const job = submission.job as string;
    const asked = this.accounts.get(job) ?? this.options.queue.accounted(job);
    this.accounts.set(job, asked);
    return (await asked).find((each) => each.id === id);
  }

  /** A result that a job of ours has made and that no command has told yet is not a reused one. */
  private collect(trial: PlannedTrial, reused: TrialOutcome): TrialOutcome {
    const task = reused.run === null ? undefined : this.ledger.taskOf(reused.run);
    if (task === undefined || isCollected(task.folder, trial.id)) return reused;
    markCollected(task.folder, trial.id);
    const state = readRunState(runFolder(this.options.workspace, trial.id, reused.run as RunId));
    return { ...reused, reused: false, seconds: state.end?.seconds ?? 0 };
  }

  private end(trial: PlannedTrial, how: TrialOutcome): undefined {
    this.outcomes.set(trial.id, how);
    this.options.listener({ type: 'finished', trial, outcome: how });
  }
}
