import { resolve } from 'node:path';
import { exitCodes } from '../../common/errors.ts';
import { type Scale, schemaVersion } from '../../runners/trial/spec.ts';
import type { Plan } from '../../suites/plan-types.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { measuredSteps } from '../measured-steps.ts';
import { storePlan } from '../store-plan.ts';
import { splitSuiteName } from '../suite-name.ts';

export const command = defineCommand({
  name: 'plan',
  summary: 'show what a suite would train and what it would cost',
  description:
    'Lists the cells of a suite, the trials behind them, what waits for what, and the price by what was measured on ' +
    'this machine. Trains nothing, and writes nothing without --store.',
  arguments: [
    { name: 'suite', summary: 'name or path of a suite, or NAME@SCALE (default: default)' },
  ],
  options: {
    scale: {
      kind: 'text',
      value: 'SCALE',
      choices: ['paper', 'proxy', 'smoke'],
      summary: 'scale of the suite (default: the proxy where there is one)',
    },
    seeds: {
      kind: 'integers',
      value: 'N,N',
      minimum: 0,
      summary: 'seeds instead of those of the suite',
    },
    store: {
      kind: 'flag',
      summary:
        'keep the plan in the workspace, so that the report shows its cells before anything is trained',
    },
    workspace: sharedOptions.workspace,
    data: sharedOptions.data,
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill plan', meaning: 'the default suite at its proxy scale' },
    { command: 'redistill plan default --scale paper', meaning: 'the protocol of the papers' },
    { command: 'redistill plan default@proxy --seeds 1,2,3 --json', meaning: 'for a program' },
  ],
  async run(context, [name = 'default'], options) {
    const { planByName } = await import('../../suites/plan-by-name.ts');
    const { pricePlan } = await import('../../suites/price.ts');
    const { planLines, priceLines } = await import('../output/plan.ts');
    const { suite, scale } = splitSuiteName(name, options.scale as Scale | undefined);
    const { plan, withData } = await planByName(suite, {
      scale,
      seeds: options.seeds,
      data: {
        folder: options.data,
        environment: context.environment,
        notice: (message) => context.stderr(message),
      },
    });
    const workspace = resolve(context.cwd, options.workspace ?? '.');
    if (options.store) storePlan(workspace, plan);
    const measured = measuredSteps(workspace);
    const price = pricePlan(plan, measured);
    const supposed = withData === null ? null : pricePlan(withData, measured);
    if (options.json) {
      context.json({ schemaVersion, plan, price, priceWithData: supposed });
      return exitCodes.fine;
    }
    for (const line of planLines(plan, price)) context.stdout(line);
    if (withData !== null && supposed !== null) {
      const counts = `${(withData as Plan).trials.length} trials`;
      context.stdout(`Once the data are here: ${counts}, ${priceLines(supposed).join(' ')}`);
    }
    return exitCodes.fine;
  },
});
