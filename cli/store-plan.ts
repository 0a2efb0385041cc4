import { writeFileAtomic } from '../common/files.ts';
import { planFile } from '../runners/trial/paths.ts';
import type { Plan } from '../suites/plan-types.ts';

/** Keeps a plan in a workspace: `ingest` reads it from there. @throws InfrastructureError `FILE_WRITE`. */
export function storePlan(workspace: string, plan: Plan): void {
  writeFileAtomic(
    planFile(workspace, plan.suite, plan.scale),
    `${JSON.stringify(plan, null, 2)}\n`,
  );
}
