import type { TrialId } from '../../../contract/spec.ts';
import { progressOf } from './progress.ts';

/** What came of this command's submissions of each trial. */
export class Tries {
  private readonly counts = new Map<
    TrialId,
    { readonly count: number; readonly progress: number }
  >();
  private readonly rooms = new Map<TrialId, number>();

  /** Notes that a trial is submitted. @param folder of its run */
  submitted(trial: TrialId, folder: string): void {
    const count = (this.counts.get(trial)?.count ?? 0) + 1;
    this.counts.set(trial, { count, progress: progressOf(folder) });
  }

  /** Submissions in a row that got the trial nowhere, the last one included. */
  fruitless(trial: TrialId, folder: string): number {
    const last = this.counts.get(trial);
    if (last !== undefined && last.progress < progressOf(folder)) this.counts.delete(trial);
    return this.counts.get(trial)?.count ?? 1;
  }

  /** Trials in one process, this one included, that the cluster may have memory for. */
  roomOf(trial: TrialId): number {
    return this.rooms.get(trial) ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Notes that a cohort was too large; its size and not the trial failed, so that the submission
   * does not count.
   */
  part(trial: TrialId, room: number): void {
    this.rooms.set(trial, room);
    this.counts.delete(trial);
  }
}
