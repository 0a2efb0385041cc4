import { RedistillError } from '../../common/errors.ts';
import { KindTable } from '../../common/kind-table.ts';
import type { Task } from '../../contract/spec.ts';
import type { TaskModule } from '../tasks/types.ts';
import { taskKinds } from './kinds.ts';

const tasks = new KindTable('task', taskKinds);

/** Kinds of training that there are networks, methods and metrics for. */
export const trainableTasks = tasks.ids as readonly Task[];

/** @throws RedistillError `TASK_UNKNOWN` for a kind of training that this version has not. */
export async function taskModule(task: Task): Promise<TaskModule> {
  const [module] = await tasks.load([task]);
  if (module === undefined) {
    throw new RedistillError('TASK_UNKNOWN', `No training for the task "${task}" is implemented.`, {
      hint: `There are: ${trainableTasks.join(', ')}.`,
    });
  }
  return module;
}
