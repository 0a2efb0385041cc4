import { schemaProblem } from '../common/schema-problems.ts';
import { isTooDeep } from '../common/too-deep.ts';
import { plan } from './checks/plan.generated.ts';
import type { Plan } from './plan-types.ts';
import { trialId } from './spec.ts';

/** What is wrong with a plan that was read from a file, as a sentence; null for nothing. */
export function planProblem(value: unknown): string | null {
  if (isTooDeep(value)) return 'it is nested more deeply than any plan.';
  const problem = schemaProblem(plan, value);
  if (problem !== null) return problem;
  for (const { id, spec } of (value as Plan).trials) {
    let own: string;
    try {
      own = trialId(spec);
    } catch (cause) {
      return `the specification of trial ${id} has no identity: ${(cause as Error).message}.`;
    }
    if (own !== id) return `the specification of trial ${id} is that of trial ${own}.`;
  }
  return null;
}
