import type { CommandContext } from '../../cli/command.ts';
import { formatDuration } from '../../cli/output/duration.ts';
import { type ExitCode, exitCodes, UsageError } from '../../common/errors.ts';
import type { Plan } from '../../contract/plan-types.ts';
import type { Scale } from '../../contract/spec.ts';
import type { TrialOutcome } from '../../runners/executors/executor.ts';
import type { EstimateCheck } from './estimate.ts';
import type { Publication } from './publish.ts';
import type { RunVerdict } from './verdict.ts';

/** A suite after its training, before anything is stored. */
export interface Measured {
  readonly plan: Plan;
  readonly outcomes: readonly TrialOutcome[];
  readonly verdict: RunVerdict;
  /** Null where nothing was trained here. */
  readonly estimate: EstimateCheck | null;
  readonly workspace: string;
}

/** @throws UsageError `RUN_ALL` where a suite is named as well, or no scale. */
export function scaleOfAll(
  names: readonly (string | undefined)[],
  scale: Scale | undefined,
): Scale {
  const named = names.find((name) => name !== undefined);
  if (named !== undefined) {
    throw new UsageError('RUN_ALL', `--all runs every suite, but "${named}" is named.`, {
      hint: 'Leave out the name, or --all.',
    });
  }
  if (scale === undefined) {
    throw new UsageError('RUN_ALL', '--all needs a scale.', {
      hint: 'For example: redistill run --all --scale smoke.',
    });
  }
  return scale;
}

/** Trains suite by suite and says how each went. Ends early where one is cancelled. */
export async function measureAll(
  context: Pick<CommandContext, 'stderr' | 'signal'>,
  suites: readonly string[],
  measure: (name: string) => Promise<Measured>,
): Promise<readonly Measured[]> {
  const all: Measured[] = [];
  for (const [index, name] of suites.entries()) {
    const began = performance.now();
    const measured = await measure(name);
    all.push(measured);
    const { computed, reused, cancelled } = measured.verdict;
    const took = formatDuration((performance.now() - began) / 1000);
    const { length } = measured.outcomes;
    context.stderr(
      `[suite ${index + 1} of ${suites.length}] ${name}: ${computed} of ${length} trials computed, ${reused} reused, ${took}`,
    );
    if (cancelled || context.signal.aborted) break;
  }
  return all;
}

/**
 * The worst of all: a failed trial or gate outweighs what a retry may mend. A suite of which
 * nothing can be run (its data are not here) is no failure, unless that is so of all.
 */
export function exitCodeOfAll(
  measured: readonly Measured[],
  publication: Publication | null,
): ExitCode {
  const codes = measured.map(({ verdict }) => verdict.exitCode);
  if (codes.includes(exitCodes.failed)) return exitCodes.failed;
  if (codes.includes(exitCodes.infrastructure)) return exitCodes.infrastructure;
  if (measured.every(({ plan }) => plan.trials.length === 0)) return exitCodes.infrastructure;
  return publication?.problem?.exitCode ?? exitCodes.fine;
}
