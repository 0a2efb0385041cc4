import { setImmediate as afterEvents } from 'node:timers/promises';
import type { Ending } from '../../contract/journal-types.ts';
import { recordsForGpu } from '../engine/target.ts';
import type { SafeTensor } from '../formats/safetensors.ts';
import type { Evaluation, KeptReport, PreparedTask, StepReport } from '../tasks/types.ts';
import { oneByOne, withNext } from './batches-ahead.ts';
import { Member, type MemberOptions } from './member.ts';
import { SharedProgram } from './shared-program.ts';

/** Trials that are trained together: one, or a cohort that shares its teacher and its batches. */
export interface Training {
  /** Made for these trials, in their order. */
  readonly task: PreparedTask;
  readonly members: readonly MemberOptions[];
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Aborted: checkpoint after the current step and end as `cancelled`. */
  readonly signal: AbortSignal;
}

const progressMs = 200;

/**
 * Trains trials to their ends, or from their last whole checkpoints on, and writes their journals.
 *
 * A process may be killed at any moment: the same call afterwards gives the same final metrics and
 * weights, bit for bit. State lives in checkpoints only, every random number follows from the seed
 * by name and position, and an epoch's journal line is written before its checkpoint.
 *
 * The trials of a cohort share one teacher's forward pass and one batch per step, and nothing else:
 * each has the numbers that it has alone. A trial that diverges leaves. Trials whose checkpoints
 * lie further on wait for the others.
 *
 * @returns how each ended, in their order
 */
export async function trainTogether(training: Training): Promise<readonly Ending[]> {
  const run = new CohortRun(training);
  try {
    return await run.finish();
  } finally {
    run.dispose();
  }
}

class CohortRun {
  private readonly training: Training;
  private readonly members: readonly Member[];
  private readonly shared: SharedProgram;
  private waiting: readonly Member[];
  private lastCheckpoint: number;
  private lastProgress = Number.NEGATIVE_INFINITY;

  constructor(training: Training) {
    this.training = training;
    const { task } = training;
    this.members = training.members.map(
      (options, index) =>
        new Member(index, task.students[index] as Member['student'], task.stepsPerEpoch, options),
    );
    this.shared = new SharedProgram(task);
    this.waiting = this.members;
    this.lastCheckpoint = training.now();
  }

  async finish(): Promise<readonly Ending[]> {
    for (;;) {
      this.join();
      this.complete();
      if (this.active.length > 0) await this.trainEpoch();
      else if (this.waiting.length === 0) break;
    }
    return this.members.map(({ ending }) => ending as Ending);
  }

  dispose(): void {
    this.shared.dispose();
  }

  /** Those that train, in the program's order. */
  private get active(): readonly Member[] {
    return this.shared.members;
  }

  /**
   * Takes in those whose place the training has come to; where nobody trains, the one that is
   * furthest back.
   */
  private join(): boolean {
    if (this.waiting.length === 0) return false;
    const place = this.active[0]?.place ?? Math.min(...this.waiting.map((each) => each.place));
    const joining = this.waiting.filter((each) => each.place === place);
    if (joining.length === 0) return false;
    this.waiting = this.waiting.filter((each) => each.place !== place);
    this.regroup(this.members.filter((each) => [...this.active, ...joining].includes(each)));
    return true;
  }

  /** Trains these from now on. */
  private regroup(next: readonly Member[]): void {
    const before = this.shared.members.length;
    this.shared.regroup(next);
    if (next.length > 1 || (next.length > 0 && before > 0)) this.announce();
    if (next.length > 0) this.tellOutputs();
  }

  /** Journals who shares steps from now on. */
  private announce(): void {
    const trials = this.active.map(({ request }) => request.trial);
    const message =
      trials.length === 1
        ? 'goes on alone'
        : `trained together with ${trials.length - 1} other${trials.length === 2 ? '' : 's'}, one teacher's forward pass for all`;
    for (const member of this.active) {
      member.event('cohort', message, { students: trials.length, members: trials });
    }
  }

  /**
   * Journals whatever is to be said of the teacher's kept outputs.
   *
   * @returns what became of them since the last call
   */
  private tellOutputs(): KeptReport | null {
    const { report, notes } = this.training.task.keptOutputs();
    for (const note of notes) {
      for (const member of this.active) member.event('teacher-outputs', note, {});
    }
    return report;
  }

  /** Ends those that have no epoch left. Trials with one stream of batches have equally many. */
  private complete(): void {
    if (this.active[0]?.finished !== true) return;
    this.active.forEach((member, place) => {
      member.complete(this.shared.model(place));
    });
    this.regroup([]);
  }

  /** Trains the rest of one epoch, with whoever joins or leaves meanwhile. */
  private async trainEpoch(): Promise<void> {
    const { task, signal, now } = this.training;
    const { epoch, stepInEpoch } = (this.active[0] as Member).loop;
    let step = stepInEpoch;
    let clock = now();
    const batches = task.batches(epoch + 1, stepInEpoch);
    const looksAhead = recordsForGpu();
    for await (const { batch, next } of looksAhead ? withNext(batches) : oneByOne(batches)) {
      if (this.join()) clock = now();
      if (next !== null) this.shared.announce(next);
      const { active } = this;
      const controls = active.map((member) => member.control());
      const reports = await this.shared.step(batch, controls);
      step += 1;
      const time = now();
      const seconds = (time - clock) / 1000;
      clock = time;
      active.forEach((member, place) => {
        const control = controls[place] as (typeof controls)[number];
        const report = reports[place] as StepReport;
        member.stepped(control, report, batch.size, seconds, active.length);
      });
      if (this.partFromDiverged(reports)) clock = now();
      if (this.active.length === 0) return;
      this.reportProgress(reports, active, time);
      // Signals and the parent's end reach the process between steps only.
      await afterEvents();
      if (signal.aborted && step < task.stepsPerEpoch) return this.cancel();
      if (this.active[0]?.loop.step === this.active[0]?.request.replaySteps) return this.replayed();
    }
    await this.endEpoch();
  }

  /** Ends those whose loss is not finite; the others go on without them. */
  private partFromDiverged(reports: readonly StepReport[]): boolean {
    const staying = this.active.filter((_, place) => Number.isFinite(reports[place]?.total));
    if (staying.length === this.active.length) return false;
    this.active.forEach((member, place) => {
      if (!staying.includes(member)) member.diverged(reports[place] as StepReport);
    });
    this.regroup(staying);
    return true;
  }

  private reportProgress(
    reports: readonly StepReport[],
    students: readonly Member[],
    time: number,
  ): void {
    if (time - this.lastProgress < progressMs) return;
    this.lastProgress = time;
    students.forEach((member, place) => {
      if (member.ending === null) member.reportProgress((reports[place] as StepReport).total);
    });
  }

  /** Evaluates, writes the epoch's lines, and then checkpoints where they are due. */
  private async endEpoch(): Promise<void> {
    const { now, task } = this.training;
    const [{ loop, request }] = this.active as [Member];
    const last = loop.epoch + 1 === request.spec.recipe.epochs;
    const started = now();
    const evaluations = await this.shared.evaluate(last);
    const seconds = (now() - started) / 1000;
    const outputs = this.tellOutputs();
    const reports = this.active.map((member, place) => {
      const { counts, pictures } = member.loop.sums;
      return member.endEpoch(
        evaluations[place] as Evaluation,
        task.trainMetrics(counts, pictures),
        seconds,
        outputs,
      );
    });
    const due = now() - this.lastCheckpoint >= 1000 * request.checkpointSeconds;
    if (last || due) this.checkpoint();
    for (const report of reports) report();
  }

  private checkpoint(): void {
    const states = this.shared.states();
    this.active.forEach((member, place) => {
      member.checkpoint(states[place] as Record<string, SafeTensor>);
    });
    this.lastCheckpoint = this.training.now();
  }

  /** Those that wait are at their checkpoints already. */
  private cancel(): void {
    this.checkpoint();
    for (const member of [...this.active, ...this.waiting]) member.cancelled();
    this.waiting = [];
    this.regroup([]);
  }

  private replayed(): void {
    for (const member of this.active) member.replayed();
    this.regroup([]);
  }
}
