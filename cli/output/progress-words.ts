import type { PlanProgress } from '../../app/progress.ts';
import { formatDuration } from './duration.ts';

/** `12 of 30 trials ended, 43 % of the steps done, 2 running, 12 min 5 s left`. */
export function progressWords(progress: PlanProgress, trials: number): string {
  const { steps, doneSteps, ended, running, secondsLeft } = progress;
  return [
    `${ended} of ${trials} trials ended`,
    // Never 100 % before the end.
    `${steps === 0 ? 100 : Math.floor((100 * doneSteps) / steps)} % of the steps done`,
    ...(running.length === 0 ? [] : [`${running.length} running`]),
    ...leftWords(secondsLeft),
  ].join(', ');
}

/** `3 min 20 s left`; nothing where it is not known. */
export const leftWords = (seconds: number | null) =>
  seconds === null ? [] : [`${formatDuration(seconds)} left`];
