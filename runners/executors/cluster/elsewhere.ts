import { hostname } from 'node:os';
import { describeHolder, lockHolder } from '../../../common/lock.ts';
import type { PlannedTrial } from '../../../contract/plan-types.ts';
import type { TrialId } from '../../../contract/spec.ts';
import type { ExecutorListener } from '../events.ts';
import { isLive, type Ledger } from './ledger.ts';

/**
 * Those that train without being in the queue: commands on this machine or another. They are waited
 * for.
 */
export class Elsewhere {
  private readonly listener: ExecutorListener;
  private readonly told = new Set<TrialId>();

  constructor(listener: ExecutorListener) {
    this.listener = listener;
  }

  /**
   * Whether one of them has a trial, which is told once. @param folder of its run, perhaps not
   * there yet
   */
  trains(trial: PlannedTrial, folder: string, ledger: Ledger): boolean {
    const holder = holderOf(folder);
    if (holder === undefined) return false;
    const task = holder.job === undefined ? undefined : ledger.task(holder.job);
    // The node died with its job: the next task sees to the lock.
    if (holder.job !== undefined && (task === undefined || !isLive(task))) return false;
    if (!this.told.has(trial.id)) {
      this.told.add(trial.id);
      this.listener({ type: 'elsewhere', trial, holder: describeHolder(holder, hostname()) });
    }
    return true;
  }
}

function holderOf(folder: string) {
  try {
    return lockHolder(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
