import type { Writable } from 'node:stream';
import cliProgress from 'cli-progress';
import type { PlanProgress, RunningTrial } from '../../app/progress.ts';
import type { Look } from '../../app/watch.ts';
import { printable } from '../../common/printable.ts';
import { headlines } from '../../contract/headline.ts';
import type { PlanStatus } from '../../contract/status.ts';
import { leftWords, progressWords } from './progress-words.ts';

/** Shows one look after another. */
export interface WatchDisplay {
  show(look: Look): void;
  stop(): void;
}

const nameOf = ({ suite, scale }: PlanStatus) => `${suite}@${scale}`;

/** A bar for every suite that has something to do, and one under it for each trial in training. */
export function watchBars(stream: Writable): WatchDisplay {
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
  const shown = new Map<string, cliProgress.SingleBar>();
  return {
    show({ suites, progress }) {
      const wanted = suites.flatMap((suite, index) => {
        const of = progress[index] as PlanProgress;
        // Suites that have nothing to do are in the table at the end.
        if (of.running.length === 0 && of.open === 0) return [];
        return [
          { steps: of.steps, done: of.doneSteps, text: suiteText(suite, of) },
          ...of.running.map((trial) => ({
            steps: trial.status.steps,
            done: trial.doneSteps,
            text: `  ${trialText(suite, trial)}`,
          })),
        ];
      });
      // Bars are lines of the screen: the first line shows the first thing, whatever it is.
      wanted.forEach(({ steps, done, text }, line) => {
        const key = String(line);
        const bar = shown.get(key) ?? bars.create(Math.max(1, steps), 0, { text: '' });
        shown.set(key, bar);
        bar.setTotal(Math.max(1, steps));
        bar.update(Math.floor(done), { text: printable(text) });
      });
      for (const [key, bar] of shown) {
        if (Number(key) < wanted.length) continue;
        bars.remove(bar);
        shown.delete(key);
      }
    },
    stop() {
      bars.update();
      bars.stop();
    },
  };
}

const suiteText = (suite: PlanStatus, progress: PlanProgress) =>
  `${nameOf(suite)}: ${progressWords(progress, suite.trials.length)}`;

function trialText({ task }: PlanStatus, { status, secondsLeft }: RunningTrial): string {
  const { model, role, method, seed, epoch, epochs, headline } = status;
  return [
    `${model} ${role === 'teacher' ? 'teacher' : method} seed ${seed}`,
    `epoch ${epoch}/${epochs}`,
    ...(headline === null ? [] : [`${headlines[task].label} ${headline.toFixed(2)} %`]),
    ...leftWords(secondsLeft),
  ].join(', ');
}

/** Milliseconds after which a log says that a suite goes on although no trial began or ended. */
const quiet = 60_000;

/**
 * Plain lines for a log: one for a suite whose trials began or ended since its last line, and one a
 * minute while it goes on.
 *
 * @param clock milliseconds, monotonic
 */
export function watchLines(print: (line: string) => void, clock: () => number): WatchDisplay {
  const said = new Map<string, { readonly state: string; readonly steps: number; at: number }>();
  return {
    show({ suites, progress }) {
      suites.forEach((suite, index) => {
        const of = progress[index] as PlanProgress;
        const name = nameOf(suite);
        const state = [of.ended, ...of.running.map(({ status }) => status.trial)].join(' ');
        const before = said.get(name);
        const [now, steps] = [clock(), Math.floor(of.doneSteps)];
        const goesOn = before !== undefined && steps !== before.steps && now - before.at >= quiet;
        if (before?.state === state && !goesOn) return;
        // Suites that had nothing to do from the first look on are in the table at the end.
        const idle = of.running.length === 0 && of.open === 0;
        if (before !== undefined || !idle) print(suiteText(suite, of));
        said.set(name, { state, steps, at: now });
      });
    },
    stop() {},
  };
}
