import { hostname } from 'node:os';
import { RedistillError } from '../../../common/errors.ts';
import { acquireLock, describeHolder } from '../../../common/lock.ts';
import type { Unit } from '../../../contract/cohorts.ts';
import type { RunId } from '../../../contract/journal-types.ts';
import { runFolder } from '../../../contract/paths.ts';
import type { Plan, PlannedTrial } from '../../../contract/plan-types.ts';
import type { TrialId } from '../../../contract/spec.ts';
import { teacherWeights } from '../teachers.ts';
import { type Trainable, workerRequest } from '../trial-run.ts';
import { groupIntoArrays, type ReadyTask, withinRoom } from './arrays.ts';
import type { ClusterOptions } from './options.ts';
import { QueueRefused, QueueUnreachable } from './queue.ts';
import type { QueueWatch } from './queue-watch.ts';
import type { Standing, Wanted } from './standing.ts';
import { submissionsFolder } from './submission.ts';
import { submitArray, type TaskRequest, type TrialRequest } from './submit.ts';

/**
 * Seconds after which a command on another machine that holds the right to submit is taken for
 * dead.
 */
const submitterPatience = 120;

/** Tasks and runs of the trials of one round of submissions. */
type Submitted = Map<TrialId, { readonly task: string; readonly run: RunId }>;

/** Submits what is missing: one task of an array for each trial or cohort. */
export class Submitter {
  private readonly plan: Plan;
  private readonly options: ClusterOptions;
  private readonly standing: Standing;
  private readonly watch: QueueWatch;
  private busy: { readonly name: string; readonly seconds: number } | null = null;

  constructor(plan: Plan, options: ClusterOptions, standing: Standing, watch: QueueWatch) {
    this.plan = plan;
    this.options = options;
    this.standing = standing;
    this.watch = watch;
  }

  /**
   * Submits what is missing, while no other command of the workspace does.
   *
   * @returns whether everything that was wanted is submitted
   */
  async submit(): Promise<boolean> {
    const { workspace, queue, settings } = this.options;
    const patience = this.busy?.seconds ?? 0;
    const attempt = acquireLock(submissionsFolder(workspace, queue.id), {
      gone: () => patience > submitterPatience,
    });
    if (attempt.kind === 'busy') {
      const name = describeHolder(attempt.holder, hostname());
      const same = this.busy?.name === name;
      this.busy = { name, seconds: same ? patience + settings.poll : 0 };
      return false;
    }
    this.busy = null;
    try {
      // Another command may have submitted since we looked.
      const lines = await this.watch.look();
      return lines !== null && (await this.submitAll(await this.standing.assess(lines)));
    } finally {
      attempt.lock.release();
    }
  }

  private async submitAll(wanted: readonly Wanted[]): Promise<boolean> {
    const { arraySize } = this.options.settings;
    const decisions = new Map(wanted.map(({ trial, decision }) => [trial.id, decision]));
    const submitted: Submitted = new Map();
    let left = this.unitsOf(wanted.map(({ trial }) => trial));
    for (;;) {
      const ready = left.flatMap((unit) => {
        const after = this.tasksBefore(unit, submitted);
        return after === undefined ? [] : [{ unit, after }];
      });
      if (ready.length === 0) return left.length === 0;
      for (const array of groupIntoArrays(ready, arraySize)) {
        try {
          await this.submitOne(array, decisions, submitted);
        } catch (error) {
          if (this.mayWait(error)) return false;
          throw error;
        }
      }
      const done = new Set(ready.map(({ unit }) => unit));
      left = left.filter((unit) => !done.has(unit));
    }
  }

  /**
   * The trials that are trained together, as the executor of this machine would have them, but
   * within the room there is.
   */
  private unitsOf(trials: readonly PlannedTrial[]): readonly Unit[] {
    const { partition = (all) => all.map((trial) => [trial]) } = this.options;
    return withinRoom(partition(trials), ({ id }) => this.standing.tries.roomOf(id));
  }

  /**
   * The tasks that a unit must wait for, or undefined while a teacher is neither complete nor in
   * the queue.
   */
  private tasksBefore(unit: Unit, submitted: Submitted): readonly string[] | undefined {
    const { outcomes, byId } = this.standing;
    const tasks = new Set<string>();
    for (const id of new Set(unit.flatMap(({ after }) => after))) {
      if (outcomes.has(id)) continue;
      const live = () => this.standing.liveTask(byId.get(id) as PlannedTrial)?.id;
      const task = submitted.get(id)?.task ?? live();
      if (task === undefined) return undefined;
      tasks.add(task);
    }
    return [...tasks].sort();
  }

  private async submitOne(
    array: readonly [ReadyTask, ...ReadyTask[]],
    decisions: ReadonlyMap<TrialId, Trainable>,
    submitted: Submitted,
  ): Promise<void> {
    const [{ after }] = array;
    const tasks = array.map(
      ({ unit }) =>
        unit.map((trial) =>
          this.request(trial, decisions.get(trial.id) as Trainable, submitted),
        ) as unknown as TaskRequest,
    ) as unknown as readonly [TaskRequest, ...TaskRequest[]];
    const { job, id } = await submitArray(this.plan, tasks, after, this.options);
    this.options.notice(`job ${job}: ${countOf(tasks)} submitted${behind(after)} (${id})`);
    tasks.forEach((task, index) => {
      for (const { trial, request } of task) {
        submitted.set(trial.id, { task: `${job}_${index}`, run: request.run });
        this.standing.watch(request.run, `${job}_${index}`);
        const folder = runFolder(this.options.workspace, trial.id, request.run);
        this.standing.tries.submitted(trial.id, folder);
      }
    });
  }

  private request(trial: PlannedTrial, decision: Trainable, submitted: Submitted): TrialRequest {
    const { outcomes, byId } = this.standing;
    const teachers = trial.after.map((id) => {
      const teacher = byId.get(id) as PlannedTrial;
      const known = outcomes.get(id)?.run ?? submitted.get(id)?.run;
      return { teacher, outcome: { run: known ?? this.standing.comingRun(teacher) } };
    });
    const weights = teacherWeights(trial, teachers, this.options);
    return { trial, request: workerRequest(trial, decision, weights, this.options) };
  }

  /**
   * Whether submitting later may go better: the queue is away, or we have as many jobs as we may
   * have.
   */
  private mayWait(error: unknown): boolean {
    if (!(error instanceof RedistillError)) return false;
    const refused = error instanceof QueueRefused && this.standing.hasSubmitted;
    if (!refused && !(error instanceof QueueUnreachable)) return false;
    this.watch.say(error.code, `${error.message} Trying again later.`);
    return true;
  }
}

/** `1 teacher`, `8 students`, `8 students in 2 tasks`. */
function countOf(tasks: readonly [TaskRequest, ...TaskRequest[]]): string {
  const { length } = tasks.flat();
  const trials = `${length} ${tasks[0][0].trial.spec.role}${length === 1 ? '' : 's'}`;
  if (tasks.length === length) return trials;
  return `${trials} in ${tasks.length} task${tasks.length === 1 ? '' : 's'}`;
}

const behind = (after: readonly string[]): string =>
  after.length === 0 ? '' : `, after ${after.join(', ')}`;
