// @ts-check
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setupCommand } from '../../common/installation.mjs';
import { SetupFailure } from './failure.mjs';

/**
 * How often a holder shows that it lives, and after how long without a sign one on another machine
 * counts as gone.
 */
const heartbeat = 5_000;
const patience = 60_000;

/**
 * @typedef {object} Holder
 * @property {number} pid
 * @property {string} host
 * @property {string} started ISO time
 * @property {string} folder checkout that it sets up
 * @property {string} birth start time of the process as the kernel has it, against reused process
 *   numbers
 */

/**
 * Takes the lock `file`, waiting for another set-up to end; the lock of a process that is gone is
 * taken over.
 *
 * @param {string} file
 * @param {{ folder: string, say(line: string): void, signal?: AbortSignal, waitAtMost?: number,
 *   poll?: number }} options `waitAtMost` and `poll` in milliseconds
 * @returns {Promise<() => void>} releases the lock
 * @throws {SetupFailure} naming the holder, when it is still at work after `waitAtMost`
 */
export async function takeLock(file, options) {
  const { folder, say, signal, waitAtMost = 20 * 60_000, poll = 500 } = options;
  mkdirSync(dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}`;
  const holder = {
    pid: process.pid,
    host: hostname(),
    started: new Date().toISOString(),
    folder,
    birth: birthOf(process.pid) ?? '',
  };
  writeFileSync(mine, `${JSON.stringify(holder)}\n`);
  try {
    let waited = 0;
    while (!tryLink(mine, file)) {
      const other = readHolder(file);
      if (other === undefined || isGone(other, file)) {
        removeStale(file, other);
        continue;
      }
      if (waited === 0) say(`${describe(other)}; waiting for it to end.`);
      if (waited >= waitAtMost) {
        throw new SetupFailure(
          `${describe(other)}; wait for it to end, or end it with "kill ${other.pid}" on ${other.host}, then run ${setupCommand} again.`,
        );
      }
      await sleep(poll, undefined, signal ? { signal } : {});
      waited += poll;
    }
  } finally {
    rmSync(mine, { force: true });
  }
  const beat = setInterval(() => touch(file), heartbeat);
  beat.unref();
  return () => {
    clearInterval(beat);
    rmSync(file, { force: true });
  };
}

/** @param {Holder} other */
function describe(other) {
  return `Another set-up is at work (process ${other.pid} on ${other.host}, since ${other.started}, for ${other.folder})`;
}

/**
 * A hard link appears with its content, and only one of several can.
 *
 * @param {string} from
 * @param {string} to
 */
function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * @param {string} file
 * @returns {Holder | undefined} undefined when the lock is gone or unreadable
 */
function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param {Holder} holder
 * @param {string} file
 */
function isGone(holder, file) {
  if (holder.host === hostname()) return birthOf(holder.pid) !== holder.birth;
  try {
    return Date.now() - statSync(file).mtimeMs > patience;
  } catch {
    return true;
  }
}

/**
 * When a process started, as a text that only equals itself; undefined when there is no such
 * process.
 *
 * @param {number} pid
 */
function birthOf(pid) {
  try {
    // Field 22 of stat(5); the second field, the name, may hold spaces and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/**
 * Removes the lock of a process that is gone. Two that try at once: the rename tells which one did
 * it, and one that caught a fresh lock by mistake puts it back.
 *
 * @param {string} file
 * @param {Holder | undefined} stale
 */
function removeStale(file, stale) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const caught = readHolder(aside);
  if (caught !== undefined && JSON.stringify(caught) !== JSON.stringify(stale))
    tryLink(aside, file);
  rmSync(aside, { force: true });
}

/** @param {string} file */
function touch(file) {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // The cache was removed under us: the set-up will say so itself.
  }
}
