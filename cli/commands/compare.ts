import { compare } from '../../app/compare.ts';
import { exitCodes } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';
import { comparisonLines } from '../output/compare.ts';

export const command = defineCommand({
  name: 'compare',
  summary: 'set two commits, engines, machines, days or suites against each other',
  description:
    'Differences are B minus A with 90 % intervals, paired over the seeds that both sides have, cell by cell and over all ' +
    'cells. A and B are: latest or previous (executions), a day or DAY..DAY (UTC), an execution, the beginning of a commit or ' +
    "of a numerics fingerprint, what git calls a commit, a part of a machine's name, or a suite (its latest execution, whose " +
    'cells stand for those of another suite with the same row, pair and metric); where that is ambiguous, write commit:, ' +
    'engine:, machine:, date:, execution: or suite: before it.',
  arguments: [
    { name: 'a', required: true, summary: 'the side that is compared with' },
    { name: 'b', required: true, summary: 'the side that is judged' },
  ],
  options: {
    suite: {
      kind: 'text',
      value: 'SUITE',
      summary: 'only this suite, or SUITE@SCALE (default: all)',
    },
    workspace: sharedOptions.workspace,
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill compare previous latest', meaning: 'the last two executions' },
    { command: 'redistill compare main HEAD', meaning: 'two commits that were measured' },
    {
      command: 'redistill compare 2026-01-01..2026-01-07 2026-01-08..2026-01-14 --json',
      meaning: 'two weeks, for a program',
    },
  ],
  async run(context, [a = '', b = ''], { suite, workspace, json }) {
    const comparison = await compare({ a, b, suite, workspace }, effectsOf(context));
    if (json) context.json({ schemaVersion, ...comparison });
    else for (const line of comparisonLines(comparison)) context.stdout(line);
    return exitCodes.fine;
  },
});
