import type { RunObserver } from '../../app/run/observer.ts';
import type { CommandContext } from '../command.ts';
import { formatDuration } from './duration.ts';
import { measuredLines, staleLines } from './stale.ts';

/** Prints how a run goes: bars where a person watches, plain lines elsewhere. */
export function runObserver(context: CommandContext): RunObserver {
  let suiteBegan = performance.now();
  return {
    stale: (cells) => {
      for (const line of staleLines(cells)) context.stderr(line);
    },
    measured: (part) => {
      for (const line of measuredLines(part)) context.stderr(line);
    },
    async begin(plan) {
      const { ProgressState } = await import('./progress-state.ts');
      const state = new ProgressState(plan, () => performance.now());
      if (context.isTerminal) {
        const { progressBars } = await import('./progress-bars.ts');
        return progressBars(context.progress, state);
      }
      const { progressLines } = await import('./progress-lines.ts');
      return progressLines((line) => context.stderr(line), state);
    },
    suiteEnded(name, { verdict, outcomes }, index, suites) {
      const took = formatDuration((performance.now() - suiteBegan) / 1000);
      suiteBegan = performance.now();
      context.stderr(
        `[suite ${index + 1} of ${suites}] ${name}: ${verdict.computed} of ${outcomes.length} trials computed, ${verdict.reused} reused, ${took}`,
      );
    },
  };
}
