import type { PlannedTrial } from '../../../suites/plan-types.ts';
import { headlineOf } from '../../tasks/headline.ts';
import type { RunId } from '../../trial/journal-types.ts';
import { readRunState } from '../../trial/run-state.ts';
import type { ExecutorListener } from '../types.ts';
import type { TaskRecord } from './submission.ts';

/** Tells of starts and epochs by what tasks write, since no worker speaks to this process. */
export class Follower {
  private readonly listener: ExecutorListener;
  private readonly told = new Map<RunId, { readonly starts: number; readonly epoch: number }>();

  constructor(listener: ExecutorListener) {
    this.listener = listener;
  }

  /** @param record of the trial's task; undefined before its first start. @param folder of the run */
  look(trial: PlannedTrial, run: RunId, record: TaskRecord | undefined, folder: string): void {
    if (record === undefined) return;
    const known = this.told.get(run) ?? { starts: 0, epoch: 0 };
    const { lastEpoch } = readRunState(folder);
    const epoch = lastEpoch?.epoch ?? 0;
    if (record.state === 'running' && record.starts > known.starts) {
      this.listener({ type: 'started', trial, run, doneEpochs: epoch });
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
