/** Ends a transfer that brings too little. */
export interface PaceWatch {
  readonly signal: AbortSignal;
  /** Counts bytes that have arrived. */
  count(bytes: number): void;
  stop(): void;
}

/**
 * Watches a transfer in windows of `windowMs` milliseconds. Its signal aborts after a window that
 * brought fewer bytes than `leastRate` bytes per second: a server that sends a byte now and then
 * would otherwise be waited for for ever.
 */
export function watchPace(windowMs: number, leastRate: number): PaceWatch {
  const abort = new AbortController();
  const least = Math.max(1, (leastRate * windowMs) / 1000);
  let arrived = 0;
  const timer = setInterval(() => {
    if (arrived < least) {
      abort.abort(
        new Error(`${arrived} bytes in ${windowMs / 1000} s, less than ${leastRate} a second`),
      );
    }
    arrived = 0;
  }, windowMs);
  return {
    signal: abort.signal,
    count(bytes) {
      arrived += bytes;
    },
    stop: () => clearInterval(timer),
  };
}
