import { check as checkHistory } from '../../app/check.ts';
import { maximumRotating, rotatingSeeds } from '../../app/nightly/night-seeds.ts';
import { splitSuiteName } from '../../app/plan/suite-name.ts';
import { type ExitCode, exitCodes, UsageError } from '../../common/errors.ts';
import type { Scale } from '../../contract/spec.ts';
import { defaultScale, loadSuite } from '../../suites/load.ts';
import { type CommandContext, defineCommand, type OptionValues } from '../command.ts';
import { effectsOf } from '../effects.ts';
import { checkLines, countsOf } from '../output/check.ts';
import { formatDuration } from '../output/duration.ts';
import { type Ended, endAsJson, printEnd } from '../output/run-end.ts';
import { options as runOptions, runSuite } from './run.ts';

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

type Values = OptionValues<typeof options>;

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
  async run(context, [name = ''], values) {
    return runNight(context, name, values, new Date().toISOString());
  },
});

/** @param startedAt ISO 8601 UTC: chooses the rotating seeds. */
export async function runNight(
  context: CommandContext,
  name: string,
  values: Values,
  startedAt: string,
  run: typeof runSuite = runSuite,
): Promise<ExitCode> {
  const { suite: asked, scale } = splitSuiteName(name, values.scale as Scale | undefined);
  const loaded = loadSuite(asked);
  const chosen = scale ?? defaultScale(loaded);
  const fixed = values.fixedSeeds ?? loaded.definition.scales[chosen]?.seeds.slice(0, 1) ?? [];
  const rotating = rotatingSeeds(startedAt, values.rotating);
  if (values.rotating > maximumRotating || fixed.length + rotating.length === 0) {
    throw new UsageError(
      'NIGHTLY_SEEDS',
      `A night needs at least one seed and rotates at most ${maximumRotating}; asked for ${fixed.length} fixed and ${values.rotating} rotating.`,
    );
  }
  const ended = await run(
    context,
    asked,
    {
      ...values,
      scale: chosen,
      seeds: [...new Set([...fixed, ...rotating])],
      only: undefined,
      retry: false,
      noReport: false,
      all: false,
      detach: false,
    },
    // Without rotating seeds the fixed ones are all there is to average.
    { fixedSeeds: rotating.length === 0 ? [] : fixed, keepTeachers: values.keepTeachers },
    startedAt,
  );
  return conclude(context, ended, values);
}

/** Checks what the night has added and says how it went. */
async function conclude(context: CommandContext, ended: Ended, values: Values): Promise<ExitCode> {
  const { plan, verdict, publication, workspace } = ended;
  if (!values.json) printEnd(context, ended);
  const problem = publication?.problem ?? null;
  if (verdict.cancelled || publication === null || problem !== null) {
    if (values.json) context.json({ ...endAsJson(ended), check: null });
    // A night that was stopped has not passed.
    return problem?.exitCode ?? (verdict.exitCode || exitCodes.infrastructure);
  }
  const looked = await checkHistory(
    { workspace, suite: `${plan.suite}@${plan.scale}`, slowdown: values.slowdown },
    effectsOf(context),
  );
  const { check, findings, exitCode: judged } = looked;
  const exitCode = verdict.exitCode === exitCodes.fine ? judged : worse(verdict.exitCode, judged);
  if (values.json) {
    context.json({
      ...endAsJson(ended),
      check: { ...countsOf(check), findings, acceptances: check.acceptances },
      exitCode,
    });
    return exitCode;
  }
  context.stdout('');
  for (const line of checkLines(check, findings, null)) context.stdout(line);
  context.stdout(
    `Night of ${plan.suite}@${plan.scale}: ${verdict.computed} trials measured in ${formatDuration(ended.seconds)}, exit code ${exitCode}.`,
  );
  return exitCode;
}

/** What failed outweighs what could not be measured. */
function worse(one: ExitCode, other: ExitCode): ExitCode {
  return [one, other].includes(exitCodes.failed) ? exitCodes.failed : one;
}
