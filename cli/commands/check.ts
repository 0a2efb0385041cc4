import { userInfo } from 'node:os';
import { accept } from '../../app/accept.ts';
import { check } from '../../app/check.ts';
import { type ExitCode, exitCodes, UsageError } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import {
  type CommandContext,
  defineCommand,
  type OptionValues,
  sharedOptions,
} from '../command.ts';
import { effectsOf } from '../effects.ts';
import { checkLines, countsOf } from '../output/check.ts';

const options = {
  baseline: {
    kind: 'text',
    value: 'REF',
    summary:
      'instead of the history: the latest execution against a commit, day, engine, machine or another suite (suite:NAME), as in "compare"',
  },
  suite: {
    kind: 'text',
    value: 'SUITE',
    summary: 'only this suite, or SUITE@SCALE (default: all)',
  },
  threshold: {
    kind: 'number',
    value: 'N',
    minimum: 0,
    summary: "least change of a metric that is an alarm, in its unit (default: the suite's margin)",
  },
  slowdown: {
    kind: 'number',
    value: 'PERCENT',
    minimum: 1,
    default: 15,
    summary: 'least slowdown of a training step that is an alarm',
  },
  reason: { kind: 'text', value: 'TEXT', summary: 'with accept: why it may be' },
  by: { kind: 'text', value: 'NAME', summary: 'with accept: who says so (default: the user)' },
  workspace: sharedOptions.workspace,
  json: sharedOptions.json,
} as const;

export const command = defineCommand({
  name: 'check',
  summary: 'say whether the history in results.duckdb shows a regression',
  description:
    'Every night or run of a suite is a point in the series of its cells, apart by machine, data, implementation and configuration. ' +
    'Looks for steps and drifts of metrics and of step times (with false-discovery control over the cells), for wider scatter, for ' +
    'cells that lost their numbers, never had one or left the plan, for seeds that end badly night after night, and for loss bits ' +
    'that differ although numerics and processor are equal. A regression stands until the numbers recover or a human accepts it. ' +
    'What a second night must confirm, and series that start anew on other hardware, data or settings, are told and fail nothing. ' +
    'Exit code 1 when a regression stands, 3 when nothing was measured.',
  arguments: [
    {
      name: 'action',
      choices: ['accept'],
      summary: 'record that what happened to a cell may be; needs CELL and --reason',
    },
    { name: 'cell', summary: "the cell's id as check prints it: ROW/PAIR/METRIC" },
  ],
  options,
  examples: [
    { command: 'redistill check', meaning: 'the history of all suites' },
    { command: 'redistill check --baseline main', meaning: 'the latest execution against main' },
    {
      command: 'redistill check accept KD/resnet32x4__resnet8x4/top1 --reason "new default of T"',
      meaning: 'nothing of this cell up to now is an alarm any more',
    },
  ],
  async run(context, [action, cell], values) {
    if (action === 'accept') return acceptCell(context, cell, values);
    const result = await check(values, effectsOf(context));
    const { against, findings, exitCode } = result;
    if (values.json) {
      context.json({
        schemaVersion,
        baseline: against === null ? null : { a: against.comparison.a, b: against.comparison.b },
        ...countsOf(result.check),
        notJudged: against?.unjudged ?? 0,
        findings,
        acceptances: result.check.acceptances,
        exitCode,
      });
      return exitCode;
    }
    for (const line of checkLines(result.check, findings, against)) context.stdout(line);
    return exitCode;
  },
});

async function acceptCell(
  context: CommandContext,
  cell: string | undefined,
  values: OptionValues<typeof options>,
): Promise<ExitCode> {
  const reason = values.reason?.trim() ?? '';
  if (cell === undefined || reason === '') {
    throw new UsageError('CHECK_ACCEPT', 'accept needs a cell and --reason "why it may be".', {
      hint: 'redistill check lists the cells.',
    });
  }
  const by = values.by ?? userInfo().username;
  const accepted = await accept({ ...values, cell, reason, by }, effectsOf(context));
  const { acceptance, findings } = accepted;
  if (values.json) {
    context.json({ ...acceptance, accepted: findings });
    return exitCodes.fine;
  }
  const { suite, scale, author } = acceptance;
  context.stdout(`Accepted for ${suite}@${scale} ${cell}, by ${author}: ${reason}`);
  for (const { signal, sentence } of findings) context.stdout(`  ${signal}: ${sentence}`);
  context.stdout('What is measured from now on is judged as ever.');
  return exitCodes.fine;
}
