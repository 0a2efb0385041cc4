/* Fault 12: a suite without cells (tests/suites/plan.test.ts) and a night in which no trial finished are failures. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storePlan } from '../../app/plan/store-plan.ts';
import { publish } from '../../app/run/publish.ts';
import { recordExecution } from '../../app/run/record.ts';
import { judge } from '../../app/run/verdict.ts';
import { runNight } from '../../cli/commands/nightly.ts';
import type { runSuite } from '../../cli/commands/run.ts';
import { trialName } from '../../cli/output/trial-name.ts';
import type { TrialOutcome } from '../../runners/executors/executor.ts';
import { fakeContext } from '../cli/fake-context.ts';
import { makePlan, makeSpec } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';

const startedAt = '2026-01-02T03:00:00.000Z';

/** What `runSuite` does, with given ends in place of trainings. */
function runEnding(state: TrialOutcome['state'], trials: 'planned' | 'none'): typeof runSuite {
  return async (_context, _name, values, night) => {
    const workspace = values.workspace as string;
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

const values = {
  scale: undefined,
  ownTeachers: false,
  workers: undefined,
  cohort: undefined,
  maxMemory: undefined,
  threads: undefined,
  device: 'cpu',
  eager: false,
  executor: 'local',
  slurmConfig: undefined,
  onInterrupt: 'detach',
  external: undefined,
  checkpointSeconds: 30,
  heartbeatSeconds: 60,
  data: undefined,
  json: false,
  fixedSeeds: undefined,
  rotating: 2,
  keepTeachers: false,
  slowdown: 15,
} as const;

for (const [what, state, trials, exitCode] of [
  ['every trial died', 'infrastructure', 'planned', 3],
  ['every trial failed', 'failed', 'planned', 1],
  ['nothing was planned', 'completed', 'none', 3],
] as const) {
  test(`a night in which ${what} does not pass`, async (t) => {
    const context = fakeContext();
    const workspace = temporaryFolder(t);
    const code = await runNight(
      context,
      'default@smoke',
      { ...values, workspace },
      startedAt,
      runEnding(state, trials),
    );
    assert.equal(code, exitCode, context.out.join('\n'));
    assert.match(
      context.out.at(-1) ?? '',
      new RegExp(`0 trials measured in .*, exit code ${exitCode}\\.`),
    );
  });
}
