import type { PlanStatus, TrialState, TrialStatus } from '../contract/status.ts';

/** How far a suite is, in training steps, and how long it will take. */
export interface PlanProgress {
  readonly steps: number;
  /** Steps that are done, or that nobody will do: a trial that ended badly has none left. */
  readonly doneSteps: number;
  /** Trials that came to an end, well or not. */
  readonly ended: number;
  readonly running: readonly RunningTrial[];
  /** Trials that the next `run` would train. */
  readonly open: number;
  /**
   * By the speed of the epochs that were journalled, with as many processes as run now; null where
   * nothing runs or no speed is known.
   */
  readonly secondsLeft: number | null;
}

export interface RunningTrial {
  readonly status: TrialStatus;
  readonly doneSteps: number;
  /** Null before its first epoch has ended. */
  readonly secondsLeft: number | null;
}

/** States that need nothing more. The others are trained by the next `run`. */
const endStates: ReadonlySet<TrialState> = new Set([
  ...(['completed', 'diverged', 'failed', 'timed-out', 'failed gate', 'blocked'] as const),
  'unreadable',
]);

/** How far a suite is, from the journals of its trials. Pure. */
export function progressOf({ trials }: PlanStatus): PlanProgress {
  const running = trials
    .filter(({ state }) => state === 'running')
    .map((status) => ({
      status,
      doneSteps: doneSteps(status),
      secondsLeft: ownSecondsLeft(status),
    }));
  return {
    steps: sum(trials.map(({ steps }) => steps)),
    doneSteps: sum(trials.map(doneSteps)),
    ended: trials.filter(hasEnded).length,
    running,
    open: trials.filter((trial) => !hasEnded(trial) && trial.state !== 'running').length,
    secondsLeft: secondsLeft(trials, running),
  };
}

const hasEnded = ({ state }: TrialStatus) => endStates.has(state);

function doneSteps(trial: TrialStatus): number {
  const { steps, epoch, epochs } = trial;
  return hasEnded(trial) ? steps : epochs === 0 ? 0 : (steps * Math.min(epoch, epochs)) / epochs;
}

/** What the epochs that are missing take, less what the present one took already. */
function ownSecondsLeft({ epochSeconds, epoch, epochs, idleSeconds }: TrialStatus): number | null {
  if (epochSeconds === null) return null;
  const left = Math.max(0, epochs - epoch);
  return Math.max(0, left * epochSeconds - Math.min(idleSeconds ?? 0, epochSeconds));
}

/**
 * The work that is left, shared by the processes that run now; at least what the slowest running
 * trial takes. A trial of unknown speed takes what others of its network and method take, else what
 * the mean step takes.
 */
function secondsLeft(
  trials: readonly TrialStatus[],
  running: readonly RunningTrial[],
): number | null {
  const known = trials.filter(({ epochSeconds, steps }) => epochSeconds !== null && steps > 0);
  if (running.length === 0 || known.length === 0) return null;
  const alike = Map.groupBy(known, kindOf);
  const work = trials.map((trial) => {
    const left = trial.steps - doneSteps(trial);
    const like = alike.get(kindOf(trial)) ?? known;
    return left * mean(like.map(secondsPerStep));
  });
  const workers = new Set(running.map(({ status }) => status.holder)).size;
  const slowest = Math.max(0, ...running.map((trial) => trial.secondsLeft ?? 0));
  return Math.max(slowest, sum(work) / workers);
}

const kindOf = ({ role, model, method }: TrialStatus) => `${role} ${model} ${method}`;

/** Of a cohort's step each student has its share. */
function secondsPerStep({ epochSeconds, students, steps, epochs }: TrialStatus): number {
  return ((epochSeconds ?? 0) * epochs) / steps / students;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
