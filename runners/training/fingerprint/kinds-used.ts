import { datasetKey } from '../../../contract/dataset-name.ts';
import type { TrialSpec } from '../../../contract/spec.ts';

/** What decides which kinds a trial is trained with. */
export interface KindsOfTrial extends Pick<TrialSpec, 'task' | 'method' | 'model'> {
  readonly teacher: { readonly model: string } | null;
  readonly data: { readonly dataset: string };
}

/**
 * The kinds that a trial is trained with, as the keys of tables of kinds: its task, its method and
 * plug-ins, its networks, the source of its data.
 */
export function kindsUsed({ task, method, model, teacher, data }: KindsOfTrial): readonly string[] {
  const networks = teacher === null ? [model] : [model, teacher.model];
  const keys = [task, ...method.split('+'), ...networks, datasetKey(data.dataset)];
  return [...new Set(keys)].sort();
}
