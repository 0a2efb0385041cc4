/** Limits on a worker, in seconds. */
export interface WorkerLimits {
  /** Between SIGTERM and SIGKILL. */
  readonly grace: number;
  /** A worker whose heartbeat is older is killed. */
  readonly heartbeat: number;
  /**
   * A worker that says nothing on standard output for longer is killed: its training thread hangs.
   */
  readonly silence: number;
}

/** Below the ten seconds within which a Ctrl-C must have ended everything. */
export const defaultLimits: WorkerLimits = { grace: 8, heartbeat: 60, silence: 1800 };
