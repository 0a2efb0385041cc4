import { resolve } from 'node:path';
import { measuredCosts, measuredSteps } from '../../app/plan/measured-steps.ts';
import { staleSince, storePlan } from '../../app/plan/store-plan.ts';
import { splitSuiteName } from '../../app/plan/suite-name.ts';
import { cohortLimits } from '../../app/run/cohorts.ts';
import { hasRuns, measuredInWorkspace } from '../../app/run/measured.ts';
import { presentNumerics } from '../../app/run/numerics.ts';
import { shareOut, thisMachine } from '../../app/run/resources.ts';
import { type ExitCode, exitCodes, InfrastructureError, UsageError } from '../../common/errors.ts';
import type { Plan } from '../../contract/plan-types.ts';
import { type Scale, schemaVersion } from '../../contract/spec.ts';
import { type MeasuredPart, measuredPart } from '../../suites/measured.ts';
import { type CommandContext, defineCommand, sharedOptions } from '../command.ts';
import { measuredLines, staleLines } from '../output/stale.ts';

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
    { command: 'redistill plan --coverage', meaning: 'what of the published numbers can be run' },
    { command: 'redistill plan default@proxy --seeds 1,2,3 --json', meaning: 'for a program' },
  ],
  async run(context, [named], options) {
    if (options.decide) return settle(context, named, options);
    if (options.coverage) return cover(context, named, options);
    const name = named ?? 'default';
    const { planByName } = await import('../../suites/plan-by-name.ts');
    const { pricePlan } = await import('../../suites/price.ts');
    const { partition, teacherPasses } = await import('../../contract/cohorts.ts');
    const { cohortLines, planLines, priceLines } = await import('../output/plan.ts');
    const { suite, scale } = splitSuiteName(name, options.scale as Scale | undefined);
    const { plan, withData } = await planByName(suite, {
      scale,
      seeds: options.seeds,
      ownTeachers: options.ownTeachers,
      data: {
        folder: options.data,
        environment: context.environment,
        notice: (message) => context.stderr(message),
      },
    });
    const workspace = resolve(context.cwd, options.workspace ?? '.');
    const stale = staleSince(workspace, plan);
    if (options.store) storePlan(workspace, plan);
    if (options.measure) {
      const { measurePlan, unmeasuredSteps } = await import('../../app/plan/measure-plan.ts');
      const steps = unmeasuredSteps(withData ?? plan, measuredSteps(workspace));
      await measurePlan(context, steps, workspace);
    }
    const costs = measuredCosts(workspace);
    const machine = thisMachine();
    const nothing = {
      workers: undefined,
      threads: undefined,
      cohort: undefined,
      maxMemory: undefined,
    };
    const resources = shareOut(machine, { ...nothing, device: 'cpu' });
    const limits = cohortLimits(nothing, resources, machine, costs);
    const measured = await alreadyMeasured(workspace, plan, resources.threads);
    const units = partition(plan.trials, limits);
    const price = pricePlan(plan, costs.steps, units);
    const supposed =
      withData === null
        ? null
        : pricePlan(withData, costs.steps, partition(withData.trials, limits));
    if (options.json) {
      const cohorts = {
        processes: units.map((unit) => unit.map(({ id }) => id)),
        teacherPasses: teacherPasses(units),
      };
      context.json({
        schemaVersion,
        plan,
        measured,
        cohorts,
        price,
        priceWithData: supposed,
        stale,
      });
      return exitCodes.fine;
    }
    for (const line of planLines(plan, price)) context.stdout(line);
    for (const line of cohortLines(units, limits.workers)) context.stdout(line);
    for (const line of measuredLines(measured)) context.stdout(line);
    for (const line of staleLines(stale)) context.stdout(line);
    if (withData !== null && supposed !== null) {
      const counts = `${(withData as Plan).trials.length} trials`;
      context.stdout(
        `Once data and weights are here: ${counts}, ${priceLines(supposed).join(' ')}`,
      );
    }
    return exitCodes.fine;
  },
});

/**
 * What `run` would reuse, under its default conditions; null where TensorFlow is not set up, so
 * that none can be known.
 */
async function alreadyMeasured(
  workspace: string,
  { trials }: Plan,
  threads: number,
): Promise<MeasuredPart | null> {
  // The fingerprint takes a moment, which only runs to compare with are worth.
  if (!hasRuns(workspace, trials)) return measuredPart(trials, () => ({ kind: 'unmeasured' }));
  const conditions = {
    threads: { intra: threads, inter: 1 },
    device: 'cpu',
    mode: 'recorded',
  } as const;
  try {
    return measuredInWorkspace(workspace, trials, await presentNumerics(trials, conditions));
  } catch (error) {
    if (error instanceof InfrastructureError) return null;
    throw error;
  }
}

/** `--decide`: what the database leaves open, and what settling it would cost on this machine. */
async function settle(
  context: CommandContext,
  named: string | undefined,
  options: { readonly workspace?: string | undefined; readonly json: boolean },
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
  const workspace = resolve(context.cwd, options.workspace ?? '.');
  const { readDecisions } = await import('../../app/plan/decisions.ts');
  const { decisionLines } = await import('../output/decide.ts');
  const found = await readDecisions(workspace, measuredSteps(workspace));
  if (options.json) context.json({ schemaVersion, ...found });
  else for (const line of decisionLines(found)) context.stdout(line);
  return exitCodes.fine;
}

/** `--coverage`: how far every published number has come. */
async function cover(
  context: CommandContext,
  named: string | undefined,
  options: { readonly workspace?: string | undefined; readonly json: boolean },
): Promise<ExitCode> {
  if (named !== undefined) {
    throw new UsageError(
      'PLAN_COVERAGE',
      `--coverage looks at every published number; it takes no suite, and got "${named}".`,
      { hint: `"redistill plan ${named} --scale paper" says it of one suite, cell by cell.` },
    );
  }
  const { presentCoverage } = await import('../../suites/coverage-by-name.ts');
  const { coverageLines } = await import('../output/coverage.ts');
  const { measuredNumbers } = await import('../../app/plan/measured-numbers.ts');
  const workspace = resolve(context.cwd, options.workspace ?? '.');
  const coverage = presentCoverage(measuredNumbers(workspace));
  if (options.json) context.json({ schemaVersion, coverage });
  else for (const line of coverageLines(coverage)) context.stdout(line);
  return exitCodes.fine;
}
