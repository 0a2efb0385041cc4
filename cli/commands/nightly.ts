import { dryNight, nightly } from '../../app/nightly.ts';
import { exitCodes } from '../../common/errors.ts';
import { defineCommand } from '../command.ts';
import { showDryRun } from '../output/dry-run.ts';
import { nightAsJson, printNight } from '../output/night.ts';
import { runEffectsOf, runOptions } from '../run-options.ts';

const { seeds, only, retry, noReport, all, detach, ...shared } = runOptions;

const options = {
  ...shared,
  fixedSeeds: {
    kind: 'integers',
    value: 'N,N',
    minimum: 0,
    summary: "seeds that are the same every night and watch the bits (default: the suite's first)",
  },
  rotating: {
    kind: 'integer',
    minimum: 0,
    default: 2,
    summary: 'seeds that are new every night and carry the statistics; 0 leaves them to the fixed',
  },
  keepTeachers: {
    kind: 'flag',
    summary: 'reuse teachers of equal numerics instead of training them anew',
  },
  slowdown: {
    kind: 'number',
    value: 'PERCENT',
    minimum: 1,
    default: 15,
    summary: 'least slowdown of a training step that is an alarm',
  },
} as const;

export const command = defineCommand({
  name: 'nightly',
  summary: 'measure a suite anew, store, check and report it; for cron or CI',
  description:
    'Plans, runs, ingests, checks and reports. Nothing of earlier nights is reused: fixed seeds show whether bits have ' +
    'changed, rotating seeds whether the numbers have. What was interrupted goes on. Exit code 1 when a regression stands or ' +
    'a trial failed, 3 when the night measured nothing or the machine failed.',
  arguments: [{ name: 'suite', required: true, summary: 'name or path of a suite, or NAME@SCALE' }],
  options,
  examples: [
    {
      command: 'redistill nightly default --workspace ~/nights',
      meaning: 'one night of the default suite at its proxy scale',
    },
    {
      command: 'redistill nightly default@smoke --rotating 1 --keep-teachers',
      meaning: 'the shortest night that can alarm',
    },
  ],
  async run(context, [suite = ''], { dryRun: dry, ...values }) {
    if (dry) {
      showDryRun(context, await dryNight({ ...values, suite }, runEffectsOf(context)), values.json);
      return exitCodes.fine;
    }
    const result = await nightly({ ...values, suite }, runEffectsOf(context));
    if (values.json) context.json(nightAsJson(result));
    else printNight(context, result);
    return result.exitCode;
  },
});
