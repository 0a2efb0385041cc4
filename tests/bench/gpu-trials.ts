import { plan } from '../../app/plan.ts';
import { familyTrial } from '../../bench/gpu-families.ts';
import type { TrialSpec } from '../../contract/spec.ts';

/** Students of a suite at scale smoke. */
export async function trialsOf(
  suite: string,
  wanted: (spec: TrialSpec) => boolean = () => true,
): Promise<readonly TrialSpec[]> {
  const { plan: planned } = await plan({ suite: `${suite}@smoke`, store: false });
  const students = planned.trials.map(({ spec }) => spec).filter(({ role }) => role === 'student');
  return students.filter(wanted);
}

/** The trial of a student of one family of networks. */
export const trialOfFamily = (model: string): Promise<TrialSpec> => familyTrial(model, trialsOf);
