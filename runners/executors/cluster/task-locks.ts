import { mkdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  acquireLock,
  describeHolder,
  type LockHolder,
  type RunLock,
} from '../../../common/lock.ts';
import { heartbeatFile } from '../../../contract/paths.ts';
import type { TaskTrial } from './submission.ts';
import type { TaskOptions } from './task-options.ts';

/** A trial whose run this task holds the lock of. */
export interface LockedTrial extends TaskTrial {
  readonly lock: RunLock;
}

const defaultPatience = { look: 2, still: 60 };

/**
 * Takes the locks of a task's runs, but of those that a living process holds. A holder on a machine
 * that died with its job is told from a living one by the queue, which knows no such task any more
 * or started it anew here, and by the heartbeat, which must stand still for a while.
 *
 * @param id of the task, as `12_3`
 */
export async function takeLocks(
  trials: readonly TaskTrial[],
  id: string,
  options: TaskOptions,
): Promise<readonly LockedTrial[]> {
  const taken = await Promise.allSettled(
    trials.map(async (trial) => ({ trial, lock: await takeLock(trial.folder, id, options) })),
  );
  const held = taken.flatMap((each) => {
    const lock = each.status === 'fulfilled' ? each.value.lock : null;
    return each.status === 'fulfilled' && lock !== null ? [{ ...each.value.trial, lock }] : [];
  });
  const failed = taken.find((each) => each.status === 'rejected');
  if (failed === undefined) return held;
  for (const { lock } of held) lock.release();
  throw failed.reason;
}

async function takeLock(folder: string, id: string, options: TaskOptions): Promise<RunLock | null> {
  const { log, warned, stopped, patience = defaultPatience } = options;
  mkdirSync(folder, { recursive: true });
  let still = 0;
  let seen = heartbeat(folder);
  for (let told = false; ; told = true) {
    const gone = still >= patience.still;
    const attempt = acquireLock(folder, { job: id, gone: () => gone });
    if (attempt.kind === 'held') return attempt.lock;
    if (!told) log(`${folder} is held by ${describeHolder(attempt.holder, hostname())}`);
    if (warned.aborted || stopped.aborted) return null;
    if (!(await isOver(attempt.holder, id, options))) return null;
    await sleep(patience.look * 1000);
    const now = heartbeat(folder);
    still = now === seen ? still + patience.look : 0;
    seen = now;
  }
}

/** Whether the queue says that the task which holds a lock does not run any more. */
async function isOver({ job }: LockHolder, id: string, { queue }: TaskOptions): Promise<boolean> {
  if (job === undefined) return false;
  // A queue starts a task again only after its earlier start is over.
  if (job === id) return true;
  try {
    const task = (await queue.list()).find((each) => each.id === job);
    return task === undefined || task.stage !== 'running';
  } catch {
    return false;
  }
}

function heartbeat(folder: string): number {
  return statSync(heartbeatFile(folder), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
