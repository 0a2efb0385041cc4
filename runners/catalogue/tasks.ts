import { RedistillError } from '../../common/errors.ts';
import type { Task } from '../../contract/spec.ts';
import type { TaskModule } from '../tasks/types.ts';

/** Every kind of training, one line each. Loaded when it is needed: a worker trains one kind. */
const modules: Readonly<Partial<Record<Task, () => Promise<TaskModule>>>> = {
  classification: async () => (await import('../classification/task.ts')).classification,
  segmentation: async () => (await import('../segmentation/task.ts')).segmentation,
  detection: async () => (await import('../detection/task.ts')).detection,
};

/** Kinds of training that there are networks, methods and metrics for. */
export const trainableTasks = Object.keys(modules) as readonly Task[];

/** @throws RedistillError `TASK_UNKNOWN` for a kind of training that this version has not. */
export async function taskModule(task: Task): Promise<TaskModule> {
  const load = modules[task];
  if (load === undefined) {
    throw new RedistillError('TASK_UNKNOWN', `No training for the task "${task}" is implemented.`, {
      hint: `There are: ${trainableTasks.join(', ')}.`,
    });
  }
  return load();
}
