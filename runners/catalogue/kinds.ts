import type { KindLoaders } from '../../common/kind-table.ts';
import type { TaskModule } from '../tasks/types.ts';

/** Every kind of training, one line each. */
export const taskKinds: KindLoaders<TaskModule> = {
  classification: async () => (await import('../classification/task.ts')).classification,
  segmentation: async () => (await import('../segmentation/task.ts')).segmentation,
  detection: async () => (await import('../detection/task.ts')).detection,
};
