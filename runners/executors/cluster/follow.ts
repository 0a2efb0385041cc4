import { headlineOf } from '../../../contract/headline.ts';
import type { RunId } from '../../../contract/journal-types.ts';
import type { PlannedTrial } from '../../../contract/plan-types.ts';
import { readRunState } from '../../../contract/run-state.ts';
import type { ExecutorListener } from '../events.ts';
import { type KnownTask, recordOf } from './ledger.ts';

/** Tells of starts and epochs by what tasks write, since no worker speaks to this process. */
export class Follower {
  private readonly listener: ExecutorListener;
  private readonly told = new Map<RunId, { readonly starts: number; readonly epoch: number }>();

  constructor(listener: ExecutorListener) {
    this.listener = listener;
  }

  /** @param task the one that trains the trial, by itself or with others */
  look(trial: PlannedTrial, task: KnownTask): void {
    const own = task.trials.find((each) => each.trial === trial.id);
    const record = recordOf(task);
    if (own === undefined || record === undefined) return;
    const { run, folder } = own;
    const known = this.told.get(run) ?? { starts: 0, epoch: 0 };
    const { lastEpoch } = readRunState(folder);
    const epoch = lastEpoch?.epoch ?? 0;
    if (record.state === 'running' && record.starts > known.starts) {
      const students = Math.min(task.trials.length, record.together ?? task.trials.length);
      this.listener({
        type: 'started',
        trial,
        run,
        doneEpochs: epoch,
        ...(students > 1 && { students }),
      });
    } else if (lastEpoch !== undefined && epoch > known.epoch) {
      this.listener({
        type: 'message',
        trial,
        message: {
          type: 'epoch',
          trial: trial.id,
          epoch,
          epochs: trial.spec.recipe.epochs,
          headline: headlineOf(trial.spec.task, lastEpoch.metrics) ?? null,
          loss: lastEpoch.losses['total'] ?? Number.NaN,
          seconds: lastEpoch.trainSeconds + lastEpoch.evalSeconds,
        },
      });
    }
    this.told.set(run, { starts: Math.max(record.starts, known.starts), epoch });
  }
}
