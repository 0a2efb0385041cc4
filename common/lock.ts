import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeError, writeFileAtomic } from './files.ts';
import { identify, liveness, type ProcessIdentity } from './process-identity.ts';

/** Who holds a run: the command that started it and, once started, its worker. The lock is stale when both are dead. */
export interface LockHolder {
  readonly owner: ProcessIdentity;
  readonly worker: ProcessIdentity | null;
  /** The task of a cluster's job (`12_3`) that the owner runs in; absent outside of one. */
  readonly job?: string;
}

export interface LockOptions {
  /** The task of a cluster's job that this process runs in. */
  readonly job?: string;
  /** Whether a holder is dead although nobody on this machine can tell; by default one on another machine never is. */
  readonly gone?: (holder: LockHolder) => boolean;
}

export interface RunLock {
  /**
   * Records the worker, so that it keeps the lock should this process die before it.
   *
   * @throws InfrastructureError `FILE_WRITE`
   */
  setWorker(pid: number): void;
  /** The worker has ended. */
  clearWorker(): void;
  release(): void;
}

export type LockAttempt =
  | { readonly kind: 'held'; readonly lock: RunLock }
  | { readonly kind: 'busy'; readonly holder: LockHolder };

/**
 * Takes the lock of a run's folder for this process.
 *
 * The lock is the file `lock.<n>` with the highest n, made by linking a complete file, which only one process can do.
 * A dead holder's file stays and the successor makes the next one: nothing that a slower process may just have judged
 * is ever replaced, so two processes that find the same dead holder cannot both win.
 *
 * @throws InfrastructureError `FILE_WRITE` when the folder cannot be written
 */
export function acquireLock(
  folder: string,
  { job, gone = () => false }: LockOptions = {},
): LockAttempt {
  const owner = identify(process.pid) as ProcessIdentity;
  const holder: LockHolder = { owner, worker: null, ...(job === undefined ? {} : { job }) };
  // On a shared file system another machine may have a process of this number.
  const temporary = join(folder, `.lock.${owner.host}.${process.pid}.tmp`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, serialise(holder));
    for (;;) {
      const top = highestLock(folder);
      if (top?.holder && isLive(top.holder) && !gone(top.holder)) {
        return { kind: 'busy', holder: top.holder };
      }
      const file = join(folder, `lock.${(top?.number ?? 0) + 1}`);
      if (linked(temporary, file)) return { kind: 'held', lock: heldLock(file, holder) };
    }
  } catch (cause) {
    throw writeError(join(folder, 'lock'), cause);
  } finally {
    remove(temporary);
  }
}

/** The living holder of a run's lock, or undefined. Takes nothing. */
export function lockHolder(folder: string): LockHolder | undefined {
  const top = highestLock(folder);
  return top?.holder && isLive(top.holder) ? top.holder : undefined;
}

/** `process 4711`, `process 4711 on node3`, `job 12_3 on node3`; of a dead command the worker that outlived it. */
export function describeHolder(holder: LockHolder, host: string): string {
  if (holder.job !== undefined) return `job ${holder.job} on ${holder.owner.host}`;
  const living =
    holder.worker !== null && liveness(holder.owner) === 'dead' ? holder.worker : holder.owner;
  return `process ${living.pid}${living.host === host ? '' : ` on ${living.host}`}`;
}

/** The worker of a command that is dead, while it lives on; undefined in any other case. */
export function orphan(holder: LockHolder): ProcessIdentity | undefined {
  const { owner, worker } = holder;
  if (worker === null || liveness(owner) !== 'dead') return undefined;
  return liveness(worker) === 'alive' ? worker : undefined;
}

function heldLock(file: string, holder: LockHolder): RunLock {
  return {
    setWorker(pid) {
      writeFileAtomic(file, serialise({ ...holder, worker: identify(pid) ?? null }));
    },
    clearWorker() {
      try {
        writeFileAtomic(file, serialise(holder));
      } catch {
        // A dead worker holds nothing, whatever the file says; why it died must not be hidden by a disk that is full.
      }
    },
    release: () => remove(file),
  };
}

function highestLock(folder: string): { number: number; holder: LockHolder | null } | undefined {
  for (;;) {
    const number = Math.max(0, ...readdirSync(folder).map(lockNumber));
    if (number === 0) return undefined;
    let text: string;
    try {
      text = readFileSync(join(folder, `lock.${number}`), 'utf8');
    } catch (error) {
      // Released between the two calls: look again.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      throw error;
    }
    return { number, holder: parseHolder(text) };
  }
}

/** Null for a file that a power failure left empty: its holder died with the machine. */
function parseHolder(text: string): LockHolder | null {
  try {
    return JSON.parse(text) as LockHolder;
  } catch {
    return null;
  }
}

function lockNumber(name: string): number {
  return Number(/^lock\.([1-9][0-9]*)$/.exec(name)?.[1] ?? 0);
}

/** A holder on another machine counts as living: nobody here can tell. */
function isLive(holder: LockHolder): boolean {
  return (
    liveness(holder.owner) !== 'dead' ||
    (holder.worker !== null && liveness(holder.worker) !== 'dead')
  );
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A file that cannot be removed (the file system became read-only) says no more than that its process is gone. */
function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Nothing depends on it: a lock is stale once its holder is dead.
  }
}

function serialise(holder: LockHolder): string {
  return `${JSON.stringify(holder)}\n`;
}
