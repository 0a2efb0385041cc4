import type { WorkspaceOption } from '../../app/effects.ts';
import type { OwnOptions } from '../../app/own/use.ts';
import { plan } from '../../app/plan.ts';
import { type ExitCode, exitCodes, UsageError } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { type CommandContext, defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';
import { executorOption, executorOptions } from '../executor-options.ts';
import { runOptions } from '../run-options.ts';

/** What becomes of jobs is no question before there are any. */
const { detach, onInterrupt, ...room } = await executorOptions();

export const command = defineCommand({
  name: 'plan',
  summary: 'show what a suite would train and what it would cost',
  description:
    'Lists the cells of a suite, the trials behind them, what waits for what, what is measured already, and the price by what was measured on ' +
    'this machine. Trains nothing, and writes nothing without --store and --measure.',
  arguments: [
    { name: 'suite', summary: 'name or path of a suite, or NAME@SCALE (default: default)' },
  ],
  options: {
    scale: sharedOptions.scale,
    seeds: sharedOptions.seeds,
    ownTeachers: sharedOptions.ownTeachers,
    store: {
      kind: 'flag',
      summary:
        'keep the plan in the workspace, so that the report shows its cells before anything is trained',
    },
    measure: {
      kind: 'flag',
      summary:
        'run a few steps of each kind that was not measured here yet (no data needed), so that every trial has a price; close other programs',
    },
    decide: {
      kind: 'flag',
      summary:
        'instead of a suite: the seeds and hours that would settle each open cell and claim of the workspace, cheapest first',
    },
    coverage: {
      kind: 'flag',
      summary:
        'instead of a suite: how many published numbers are known, declared, runnable at scale paper and measured, and why not the others',
    },
    keepOutputs: sharedOptions.keepOutputs,
    keepPatches: sharedOptions.keepPatches,
    samplesPerGpu: runOptions.samplesPerGpu,
    gpus: runOptions.gpus,
    executor: executorOption,
    ...room,
    plugin: sharedOptions.plugin,
    config: sharedOptions.config,
    workspace: sharedOptions.workspace,
    data: sharedOptions.data,
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill plan', meaning: 'the default suite at its proxy scale' },
    { command: 'redistill plan default --scale paper', meaning: 'the protocol of the papers' },
    {
      command: 'redistill plan lskd-table1@paper --measure',
      meaning: 'its price, after a few steps of every pair and method',
    },
    { command: 'redistill plan --decide', meaning: 'what would settle what is open' },
    { command: 'redistill plan --coverage', meaning: 'which published numbers can be run' },
    { command: 'redistill plan default@proxy --seeds 1,2,3 --json', meaning: 'for a program' },
  ],
  async run(context, [suite], { decide, coverage, json, ...options }) {
    if (decide) return printDecisions(context, suite, options, json);
    if (coverage) return printCoverage(context, suite, options, json);
    const result = await plan({ ...options, suite }, effectsOf(context));
    const { planAsJson, printPlan } = await import('../output/plan.ts');
    if (json) context.json(planAsJson(result));
    else printPlan(context, result);
    return exitCodes.fine;
  },
});

/** `--decide`: what the database leaves open, and what settling it would cost on this machine. */
async function printDecisions(
  context: CommandContext,
  named: string | undefined,
  options: WorkspaceOption & OwnOptions,
  json: boolean,
): Promise<ExitCode> {
  if (named !== undefined) {
    throw new UsageError(
      'PLAN_DECIDE',
      `--decide looks at everything the workspace holds; it takes no suite, and got "${named}".`,
      {
        hint: `Run "redistill plan ${named} --store" and "redistill ingest" to have its cells among them.`,
      },
    );
  }
  const { decide } = await import('../../app/decide.ts');
  const { decisionLines } = await import('../output/decide.ts');
  const found = await decide(options, effectsOf(context));
  if (json) context.json({ schemaVersion, ...found });
  else for (const line of decisionLines(found)) context.stdout(line);
  return exitCodes.fine;
}

/** `--coverage`: how far every published number has come. */
async function printCoverage(
  context: CommandContext,
  named: string | undefined,
  options: WorkspaceOption & OwnOptions,
  json: boolean,
): Promise<ExitCode> {
  if (named !== undefined) {
    throw new UsageError(
      'PLAN_COVERAGE',
      `--coverage looks at every published number; it takes no suite, and got "${named}".`,
      { hint: `"redistill plan ${named} --scale paper" says it of one suite, cell by cell.` },
    );
  }
  const { coverage } = await import('../../app/coverage.ts');
  const { coverageLines } = await import('../output/coverage.ts');
  const found = await coverage(options, effectsOf(context));
  if (json) context.json({ schemaVersion, coverage: found });
  else for (const line of coverageLines(found)) context.stdout(line);
  return exitCodes.fine;
}
