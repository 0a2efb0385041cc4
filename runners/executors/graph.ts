import { RedistillError } from '../../common/errors.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import type { TrialId } from '../../contract/spec.ts';

/**
 * For each trial the steps of the longest chain that begins with it. Starting the largest first
 * keeps the last worker from training alone at the end, and puts teachers before what waits for
 * them.
 *
 * @throws RedistillError `PLAN_GRAPH` when a trial waits for one that is not in the plan, or for
 *   itself
 */
export function chainSteps(trials: readonly PlannedTrial[]): ReadonlyMap<TrialId, number> {
  const byId = new Map(trials.map((trial) => [trial.id, trial]));
  const dependants = new Map<TrialId, PlannedTrial[]>(trials.map((trial) => [trial.id, []]));
  for (const trial of trials) {
    for (const id of trial.after) {
      const list = dependants.get(id);
      if (list === undefined) {
        throw graphError(`Trial ${trial.id} waits for ${id}, which is not in the plan.`);
      }
      list.push(trial);
    }
  }
  const known = new Map<TrialId, number>();
  const open = new Set<TrialId>();
  const visit = (id: TrialId): number => {
    const done = known.get(id);
    if (done !== undefined) return done;
    if (open.has(id)) throw graphError(`Trial ${id} waits for itself.`);
    open.add(id);
    const longest = Math.max(
      0,
      ...(dependants.get(id) ?? []).map((dependant) => visit(dependant.id)),
    );
    open.delete(id);
    const steps = (byId.get(id) as PlannedTrial).steps + longest;
    known.set(id, steps);
    return steps;
  };
  for (const trial of trials) visit(trial.id);
  return known;
}

function graphError(message: string): RedistillError {
  return new RedistillError('PLAN_GRAPH', message, {
    hint: 'Make the plan again with: redistill plan.',
  });
}
