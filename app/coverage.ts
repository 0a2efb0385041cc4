import type { Coverage } from '../suites/coverage.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';
import { type OwnOptions, useOwn } from './own/use.ts';

/**
 * How many published numbers are known, declared, runnable at scale `paper` and measured in the
 * workspace, and why not the others.
 */
export async function coverage(
  options: WorkspaceOption & OwnOptions = {},
  effects: Partial<Effects> = {},
): Promise<Coverage> {
  const all = completeEffects(effects);
  await useOwn(options, all);
  const { presentCoverage } = await import('../suites/coverage-by-name.ts');
  const { measuredNumbers } = await import('./plan/measured-numbers.ts');
  return presentCoverage(measuredNumbers(workspaceOf(options, all)));
}
