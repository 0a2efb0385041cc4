import { resolve } from 'node:path';
import type { DoctorFinding, Facts } from '../runners/doctor/types.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';

export interface DoctorOptions extends WorkspaceOption {
  /** Folder with downloaded data sets; default: `$REDISTILL_DATA`. */
  readonly data?: string | undefined;
}

export interface DoctorResult {
  /** Whether nothing is missing without which nothing runs. */
  readonly ok: boolean;
  readonly findings: readonly DoctorFinding[];
  readonly facts: Facts;
}

/**
 * Checks the machine: loads TensorFlow in a process of its own and computes with it.
 *
 * @throws DOMException where its caller stops it
 */
export async function doctor(
  options: DoctorOptions = {},
  effects: Partial<Effects> = {},
): Promise<DoctorResult> {
  const { collectFacts } = await import('../runners/doctor/facts.ts');
  const { datasetFacts } = await import('../runners/doctor/datasets.ts');
  const { judge } = await import('../runners/doctor/judge.ts');
  const { cwd, environment, signal } = completeEffects(effects);
  const folder = options.data === undefined ? undefined : resolve(cwd, options.data);
  const facts = await collectFacts({
    workspace: workspaceOf(options, { cwd }),
    environment,
    signal,
    datasets: () => datasetFacts({ folder, environment }),
  });
  const findings = judge(facts);
  return { ok: findings.every(({ state }) => state !== 'missing'), findings, facts };
}
