/*
 * Fault 12: a suite without cells (tests/suites/plan.test.ts) and a night in which no trial
 * finished are failures.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nightly } from '../../app/nightly.ts';
import { storePlan } from '../../app/plan/store-plan.ts';
import { publish } from '../../app/run/publish.ts';
import { recordExecution } from '../../app/run/record.ts';
import type { runSuite } from '../../app/run/suite.ts';
import { trialName } from '../../app/run/trial-name.ts';
import { judge } from '../../app/run/verdict.ts';
import { effectsOf } from '../../cli/effects.ts';
import { printNight } from '../../cli/output/night.ts';
import type { TrialOutcome } from '../../runners/executors/outcome.ts';
import { fakeContext } from '../cli/fake-context.ts';
import { makePlan, makeSpec } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';

const startedAt = '2026-01-02T03:00:00.000Z';

/** What `runSuite` does, with given ends in place of trainings. */
function runEnding(state: TrialOutcome['state'], trials: 'planned' | 'none'): typeof runSuite {
  return async (_name, settings, _effects, night) => {
    const workspace = settings.workspace as string;
    const planned = makePlan({ rows: [{ name: 'KD', method: 'kd', specs: [makeSpec()] }] });
    const plan = trials === 'planned' ? planned : { ...planned, cells: [], trials: [] };
    storePlan(workspace, plan);
    const outcomes = plan.trials.map(
      ({ id }): TrialOutcome => ({
        trial: id,
        state,
        reused: false,
        reason: 'The worker was ended by SIGKILL.',
        run: null,
        headline: null,
        seconds: 1,
      }),
    );
    const verdict = judge(plan, outcomes, trialName);
    const fixedSeeds = night?.fixedSeeds ?? [];
    recordExecution(workspace, plan, outcomes, { kind: 'nightly', startedAt, fixedSeeds });
    const publication = await publish(workspace, false);
    return { plan, outcomes, verdict, estimate: null, publication, workspace, seconds: 1 };
  };
}

const clock = { now: () => new Date(startedAt), elapsed: () => 0 };

for (const [what, state, trials, exitCode] of [
  ['every trial died', 'infrastructure', 'planned', 3],
  ['every trial failed', 'failed', 'planned', 1],
  ['nothing was planned', 'completed', 'none', 3],
] as const) {
  test(`a night in which ${what} does not pass`, async (t) => {
    const context = fakeContext();
    const workspace = temporaryFolder(t);
    const result = await nightly(
      { suite: 'default@smoke', workspace },
      { ...effectsOf(context), clock },
      runEnding(state, trials),
    );
    printNight(context, result);
    assert.equal(result.exitCode, exitCode, context.out.join('\n'));
    assert.match(
      context.out.at(-1) ?? '',
      new RegExp(`0 trials measured in .*, exit code ${exitCode}\\.`),
    );
  });
}
