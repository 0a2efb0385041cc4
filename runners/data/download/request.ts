/** What is to be downloaded. */
export interface DownloadRequest {
  readonly url: string;
  /** Where the finished file goes. Until then it is `<path>.part`. */
  readonly path: string;
  readonly bytes: number;
  /** Null where nobody states it: then only the size is checked. */
  readonly md5: string | null;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  /** Called after every piece with the bytes that are there and the bytes that will be. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Called with a sentence when a transfer broke off, starts anew or waits for another process. */
  readonly onNotice?: (message: string) => void;
  /**
   * How often a broken transfer is taken up again, without progress in between, before giving up.
   */
  readonly retries?: number;
  /** Pause before the first retry, in milliseconds; doubled each time. */
  readonly pauseMs?: number;
  /**
   * A server that asks for a longer pause than this many milliseconds (Retry-After) ends the
   * download.
   */
  readonly longestPauseMs?: number;
  /** A transfer that brings less than `leastRate` for this many milliseconds counts as broken. */
  readonly stallMs?: number;
  /** Bytes per second. */
  readonly leastRate?: number;
}

/** What the options are where they are not given. */
export const downloadDefaults = {
  retries: 5,
  pauseMs: 1000,
  longestPauseMs: 300_000,
  stallMs: 60_000,
  leastRate: 1024,
} as const;
