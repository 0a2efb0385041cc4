import { setTimeout as sleep } from 'node:timers/promises';
import { completeEffects, type Effects } from './effects.ts';
import { type PlanProgress, progressOf } from './progress.ts';
import { type StatusOptions, type StatusResult, status } from './status.ts';

export interface WatchOptions extends StatusOptions {
  /** Seconds between two looks; default 2. */
  readonly interval?: number | undefined;
  /**
   * Seconds for which nothing may run before watching ends, as between a teacher and its students;
   * default 15.
   */
  readonly patience?: number | undefined;
}

/** One look at a workspace. */
export interface Look extends StatusResult {
  /** Of every suite, in the order of `suites`. */
  readonly progress: readonly PlanProgress[];
}

/** A look that took long is repeated more seldom: reading journals must not cost a core. */
const share = 10;

/**
 * Looks at a workspace again and again, until every trial has ended, nothing has run for a while,
 * or the signal stops it. Reads journals, locks and heartbeats and takes no lock.
 *
 * @example
 * ```ts
 * import { watch } from 'redistill';
 *
 * for await (const { suites, progress } of watch({ workspace: '/tmp/redistill', patience: 0 })) {
 *   suites.forEach(({ suite }, index) => console.log(suite, progress[index]?.secondsLeft));
 * }
 * ```
 *
 * @throws as `status`
 */
export async function* watch(
  options: WatchOptions = {},
  effects: Partial<Effects> = {},
): AsyncGenerator<Look, void, void> {
  const { clock, signal } = completeEffects(effects);
  const { interval = 2, patience = 15 } = options;
  let lastRun = clock.elapsed();
  while (!signal.aborted) {
    const began = clock.elapsed();
    const found = status(options, effects);
    const progress = found.suites.map(progressOf);
    const took = clock.elapsed() - began;
    yield { ...found, progress };
    const now = clock.elapsed();
    if (progress.some(({ running }) => running.length > 0)) lastRun = now;
    else if (progress.length > 0 && progress.every(({ open }) => open === 0)) return;
    else if (now - lastRun >= 1000 * patience) return;
    const pause = Math.max(1000 * interval, share * took);
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
}
