import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { removeLeftovers, writeError, writeFileAtomic } from './files.ts';
import { identify, liveness, type ProcessIdentity } from './process-identity.ts';

/**
 * Who holds a run: the command that started it and, once started, its worker. The lock is stale
 * when both are dead.
 */
export interface LockHolder {
  readonly owner: ProcessIdentity;
  readonly worker: ProcessIdentity | null;
  /** The task of a cluster's job (`12_3`) that the owner runs in; absent outside of one. */
  readonly job?: string;
}

export interface LockOptions {
  /** The task of a cluster's job that this process runs in. */
  readonly job?: string;
  /** Whether a holder on another machine is dead. By default it counts as living. */
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
 * A lock is a file `lock.<n>`, made by linking a complete file: only one process can succeed. A
 * dead holder's file stays, and the successor makes the next one. No file is ever replaced, so two
 * processes that find the same dead holder cannot both win. The maker of a file then looks for
 * another living holder and gives way to it, because a slow process may have chosen its number
 * before files were removed. The successor's release removes the files of the dead.
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
    const isHolder = (each: LockHolder) => isLive(each) && !gone(each);
    for (;;) {
      const locks = locksIn(folder);
      const living = holderAmong(locks, isHolder);
      if (living !== undefined) return { kind: 'busy', holder: living };
      const number = (locks[0]?.number ?? 0) + 1;
      const file = join(folder, `lock.${number}`);
      if (!linked(temporary, file)) continue;
      const others = locksIn(folder).filter((lock) => lock.number !== number);
      const rival = holderAmong(others, isHolder);
      if (rival === undefined) return { kind: 'held', lock: heldLock(file, holder, isHolder) };
      remove(file);
      return { kind: 'busy', holder: rival };
    }
  } catch (cause) {
    throw writeError(join(folder, 'lock'), cause);
  } finally {
    remove(temporary);
  }
}

/** The living holder of a run's lock, or undefined. Takes nothing. */
export function lockHolder(folder: string): LockHolder | undefined {
  return holderAmong(locksIn(folder), isLive);
}

/**
 * Removes the locks of killed holders from the folder of a finished run. Does nothing where there
 * are none, or where a living process holds the lock.
 */
export function removeDeadLocks(folder: string): void {
  removeLeftovers(folder);
  if (locksIn(folder).length === 0) return;
  const attempt = acquireLock(folder);
  if (attempt.kind === 'held') attempt.lock.release();
}

/**
 * `process 4711`, `process 4711 on node3`, `job 12_3 on node3`; the worker's where its command is
 * dead.
 */
export function describeHolder(holder: LockHolder, host: string): string {
  if (holder.job !== undefined) return `job ${holder.job} on ${holder.owner.host}`;
  const living =
    holder.worker !== null && liveness(holder.owner) === 'dead' ? holder.worker : holder.owner;
  return `process ${living.pid}${living.host === host ? '' : ` on ${living.host}`}`;
}

/** The living worker of a dead command; undefined in any other case. */
export function orphan(holder: LockHolder): ProcessIdentity | undefined {
  const { owner, worker } = holder;
  if (worker === null || liveness(owner) !== 'dead') return undefined;
  return liveness(worker) === 'alive' ? worker : undefined;
}

function heldLock(
  file: string,
  holder: LockHolder,
  isHolder: (holder: LockHolder) => boolean,
): RunLock {
  return {
    setWorker(pid) {
      writeFileAtomic(file, serialise({ ...holder, worker: identify(pid) ?? null }));
    },
    clearWorker() {
      try {
        writeFileAtomic(file, serialise(holder));
      } catch {
        // Ignores the error: a dead worker holds nothing anyway, and a full disk must not hide why
        // it died.
      }
    },
    release() {
      // Removes the dead first: while this lock stands, no process makes another one.
      for (const other of locksIn(dirname(file))) {
        if (other.holder === null || !isHolder(other.holder)) {
          remove(join(dirname(file), `lock.${other.number}`));
        }
      }
      remove(file);
    },
  };
}

interface FoundLock {
  readonly number: number;
  readonly holder: LockHolder | null;
}

/** The locks in a folder, the highest first; none where there is no such folder. */
function locksIn(folder: string): readonly FoundLock[] {
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const numbers = (isFolder ? readdirSync(folder) : [])
    .map(lockNumber)
    .filter((number) => number > 0)
    .sort((a, b) => b - a);
  return numbers.flatMap((number) => {
    try {
      return { number, holder: parseHolder(readFileSync(join(folder, `lock.${number}`), 'utf8')) };
    } catch (error) {
      // Released between the two calls.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  });
}

function holderAmong(
  locks: readonly FoundLock[],
  isHolder: (holder: LockHolder) => boolean,
): LockHolder | undefined {
  return locks.find(({ holder }) => holder !== null && isHolder(holder))?.holder ?? undefined;
}

/**
 * Null for an empty or torn file: a power failure left it, and its holder died with the machine.
 */
function parseHolder(text: string): LockHolder | null {
  try {
    const holder = JSON.parse(text) as Partial<LockHolder> | null;
    const { owner, worker = null } = holder ?? {};
    const whole = isIdentity(owner) && (worker === null || isIdentity(worker));
    return whole ? (holder as LockHolder) : null;
  } catch {
    return null;
  }
}

const isIdentity = (value: Partial<ProcessIdentity> | null | undefined) =>
  typeof value?.pid === 'number' &&
  typeof value.host === 'string' &&
  typeof value.started === 'string';

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

/**
 * Ignores a file that cannot be removed (the file system became read-only): its process is gone.
 */
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
