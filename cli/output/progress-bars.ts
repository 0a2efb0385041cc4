import type { Writable } from 'node:stream';
import cliProgress from 'cli-progress';
import type { ProgressDisplay } from '../../app/run/observer.ts';
import { trialName } from '../../app/run/trial-name.ts';
import { printable, printableLine } from '../../common/printable.ts';
import type { TrialId } from '../../contract/spec.ts';
import { formatDuration } from './duration.ts';
import { headlineWords, progressLine } from './progress-lines.ts';
import type { ProgressState, ShownTrial } from './progress-state.ts';

/**
 * Nested progress bars: one for the suite, one under it for each trial in training, with epoch,
 * step, loss, accuracy and time left. What a log would say of starts and ends scrolls by above
 * them.
 */
export function progressBars(stream: Writable, state: ProgressState): ProgressDisplay {
  const bars = new cliProgress.MultiBar({
    // The types ask for any writable stream; the library asks it whether it is a terminal.
    stream: stream as NodeJS.WritableStream,
    format: '{bar} {percentage}% {text}',
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    fps: 5,
    // Signals are the command's business.
    gracefulExit: false,
    emptyOnZero: true,
  });
  const suite = bars.create(Math.max(1, state.steps), 0, { text: '' });
  const byTrial = new Map<TrialId, cliProgress.SingleBar>();

  const remove = (trial: TrialId) => {
    const bar = byTrial.get(trial);
    if (bar !== undefined) bars.remove(bar);
    byTrial.delete(trial);
  };
  return {
    show(event) {
      state.apply(event);
      if (event.type === 'started') {
        remove(event.trial.id);
        byTrial.set(event.trial.id, bars.create(event.trial.steps, 0, { text: '' }));
      }
      if (event.type === 'finished') remove(event.trial.id);
      // Epochs are in the bars.
      const line =
        event.type === 'message' && event.message.type !== 'lost'
          ? undefined
          : progressLine(event, state);
      if (line !== undefined) bars.log(`${printableLine(line)}\n`);
      const running = state.running.get(event.trial.id);
      if (running !== undefined) {
        byTrial
          .get(event.trial.id)
          ?.update(running.step, { text: printable(trialText(running, state)) });
      }
      suite.update(state.doneSteps, { text: suiteText(state) });
    },
    note: (line) => bars.log(`${printableLine(line)}\n`),
    stop() {
      bars.update();
      bars.stop();
    },
  };
}

function suiteText(state: ProgressState): string {
  return [`${state.finished} of ${state.trials} trials`, ...left(state.secondsLeft())].join(', ');
}

function trialText(running: ShownTrial, state: ProgressState): string {
  const perEpoch = running.trial.steps / running.epochs;
  const epoch = Math.min(running.epoch + 1, running.epochs);
  const step = Math.round(running.step - (epoch - 1) * perEpoch);
  return [
    trialName(running.trial),
    `epoch ${epoch}/${running.epochs}`,
    `step ${step}/${Math.round(perEpoch)}`,
    ...(running.loss === null ? [] : [`loss ${running.loss.toFixed(3)}`]),
    ...headlineWords(running.trial, running.headline),
    ...left(state.trialSecondsLeft(running)),
  ].join(', ');
}

function left(seconds: number | undefined): string[] {
  return seconds === undefined ? [] : [`${formatDuration(seconds)} left`];
}
