import type { TrialSpec } from '../../../contract/spec.ts';

/**
 * The kinds that a trial is trained with, as the keys of tables of kinds: its task, its method and
 * plug-ins.
 */
export function kindsUsed({ task, method }: Pick<TrialSpec, 'task' | 'method'>): readonly string[] {
  return [...new Set([task, ...method.split('+')])].sort();
}
