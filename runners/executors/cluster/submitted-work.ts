import type { SubmittedTask, SubmittedWork } from '../executor.ts';
import { isLive, Ledger, recordOf } from './ledger.ts';
import type { Queue } from './queue.ts';
import { readSubmissions, submissionsFolder, taskLog } from './submission.ts';

/** What a queue holds of a workspace. */
export function submittedWork(
  queue: Pick<Queue, 'id' | 'list' | 'cancel'>,
  workspace: string,
): SubmittedWork {
  const submissions = submissionsFolder(workspace, queue.id);
  return {
    async tasksOf({ trials }) {
      const wanted = new Set(trials.map(({ id }) => id));
      const isOurs = (task: { readonly trials: readonly { readonly trial: string }[] }) =>
        task.trials.some(({ trial }) => wanted.has(trial));
      // A machine without the queue's programs may look at a workspace, too.
      if (!readSubmissions(submissions).some(({ tasks }) => tasks.some(isOurs))) return [];
      const { tasks } = Ledger.read(submissions, await queue.list());
      return tasks
        .filter((task) => isLive(task) && isOurs(task))
        .map(
          (task): SubmittedTask => ({
            task: task.id,
            trials: task.trials.map(({ trial }) => trial),
            stage: task.stage as SubmittedTask['stage'],
            word: task.line?.word ?? '',
            starts: recordOf(task)?.starts ?? 0,
            log: taskLog(task.folder, task.index),
          }),
        );
    },
    cancel: (tasks) => queue.cancel(tasks.map(({ task }) => task)),
  };
}
