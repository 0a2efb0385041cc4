import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isRunning } from './files.ts';

/** A process that cannot be confused with a later one of the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /**
   * The machine's boot and the process's start in clock ticks since; empty where the system does
   * not tell.
   */
  readonly started: string;
}

/** `undefined` when no such process lives on this machine. */
export function identify(pid: number): ProcessIdentity | undefined {
  if (!isRunning(pid)) return undefined;
  const started = startOf(pid);
  return started === undefined ? undefined : { pid, host: hostname(), started };
}

/** Whether the process still lives; `unknown` for a process on another machine. */
export function liveness(process: ProcessIdentity): 'alive' | 'dead' | 'unknown' {
  if (process.host !== hostname()) return 'unknown';
  const now = identify(process.pid);
  return now !== undefined && now.started === process.started ? 'alive' : 'dead';
}

/**
 * Empty on systems without /proc; `undefined` for a zombie or a process that has ended meanwhile.
 */
function startOf(pid: number): string | undefined {
  let boot: string;
  try {
    boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in parentheses, may itself hold spaces and parentheses: count from the
    // last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    if (state === 'Z' || state === 'X') return undefined;
    return `${boot}/${fields[19]}`;
  } catch {
    return undefined;
  }
}
