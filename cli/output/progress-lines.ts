import type { ProgressDisplay } from '../../app/run/observer.ts';
import { trialName } from '../../app/run/trial-name.ts';
import { headlines } from '../../contract/headline.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import type { WorkerMessage } from '../../contract/request.ts';
import type { ExecutorEvent } from '../../runners/executors/events.ts';
import type { TrialOutcome } from '../../runners/executors/outcome.ts';
import { formatDuration } from './duration.ts';
import type { ProgressState } from './progress-state.ts';

/** Plain lines for a log. */
export function progressLines(
  print: (line: string) => void,
  state: ProgressState,
): ProgressDisplay {
  return {
    show(event) {
      state.apply(event);
      const line = progressLine(event, state);
      if (line !== undefined) print(line);
    },
    note: print,
    stop() {},
  };
}

/** How many lines about its epochs a trial prints at most. */
const linesPerTrial = 5;

/**
 * What a log says of an event: a line for each start and end and for some of the epochs, undefined
 * for the rest. `state` has seen the event already.
 */
export function progressLine(event: ExecutorEvent, state: ProgressState): string | undefined {
  const name = trialName(event.trial);
  switch (event.type) {
    case 'started':
      return event.doneEpochs === 0
        ? `${name}: started, ${event.trial.spec.recipe.epochs} epochs${company(event.students)}`
        : `${name}: goes on after epoch ${event.doneEpochs} of ${event.trial.spec.recipe.epochs}${company(event.students)}`;
    case 'message': {
      const { message } = event;
      if (message.type === 'progress') return undefined;
      if (message.type === 'lost') return `${name}: ${lossWords(message)}`;
      const interval = Math.ceil(message.epochs / linesPerTrial);
      if (message.epoch % interval !== 0 || message.epoch === message.epochs) return undefined;
      const left = state.secondsLeft();
      return [
        `${name}: epoch ${message.epoch}/${message.epochs}`,
        `loss ${message.loss.toFixed(3)}`,
        ...headlineWords(event.trial, message.headline),
        ...(left === undefined ? [] : [`suite: ${formatDuration(left)} left`]),
      ].join(', ');
    }
    case 'retrying':
      return `${name}: ${event.reason} Trying again (${event.retry} of ${event.retries}).`;
    case 'parted':
      return `${name}: ${event.reason} Its cohort of ${event.students} is trained in two parts.`;
    case 'elsewhere':
      return `${name}: is being trained by ${event.holder}; waiting for it`;
    case 'finished':
      return `[${state.finished}/${state.trials}] ${name}: ${outcomeWords(event.trial, event.outcome)}`;
  }
}

function company(students = 1): string {
  return students === 1 ? '' : `, in a cohort of ${students}`;
}

/** `top-1 61.20 %`; nothing where there is no value. */
export function headlineWords({ spec }: PlannedTrial, value: number | null): string[] {
  return value === null ? [] : [`${headlines[spec.task].label} ${value.toFixed(2)} %`];
}

/**
 * `2 epochs are trained again.`, after what is wrong with the checkpoints that were passed over.
 */
function lossWords({ epochs, reasons }: Extract<WorkerMessage, { type: 'lost' }>): string {
  const again = epochs === 1 ? '1 epoch is' : `${epochs} epochs are`;
  return [...reasons, `${again} trained again.`].join(' ');
}

/**
 * `completed, top-1 61.20 %, 42 s`; `completed before, top-1 61.20 %`; `diverged: The loss is NaN
 * in step 12.`
 */
export function outcomeWords(trial: PlannedTrial, outcome: TrialOutcome): string {
  if (outcome.state !== 'completed') {
    return `${outcome.state}${outcome.reused ? ' before' : ''}: ${outcome.reason}`;
  }
  return [
    outcome.reused ? 'completed before' : 'completed',
    ...headlineWords(trial, outcome.headline),
    ...(outcome.reused ? [] : [formatDuration(outcome.seconds)]),
  ].join(', ');
}
