import { dirname, resolve } from 'node:path';
import { findConfig } from './own/find-config.ts';

/** The environment variables of a process. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** The time, as a function of the application may ask for it. */
export interface Clock {
  /** The time of day. */
  now(): Date;
  /** Milliseconds since some moment; never goes back. */
  elapsed(): number;
}

/**
 * The part of the outside world that a function of the application may touch, beside the files that
 * its options name. Nothing in app/ reads `process` or writes to a stream.
 */
export interface Effects {
  /** Relative paths in options are resolved against it. */
  readonly cwd: string;
  readonly environment: EnvironmentVariables;
  readonly clock: Clock;
  /** Takes one sentence for a person: progress, warnings, what to do about something. */
  notice(line: string): void;
  /** Aborted: stop cleanly, so that the same call goes on later. */
  readonly signal: AbortSignal;
  /** Aborted: kill what is left and return at once. */
  readonly killSignal: AbortSignal;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
};

/**
 * The given effects, and those of this process for the rest. Without `notice` nothing is said;
 * without signals nothing is stopped.
 */
export function completeEffects(given: Partial<Effects> = {}): Effects {
  const never = new AbortController().signal;
  return {
    cwd: given.cwd ?? process.cwd(),
    environment: given.environment ?? process.env,
    clock: given.clock ?? systemClock,
    notice: given.notice ?? (() => {}),
    signal: given.signal ?? never,
    killSignal: given.killSignal ?? never,
  };
}

/** The folder that holds `runs/`, `results.duckdb` and `reports/out/`. */
export interface WorkspaceOption {
  /**
   * Default: the folder of the `redistill.config.yaml` that holds for the current folder; without
   * one the current folder.
   */
  readonly workspace?: string | undefined;
}

/**
 * The workspace as an absolute path.
 *
 * @throws UsageError `CONFIG_OWNER` where none is named and the configuration is another user's
 */
export function workspaceOf({ workspace }: WorkspaceOption, { cwd }: Pick<Effects, 'cwd'>): string {
  if (workspace !== undefined) return resolve(cwd, workspace);
  const config = findConfig(cwd);
  return config === null ? cwd : dirname(config);
}
