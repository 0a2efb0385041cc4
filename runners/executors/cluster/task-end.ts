import type { EndState } from '../../../contract/journal-types.ts';
import type { TrialId } from '../../../contract/spec.ts';
import type { TaskStage } from './queue.ts';
import type { TaskRecord } from './submission.ts';

/** A task that the queue does not run any more, while one of its trials has no result. */
export interface VanishedTask {
  /** The one that has none. */
  readonly trial: TrialId;
  /** `12_3`. */
  readonly id: string;
  /** Undefined where neither the queue nor its accounting know it. */
  readonly stage: TaskStage | undefined;
  /** The queue's word for its state; empty where unknown. */
  readonly word: string;
  readonly record: TaskRecord | undefined;
  /** Trials that it had in one process at most. */
  readonly students: number;
  /** Where its log is. */
  readonly log: string;
  /**
   * How often in a row this command has submitted the trial without its getting anywhere, this task
   * included.
   */
  readonly fruitless: number;
  readonly retries: number;
}

export type TaskVerdict =
  /** Submit it again when its turn comes; it has failed at nothing. */
  | { readonly kind: 'resubmit' }
  /** Submit it again: the cluster failed it. */
  | { readonly kind: 'retry'; readonly reason: string }
  /** Submit it again with half its company: the cluster had no memory for all. */
  | { readonly kind: 'part'; readonly reason: string }
  | { readonly kind: 'end'; readonly state: EndState; readonly reason: string };

/**
 * What becomes of such a trial. Only the cluster's own failures are tried again, and only so often
 * in a row: a task that somebody cancelled stays cancelled, and one whose script ends before the
 * worker starts would do so again.
 */
export function judgeVanished(task: VanishedTask): TaskVerdict {
  const { id, stage, record, word, log } = task;
  if (stage === 'dependency' || record?.state === 'elsewhere') return { kind: 'resubmit' };
  if (stage === 'cancelled') {
    return { kind: 'end', state: 'cancelled', reason: `Its job ${id} was cancelled.` };
  }
  const as = word === '' ? '' : ` as ${word}`;
  if (record === undefined && stage === 'over') {
    const reason = `The job ${id} ended${as} before it could begin; see ${log}.`;
    return { kind: 'end', state: 'infrastructure', reason };
  }
  const said = record?.state === 'ended' ? record.outcomes[task.trial] : undefined;
  if (said !== undefined) return { kind: 'end', ...said };
  const ended = `The job ${id} ended${as} without a result.`;
  if (stage === 'memory' && task.students > 1) return { kind: 'part', reason: ended };
  if (task.fruitless > task.retries) {
    const reason = `Its jobs ended ${task.fruitless} times in a row without getting anywhere, the last${as}; see ${log}.`;
    return { kind: 'end', state: 'infrastructure', reason };
  }
  return { kind: 'retry', reason: ended };
}
