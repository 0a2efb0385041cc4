import type { Plan, PlannedTrial } from '../../contract/plan-types.ts';
import type { TrialId } from '../../contract/spec.ts';
import type { ExecutorEvent } from '../../runners/executors/events.ts';

/** A trial that is being trained. */
export interface ShownTrial {
  readonly trial: PlannedTrial;
  /** Completed epochs. */
  epoch: number;
  readonly epochs: number;
  /** Completed steps of the whole trial, and those of them that were not done before this start. */
  step: number;
  stepsNow: number;
  loss: number | null;
  /** The task's headline metric in percent. */
  headline: number | null;
  /** Milliseconds on the caller's clock. */
  readonly since: number;
}

/**
 * The state of progress displays, kept from the executor's events, so that bars and lines show the
 * same. Steps measure the work; earlier ones count as done but not for the speed.
 */
export class ProgressState {
  readonly trials: number;
  readonly steps: number;
  readonly running = new Map<TrialId, ShownTrial>();
  /** Trials that came to an end, well or not. */
  finished = 0;
  private finishedSteps = 0;
  private finishedStepsNow = 0;
  private readonly clock: () => number;
  private readonly began: number;

  /** @param clock milliseconds, monotonic */
  constructor(plan: Plan, clock: () => number) {
    this.trials = plan.trials.length;
    this.steps = plan.trials.reduce((sum, { steps }) => sum + steps, 0);
    this.clock = clock;
    this.began = clock();
  }

  apply(event: ExecutorEvent): void {
    const { trial } = event;
    if (event.type === 'started') {
      const { epochs } = trial.spec.recipe;
      const step = epochs === 0 ? 0 : Math.round((trial.steps * event.doneEpochs) / epochs);
      this.running.set(trial.id, {
        trial,
        epoch: event.doneEpochs,
        epochs,
        step,
        stepsNow: 0,
        loss: null,
        headline: null,
        since: this.clock(),
      });
    } else if (event.type === 'message') {
      const state = this.running.get(trial.id);
      if (state === undefined) return;
      const { message } = event;
      if (message.type === 'lost') return;
      const before = state.step;
      if (message.type === 'progress') {
        state.epoch = message.epoch - 1;
        state.step = (message.epoch - 1) * message.steps + message.step;
      } else {
        state.epoch = message.epoch;
        state.step = Math.round((trial.steps * message.epoch) / message.epochs);
        state.headline = message.headline;
      }
      state.loss = message.loss;
      state.stepsNow += Math.max(0, state.step - before);
    } else if (event.type === 'finished') {
      this.finishedStepsNow += this.running.get(trial.id)?.stepsNow ?? 0;
      this.running.delete(trial.id);
      this.finished += 1;
      this.finishedSteps += trial.steps;
    }
  }

  /** Steps of all trials that are done; a trial that ended early has no steps left either. */
  get doneSteps(): number {
    let sum = this.finishedSteps;
    for (const { step } of this.running.values()) sum += step;
    return sum;
  }

  /** Seconds left by the speed until now; undefined before the first step. */
  secondsLeft(): number | undefined {
    let stepsNow = this.finishedStepsNow;
    for (const running of this.running.values()) stepsNow += running.stepsNow;
    return timeLeft(this.clock() - this.began, stepsNow, this.steps - this.doneSteps);
  }

  trialSecondsLeft({ trial, step, stepsNow, since }: ShownTrial): number | undefined {
    return timeLeft(this.clock() - since, stepsNow, trial.steps - step);
  }
}

function timeLeft(milliseconds: number, done: number, left: number): number | undefined {
  return done === 0 ? undefined : (milliseconds / 1000 / done) * left;
}
