import { type ExitCode, exitCodes } from '../../common/errors.ts';
import type { Plan } from '../../contract/plan-types.ts';
import type { TrialOutcome } from '../../runners/executors/outcome.ts';
import { failedGate } from '../../runners/executors/teachers.ts';

/** How an execution went as a whole. */
export interface RunVerdict {
  readonly computed: number;
  readonly reused: number;
  /** Sentences about what did not complete, one per trial and gate, in the order of the plan. */
  readonly complaints: readonly string[];
  readonly cancelled: boolean;
  /** Trials that jobs of a cluster go on with. */
  readonly submitted: number;
  /** A failed trial or gate outweighs an infrastructure failure: a retry would not mend it. */
  readonly exitCode: ExitCode;
}

/** @param name what people call a trial */
export function judge(
  plan: Plan,
  outcomes: readonly TrialOutcome[],
  name: (trial: Plan['trials'][number]) => string,
): RunVerdict {
  const complaints: string[] = [];
  let failed = false;
  let infrastructure = false;
  plan.trials.forEach((trial, index) => {
    const outcome = outcomes[index] as TrialOutcome;
    const gate = failedGate(trial, outcome);
    if (gate !== undefined) complaints.push(`${name(trial)}: failed gate: ${gate}`);
    else if (!['completed', 'cancelled', 'submitted'].includes(outcome.state)) {
      const when = outcome.reused ? ' before (--retry measures it again)' : '';
      complaints.push(`${name(trial)}: ${outcome.state}${when}: ${outcome.reason}`);
    }
    if (outcome.state === 'infrastructure') infrastructure = true;
    else if (gate !== undefined || badEnds.has(outcome.state)) failed = true;
  });
  return {
    computed: outcomes.filter(({ state, reused }) => state === 'completed' && !reused).length,
    reused: outcomes.filter(({ state, reused }) => state === 'completed' && reused).length,
    complaints,
    cancelled: outcomes.some(({ state }) => state === 'cancelled'),
    submitted: outcomes.filter(({ state }) => state === 'submitted').length,
    exitCode: failed
      ? exitCodes.failed
      : infrastructure
        ? exitCodes.infrastructure
        : exitCodes.fine,
  };
}

/** `blocked` follows from another trial's end, which counts by itself. */
const badEnds: ReadonlySet<TrialOutcome['state']> = new Set([
  'diverged',
  'failed',
  'timed-out',
  'failed gate',
]);
