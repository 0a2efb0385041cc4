import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '../../common/files.ts';
import { planFile } from '../../contract/paths.ts';
import type { Plan, PlanRequestRecord } from '../../contract/plan-types.ts';
import { type StaleCells, staleCells } from '../../suites/stale.ts';
import { ownKindsOfPlan } from '../own/use.ts';

/** A plan with what it takes to ask for it again: how it was asked for, and the user's files. */
export async function asStored(plan: Plan, asked: PlanRequestRecord): Promise<Plan> {
  const ownKinds = await ownKindsOfPlan(plan);
  return { ...plan, asked: { ...asked, ...(ownKinds.length > 0 && { ownKinds }) } };
}

/**
 * Keeps a plan in a workspace: `ingest` reads it from there. @throws InfrastructureError
 * `FILE_WRITE`.
 */
export function storePlan(workspace: string, plan: Plan): void {
  writeFileAtomic(
    planFile(workspace, plan.suite, plan.scale),
    `${JSON.stringify(plan, null, 2)}\n`,
  );
}

/**
 * The cells that a plan makes stale, against the plan of the same suite and scale that the
 * workspace holds.
 */
export function staleSince(workspace: string, plan: Plan): readonly StaleCells[] {
  try {
    const text = readFileSync(planFile(workspace, plan.suite, plan.scale), 'utf8');
    return staleCells(JSON.parse(text) as Plan, plan);
  } catch {
    // There is none, or none that can be read: it will be replaced, and `ingest` names what is
    // wrong with it.
    return [];
  }
}
