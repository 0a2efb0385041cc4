import { readdirSync } from 'node:fs';
import type { EndState, RunId } from './journal-types.ts';
import { parseRunId, runFolder, runIdOf, trialFolder } from './paths.ts';
import { type RunState, readRunState } from './run-state.ts';
import type { TrialId } from './spec.ts';

/** What is to be done for a trial, given what was already measured of it. */
export type ReuseDecision =
  /** Measured with the same numerics: nothing to do. */
  | { readonly kind: 'reuse'; readonly run: RunState }
  /** It diverged, failed or timed out: that is its result, until somebody asks for a retry. */
  | { readonly kind: 'ended'; readonly run: RunState; readonly state: EndState }
  /** It was interrupted and goes on in its folder. */
  | { readonly kind: 'resume'; readonly run: RunState; readonly attempt: number }
  | { readonly kind: 'new'; readonly run: RunId; readonly attempt: number };

/**
 * End states that are results. The others (cancelled, infrastructure) say nothing of the trial and
 * are resumed.
 */
const terminal: ReadonlySet<EndState> = new Set(['diverged', 'failed', 'timed-out']);

/** The runs of a trial, whatever their numerics, by name. */
export function runsOf(workspace: string, trial: TrialId): RunState[] {
  return runNames(workspace, trial).map((run) => readRunState(runFolder(workspace, trial, run)));
}

/**
 * Decides by the runs of equal numerics fingerprint. A completed run wins over a later failed
 * attempt.
 *
 * @param retry whether a run that ended badly is measured again, as a new attempt
 * @param since where given (ISO 8601 UTC), results from before do not count and are measured again,
 *   as a new attempt; what was interrupted goes on all the same.
 */
export function decide(
  workspace: string,
  trial: TrialId,
  fingerprint: string,
  retry: boolean,
  since: string | null = null,
): ReuseDecision {
  const prefix = fingerprint.slice(0, 8);
  const names = runNames(workspace, trial).filter((run) => parseRunId(run)?.fingerprint === prefix);
  const all = names.map((run) => readRunState(runFolder(workspace, trial, run)));
  const runs = since === null ? all : all.filter((run) => !endedBefore(run, since));
  const completed = runs.findLast((run) => run.end?.state === 'completed');
  if (completed !== undefined) return { kind: 'reuse', run: completed };
  const latest = runs.at(-1);
  const newest = latest ?? all.at(-1);
  const attempt = newest === undefined ? 0 : (parseRunId(newest.run)?.attempt as number);
  if (latest !== undefined && (latest.end === undefined || !terminal.has(latest.end.state))) {
    return { kind: 'resume', run: latest, attempt };
  }
  if (latest?.end !== undefined && !retry) {
    return { kind: 'ended', run: latest, state: latest.end.state };
  }
  return { kind: 'new', run: runIdOf(trial, fingerprint, attempt + 1), attempt: attempt + 1 };
}

/** Whether a run has had its result since before a time. */
function endedBefore({ end, lastTime }: RunState, since: string): boolean {
  return (
    end !== undefined && (end.state === 'completed' || terminal.has(end.state)) && lastTime < since
  );
}

/** Names of a trial's run folders: by fingerprint, then by attempt as a number. */
export function runNames(workspace: string, trial: TrialId): RunId[] {
  let names: string[];
  try {
    names = readdirSync(trialFolder(workspace, trial));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names
    .filter((name) => parseRunId(name)?.trial === trial)
    .sort((a, b) => {
      const first = parseRunId(a);
      const second = parseRunId(b);
      if (first === undefined || second === undefined) return 0;
      if (first.fingerprint !== second.fingerprint) {
        return first.fingerprint < second.fingerprint ? -1 : 1;
      }
      return first.attempt - second.attempt;
    });
}
