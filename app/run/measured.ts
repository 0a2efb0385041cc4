import { RedistillError } from '../../common/errors.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import { decide, runNames, runsOf } from '../../contract/reuse.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import type { Numerics } from '../../runners/training/fingerprint/numerics.ts';
import { changesSince } from '../../runners/training/fingerprint/record-store.ts';
import { type MeasuredPart, measuredPart, type Standing } from '../../suites/measured.ts';

/**
 * Whether a workspace has any run of these trials: where not, nothing is measured, whatever the
 * numerics.
 */
export function hasRuns(workspace: string, trials: readonly PlannedTrial[]): boolean {
  return trials.some(({ id }) => runNames(workspace, id).length > 0);
}

/**
 * How much of a plan a workspace holds already, and what made the rest of its measurements stale.
 */
export function measuredInWorkspace(
  workspace: string,
  trials: readonly PlannedTrial[],
  numericsOf: (spec: TrialSpec) => Numerics,
): MeasuredPart {
  return measuredPart(trials, ({ id, spec }): Standing => {
    try {
      const { fingerprint, record } = numericsOf(spec);
      const decision = decide(workspace, id, fingerprint, false);
      if (decision.kind === 'reuse') return { kind: 'measured' };
      if (decision.kind === 'ended') return { kind: 'ended' };
      if (decision.kind === 'resume') return { kind: 'interrupted' };
      const completed = runsOf(workspace, id)
        .filter(({ end }) => end?.state === 'completed')
        .sort((a, b) => (a.lastTime < b.lastTime ? -1 : 1))
        .at(-1);
      if (completed === undefined) return { kind: 'unmeasured' };
      return {
        kind: 'stale',
        changes: changesSince(workspace, completed.header?.fingerprint, record),
      };
    } catch (error) {
      // A damaged journal: `run` and `ingest` name it.
      if (error instanceof RedistillError) return { kind: 'unmeasured' };
      throw error;
    }
  });
}
