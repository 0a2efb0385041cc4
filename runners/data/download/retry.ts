import { setTimeout as pause } from 'node:timers/promises';
import { BrokenTransfer, fetchError } from './errors.ts';
import { type DownloadOptions, downloadDefaults } from './request.ts';

/** What the caller knows of a transfer that broke off. */
export interface Break {
  /** Whether it got further than ever before: the retries are counted anew. */
  readonly progress: boolean;
  /** How it goes on, for the notice: `resuming at byte 5000`. */
  readonly next: string;
}

/**
 * Repeats a request while it breaks off, after a pause that doubles each time and is at least the
 * one that the server asks for.
 *
 * @throws InfrastructureError `FETCH` after the last retry, or where the server asks for too long a
 *   pause
 */
export async function retrying<T>(
  url: string,
  ask: () => Promise<T>,
  look: () => Break,
  options: DownloadOptions,
): Promise<T> {
  const { retries, pauseMs, longestPauseMs } = { ...downloadDefaults, ...options };
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof BrokenTransfer)) throw error;
      const { progress, next } = look();
      if (progress) attempt = 0;
      if (attempt >= retries) throw fetchError(url, `${error.message}; ${attempt} retries`, error);
      if (error.retryAfterMs > longestPauseMs) {
        throw fetchError(url, `${error.message}, which is too long`, error);
      }
      options.onNotice?.(`${error.message}; ${next}.`);
      const wait = Math.max(pauseMs * 2 ** attempt, error.retryAfterMs);
      await pause(wait, undefined, { signal: options.signal });
    }
  }
}
